// SPDX-License-Identifier: Apache-2.0
// The words of the frame and of the parts that pages share are in src/locales; a page's own are in its folder, and come with it.
import { formatter } from "@lingui/format-po";

export default {
  sourceLocale: "en",
  locales: ["en", "de", "zh-CN"],
  catalogs: [
    { path: "<rootDir>/src/locales/{locale}", include: ["<rootDir>/src"], exclude: ["<rootDir>/src/pages/**"] },
    { path: "<rootDir>/src/pages/{name}/locales/{locale}", include: ["<rootDir>/src/pages/{name}"] },
  ],
  format: formatter({ lineNumbers: false }),
};
