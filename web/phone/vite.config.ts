// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { app } from "../shared/build/app.ts";

const folder = import.meta.dirname;
const base = app({ folder, jsx: "preact", port: 8492 });

/** Tells the service worker what to keep: every file of the app, and a digest that changes with any of them. */
const precache: Plugin = {
  name: "cardea-precache",
  enforce: "post",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const worker = bundle["worker.js"];
      if (worker?.type !== "chunk") throw new Error("there is no service worker");
      const kept = readdirSync(join(folder, "public"));
      const made = Object.values(bundle).filter((file) => file !== worker && file.fileName !== "index.html");
      const digest = createHash("sha256").update(worker.code);
      for (const file of Object.values(bundle)) digest.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
      for (const name of kept) digest.update(name).update(readFileSync(join(folder, "public", name)));
      const files = ["/", ...made.map(({ fileName }) => `/${fileName}`), ...kept.map((name) => `/${name}`)];
      worker.code = worker.code.replace("__FILES__", JSON.stringify(files)).replace("__DIGEST__", JSON.stringify(digest.digest("hex").slice(0, 16)));
    },
  },
};

export default {
  ...base,
  plugins: [...(base.plugins ?? []), precache],
  build: {
    ...base.build,
    rolldownOptions: {
      ...base.build?.rolldownOptions,
      input: { index: join(folder, "index.html"), worker: join(folder, "src/worker.ts") },
      output: { entryFileNames: (chunk: { name: string }) => (chunk.name === "worker" ? "worker.js" : "assets/[name]-[hash].js") },
    },
  },
};
