// SPDX-License-Identifier: Apache-2.0
// Draws the app's icons from public/icon.svg: python3 tools/web/node.py web/phone/icons/make.mjs. Their PNGs are committed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const folder = new URL("../public/", import.meta.url);
const svg = readFileSync(new URL("icon.svg", folder), "utf8");
const square = svg.replace('rx="15" ', ""); // launchers cut the corners themselves
const shrunk = square.replace("<path", '<path transform="translate(6.4 6.4) scale(.8)"'); // within the middle that every mask leaves

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [name, size, drawing] of [["icon-192", 192, svg], ["icon-512", 512, svg], ["icon-maskable-512", 512, shrunk], ["apple-touch-icon", 180, square]]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, folder)), omitBackground: true });
}
await browser.close();
