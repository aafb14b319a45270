// SPDX-License-Identifier: Apache-2.0
// The phone app's screens for ./dev shots.
import { cardea, world } from "./browser.mjs";

export { languages, schemes } from "./browser.mjs";
export const sizes = ["phone", "desktop"];

let count = 0;

/** A link for somebody new: each picture is of a phone of its own. */
async function link() {
  const person = JSON.parse(await cardea("person", "add", `Ana Example ${++count}`, "--json")).id;
  const grant = JSON.parse(await cardea("grant", "add", "--person", person, "--door", "front", "--door", "side", "--door", "cellar", "--to", "+30h", "--json")).id;
  return JSON.parse(await cardea("grant", "invite", grant, "--link", "--json")).link;
}

async function invited({ page }) {
  await page.goto("about:blank");
  await page.goto(await link());
  await page.locator(".invitation").waitFor();
}

async function keys(person) {
  await person.page.goto(world.phone);
  if ((await person.page.locator("#open-key, #link").first().getAttribute("id")) === "open-key") return;
  await invited(person);
  await person.page.locator(".actions .primary").click();
  await person.page.locator(".code").waitFor();
}

export const screens = {
  empty: ({ page }) => page.goto(world.phone, { waitUntil: "networkidle" }),
  invitation: invited,
  keys,
  telephone: async (person) => {
    await keys(person);
    await person.page.locator(".title .round").click();
  },
  removing: ({ page }) => page.locator(".panel .danger").click(),
};
