// SPDX-License-Identifier: Apache-2.0
// Type-checks folders of web/:   types.mjs FOLDER…
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
for (const folder of process.argv.slice(2)) {
  const config = fileURLToPath(new URL(`../../web/${folder}/tsconfig.json`, import.meta.url));
  const done = spawnSync(process.execPath, [tsc, "-p", config], { stdio: "inherit" });
  if (done.status !== 0) process.exit(1);
}
