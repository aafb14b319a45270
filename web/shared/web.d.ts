// SPDX-License-Identifier: Apache-2.0
// What the build makes of imports that are not TypeScript.
declare module "*.po" {
  import type { Messages } from "@lingui/core";
  export const messages: Messages;
}
interface ImportMeta {
  glob<T>(pattern: string): Record<string, () => Promise<T>>;
}
declare module "*.css" {}
declare module "*.svg" {
  const url: string;
  export default url;
}
