// SPDX-License-Identifier: Apache-2.0
// The console's words: a test says a sentence in English, as the source does, and finds it in any language.
//
//   const say = wordsOf("de");
//   page.getByRole("button", { name: say("Add site") })
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../web/console/src", import.meta.url));
const entry = /^msgid (".*"(?:\n".*")*)\nmsgstr (".*"(?:\n".*")*)$/gm;
const text = (quoted) => quoted.split("\n").map((line) => JSON.parse(line)).join("");
const quote = (said) => said.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".*");

/** From an English sentence to a pattern of all that it is in `language`; the places for values take anything. */
export function wordsOf(language) {
  const said = new Map();
  for (const file of globSync(`${folder}/**/locales/${language}.po`))
    for (const [, english, words] of readFileSync(file, "utf8").matchAll(entry)) {
      const key = text(english);
      said.set(key, (said.get(key) ?? new Set()).add(text(words)));
    }
  return (english) => {
    const found = said.get(english);
    assert.ok(found !== undefined, `the console says nowhere "${english}"`);
    return new RegExp(`^(?:${[...found].map(quote).join("|")})$`);
  };
}
