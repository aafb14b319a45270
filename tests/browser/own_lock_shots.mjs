// SPDX-License-Identifier: Apache-2.0
// The phone app's screens of a lock of one's own for ./dev shots, on a platform with --homes.
import { control, world } from "./browser.mjs";
import { patience } from "./manager.mjs";

export { languages, schemes } from "./browser.mjs";
export const sizes = ["phone"];

/** So many homes may come from one address at once, as a platform counts since it started. */
const homesAtOnce = 5;
let count = 0;
let door = "";

async function offerHomes() {
  await control("platform", { on: false });
  await control("platform", { on: true, homes: true });
}
export const prepare = offerHomes;

const heading = ({ page }) => page.locator("h1").waitFor(patience);

export const screens = {
  offer: async (person) => {
    await person.page.goto(world.phone);
    await person.page.locator("#link").waitFor(patience);
    await person.page.locator(".plain").first().waitFor(patience);
  },
  label: async (person) => {
    await person.page.locator(".plain").first().click();
    await person.page.locator("#lock-label").waitFor(patience);
    await heading(person);
  },
  "no-label": async ({ page }) => {
    await page.locator("#lock-label").fill("https://example.org/");
    await page.locator("#person").fill("Grace Hopper");
    await page.locator(".own-lock [type=submit]").click();
    await page.locator("#label-wrong:not(:empty)").waitFor(patience);
  },
  waiting: async ({ page }) => {
    if (count > 0 && count % homesAtOnce === 0) await offerHomes();
    door = `own-${++count}`;
    const { label } = await control("blank", { door });
    await page.locator("#lock-label").fill(label);
    await page.locator(".own-lock [type=submit]").click();
    await page.locator("#lock-label").waitFor({ state: "detached", ...patience });
    await page.getByRole("status").waitFor(patience);
  },
  alive: async ({ page }) => {
    await control("power", { door, on: true });
    await control("button", { door });
    await page.getByRole("status").waitFor({ state: "detached", ...patience });
    await page.locator("main .primary").waitFor(patience);
  },
  key: async ({ page }) => {
    await page.locator("main .primary").click();
    await page.locator(".code").waitFor(patience);
    await control("power", { door, on: false });
  },
};
