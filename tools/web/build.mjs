// SPDX-License-Identifier: Apache-2.0
// Builds one web app:   build.mjs APP FOLDER
// and leaves beside each file of it that is worth it what gzip and brotli make of it: NAME.gz and NAME.br. tools/web/build.py runs it.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const [app, outDir] = process.argv.slice(2);
const folder = fileURLToPath(new URL(`../../web/${app}`, import.meta.url));
const { default: config } = await import(pathToFileURL(join(folder, "vite.config.ts")).href);
await build({ ...config, configFile: false, build: { ...config.build, outDir }, logLevel: "warn" });

const shrinks = /\.(js|css|html|svg|json|webmanifest|wasm|txt|md)$/;
for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !shrinks.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const bytes = readFileSync(file);
  const made = { gz: gzipSync(bytes, { level: 9 }), br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }) };
  for (const [ending, small] of Object.entries(made)) if (small.length < bytes.length) writeFileSync(`${file}.${ending}`, small);
}
