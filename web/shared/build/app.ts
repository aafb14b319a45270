// SPDX-License-Identifier: Apache-2.0
// How both apps are built: the one Vite configuration, given the folder of an app and what its JSX is.
import { transformAsync } from "@babel/core";
import macro from "@lingui/babel-plugin-lingui-macro";
import { getConfig } from "@lingui/conf";
import { lingui } from "@lingui/vite-plugin";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, UserConfig } from "vite";

/** Turns Lingui's macros into calls before anything else sees the file. */
const macros = (configPath: string): Plugin => ({
  name: "cardea-macros",
  enforce: "pre",
  async transform(code, id) {
    if (!/\.tsx?$/.test(id) || id.includes("node_modules") || !code.includes("/macro")) return null;
    const made = await transformAsync(code, {
      filename: id,
      configFile: false,
      babelrc: false,
      sourceMaps: true,
      parserOpts: { plugins: ["jsx", "typescript"] },
      plugins: [[macro, { linguiConfig: getConfig({ configPath }) }]],
    });
    return { code: made?.code ?? code, map: made?.map ?? null };
  },
});

/**
 * An app with Lingui's catalogs has lingui.config.ts. `jsx`: the package whose jsx() the app's elements become. `port`: of `vite`,
 * which passes /v1 on to ./dev run's platform.
 */
export function app({ folder, jsx, port }: { folder: string; jsx: "react" | "preact"; port: number }): UserConfig {
  const configPath = join(folder, "lingui.config.ts");
  return {
    root: folder,
    plugins: existsSync(configPath) ? [macros(configPath), lingui({ configPath, failOnMissing: true, failOnCompileError: true })] : [],
    oxc: { jsx: { runtime: "automatic", importSource: jsx } },
    resolve: {
      // The packages stand above build/web/repo, the link to this repository (tools/web/node.py).
      preserveSymlinks: true,
      alias: jsx === "preact" ? { react: "preact/compat", "react-dom": "preact/compat" } : {},
    },
    build: {
      target: "es2022",
      assetsInlineLimit: 0, // a policy of 'self' loads no data: URL
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      emptyOutDir: true,
      license: { fileName: "licenses.md" }, // of what is bundled: whoever passes the binary on passes these on
      rolldownOptions: {
        onwarn: (warning, tell) => {
          if (warning.code !== "MODULE_LEVEL_DIRECTIVE") tell(warning); // "use client" is for other frameworks
        },
      },
    },
    server: { host: "localhost", port, strictPort: true, proxy: { "/v1": "http://127.0.0.1:8480" } },
  };
}
