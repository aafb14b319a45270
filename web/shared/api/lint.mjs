// SPDX-License-Identifier: Apache-2.0
// Holds spec/openapi.yaml to the rules that OpenAPI tools count on; fails on errors and on warnings.
// And its names of a lock's reasons to those of spec/event.md.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createConfig, formatProblems, lint } from "@redocly/openapi-core";

const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    "no-server-example.com": "off",
    "info-license-url": "off", // it has an SPDX identifier
    "operation-description": "off", // a summary says enough where it does
    "operation-operationId-unique": "error",
    "operation-operationId-url-safe": "error",
    "no-unused-components": "error",
    "no-identical-paths": "error",
    "path-parameters-defined": "error",
    "no-invalid-parameter-examples": "error",
    "no-invalid-schema-examples": "error",
  },
});
const specOf = (name) => fileURLToPath(new URL(`../../../spec/${name}`, import.meta.url));
const problems = await lint({ ref: specOf("openapi.yaml"), config });
if (problems.length > 0) {
  formatProblems(problems, { format: "stylish", totals: { errors: problems.length, warnings: 0, ignored: 0 }, version: "" });
  process.exit(1);
}

const named = readFileSync(specOf("event.md"), "utf8").split("## 3. Reasons")[1].split("## 4.")[0].matchAll(/\b\d+\s+([a-z]+(?:_[a-z]+)*)(?=\s*[,.(])/g);
const told = readFileSync(specOf("openapi.yaml"), "utf8").match(/^ {4}LockReason:[^]*?enum: \[([^\]]*)\]/m)[1].split(/,\s*/);
const missing = [...named].map(([, name]) => name).filter((name) => !told.includes(name));
if (missing.length > 0) {
  console.error(`LockReason of openapi.yaml lacks ${missing.join(", ")}, which event.md has in its section 3.`);
  process.exit(1);
}
