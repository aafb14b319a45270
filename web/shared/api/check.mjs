// SPDX-License-Identifier: Apache-2.0
// Type-checks the client and its example: tsc --noEmit.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const config = fileURLToPath(new URL("tsconfig.json", import.meta.url));
process.exit(spawnSync(process.execPath, [tsc, "-p", config], { stdio: "inherit" }).status ?? 1);
