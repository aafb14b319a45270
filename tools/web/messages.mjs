// SPDX-License-Identifier: Apache-2.0
// The words of an app, in the files that its lingui.config.ts names.
//
//   messages.mjs extract APP…     puts what the sources say into the files of all languages, and drops what they no longer say
//   messages.mjs check APP…       fails, and says which, when a file lacks a sentence, has one untranslated or one too many
import { fileURLToPath } from "node:url";
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";

const [command, ...apps] = process.argv.slice(2);
if (!["extract", "check"].includes(command) || apps.length === 0) {
  console.error("messages.mjs extract|check APP…");
  process.exit(2);
}

/** What is wrong with one language, a line each. */
function complaints(path, language, said, translated) {
  const file = `${path.replace(/.*\/web\//, "web/").replace("{locale}", language)}.po`;
  const lines = [];
  for (const [id, { message, origin }] of Object.entries(said)) {
    const text = JSON.stringify(message ?? id);
    const where = origin?.[0]?.[0] ?? "?";
    if (!(id in translated)) lines.push(`${file} lacks ${text} of ${where}`);
    else if (!translated[id].translation && language !== "en") lines.push(`${file} does not translate ${text} of ${where}`);
  }
  for (const [id, { message }] of Object.entries(translated))
    if (!(id in said)) lines.push(`${file} has ${JSON.stringify(message ?? id)}, which nothing says any more`);
  return lines;
}

let wrong = 0;
for (const app of apps) {
  const configPath = fileURLToPath(new URL(`../../web/${app}/lingui.config.ts`, import.meta.url));
  const config = getConfig({ configPath, skipValidation: true });
  for (const catalog of await getCatalogs(config)) {
    if (command === "extract") {
      if (!(await catalog.make({ clean: true, overwrite: false, locale: config.locales, orderBy: config.orderBy }))) process.exit(1);
      continue;
    }
    const said = await catalog.collect();
    if (said === undefined) process.exit(1);
    for (const language of config.locales) {
      const lines = complaints(catalog.path, language, said, (await catalog.read(language)) ?? {});
      wrong += lines.length;
      for (const line of lines) console.error(line);
    }
  }
}
if (wrong > 0) {
  console.error(`\nPut the sentences into the files, then translate them there:\n  python3 tools/web/node.py tools/web/messages.mjs extract ${apps.join(" ")}`);
  process.exit(1);
}
