// SPDX-License-Identifier: Apache-2.0
// Writes schema.d.ts, the types of spec/openapi.yaml.   generate.mjs [--check]: writes nothing, and fails when it would change.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../../spec/openapi.yaml", import.meta.url);
const target = new URL("schema.d.ts", import.meta.url);
const head = "// SPDX-License-Identifier: Apache-2.0\n// Made from spec/openapi.yaml by generate.mjs. Change that, not this.\n\n";

const text = head + astToString(await openapiTS(document, { alphabetize: false, defaultNonNullable: false }));
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  console.error("web/shared/api/schema.d.ts is not what spec/openapi.yaml says. Write it anew and commit it:\n  python3 tools/web/node.py web/shared/api/generate.mjs");
  process.exit(1);
}
