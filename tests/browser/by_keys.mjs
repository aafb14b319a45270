// SPDX-License-Identifier: Apache-2.0
// Each task of budget.mjs by keyboard alone, as somebody does it who sees where the focus is: it is always somewhere, and always to be
// seen; a dialog keeps it and gives it back.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { arrive, cardea, control, world } from "./browser.mjs";
import { tasks } from "./budget.mjs";
import { call, manager, patience } from "./manager.mjs";

const tabsMax = 60;

/** Why nobody can see where the focus is; nothing if they can. */
function unseen() {
  const at = document.activeElement;
  if (at === null || at === document.body) return "nowhere";
  const { left, top, width, height } = at.getBoundingClientRect();
  const centre = [left + width / 2, top + Math.min(height, innerHeight) / 2];
  if (centre[0] < 0 || centre[1] < 0 || centre[0] > innerWidth || centre[1] > innerHeight) return "out of sight";
  const above = document.elementFromPoint(...centre);
  const label = at.closest("label") ?? at.parentElement;
  if (above !== null && !at.contains(above) && !above.contains(at) && !label.contains(above)) return `under ${above.outerHTML.slice(0, 80)}`;
  if (at.matches("input:not([type=radio], [type=checkbox]), textarea")) return undefined; // it has the caret
  const marked = (one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || (boxShadow !== "none" && one === at);
  };
  const around = [at, at.parentElement, at.parentElement?.parentElement, at.nextElementSibling, at.closest(".line")];
  return around.some((one) => one && marked(one)) ? undefined : "not marked";
}

/** All of them, so that one run names each. */
const faults = new Set();

function noFault() {
  const found = [...faults];
  faults.clear();
  assert.ok(found.length === 0, found.join("\n"));
}

/** Somebody's hands on the keyboard of `person`. */
class Keyboard {
  presses = 0;

  constructor(person) {
    this.person = person;
    this.page = person.page;
  }

  async press(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      this.presses++;
    }
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** Tab by Tab to `wanted`, with an eye on the focus. */
  async to(wanted, key = "Tab") {
    await wanted.waitFor(patience);
    for (let tabs = 0; tabs < tabsMax; tabs++) {
      if (await wanted.evaluate((one) => one === document.activeElement)) return;
      await this.press(key);
      const why = await this.page.evaluate(unseen);
      // Behind the last element is the browser's own bar.
      if (why !== undefined && why !== "nowhere") faults.add(`the focus is ${why}: ${await this.page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
    }
    assert.fail(`${tabsMax} times ${key} do not lead to ${wanted}`);
  }

  async enter(wanted) {
    await this.to(wanted);
    await this.press("Enter");
  }

  /** The focus has come to what opened; a key that is pressed before would go to what opened it. */
  async isIn(what) {
    await what.and(this.page.locator(":focus-within")).waitFor(patience);
  }

  /** The focus is at something: it did not go with what it was at. */
  async isSomewhere(where) {
    await this.page.waitForFunction(() => document.activeElement !== null && document.activeElement !== document.body, undefined, { timeout: 3_000 }).catch(() => faults.add(`the focus is lost ${where}`));
  }
}

/** `wanted` has the focus, or is given it soon. */
async function has(wanted, what) {
  await wanted.and(wanted.page().locator(":focus")).waitFor({ timeout: 5_000 }).catch(async () => {
    assert.fail(`${what}; it is at ${await wanted.page().evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
  });
}

/** One task at the page where `person` is now. */
async function byKeys(task, person, act) {
  const keyboard = new Keyboard(person);
  const { clicks } = await person.count(() => act(keyboard));
  assert.equal(clicks, 0);
  await keyboard.isSomewhere(`after task ${task}`);
  console.log(`task ${task}, ${tasks[task][0]}, by keyboard alone: ${keyboard.presses} keys besides what is typed`);
}

async function seek(keyboard, text) {
  const { page } = keyboard;
  await keyboard.press("Control+k");
  await page.getByRole("combobox").first().waitFor(patience);
  await keyboard.type(text);
  await page.getByRole("option", { name: new RegExp(text) }).first().waitFor(patience);
  await keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: new RegExp(text) }).waitFor(patience);
}

async function home({ page }) {
  await page.goto(world.console);
  await page.getByRole("heading", { level: 1 }).waitFor(patience);
}

/** A link for somebody new. */
async function invite(name, ...more) {
  const person = JSON.parse(await cardea("person", "add", name, "--json")).id;
  const grant = JSON.parse(await cardea("grant", "add", "--person", person, "--door", "front", "--to", "+30h", ...more, "--json")).id;
  return JSON.parse(await cardea("grant", "invite", grant, "--link", "--json")).link;
}

/** The lock hears of a key a moment after the phone. */
async function applied(door) {
  for (const until = Date.now() + patience.timeout; Date.now() < until; ) {
    const { desired } = JSON.parse(await cardea("lock", "show", door, "--json"));
    if (desired.applied_version === desired.version) return;
  }
  assert.fail(`the lock of ${door} never heard of the key`);
}

let phone;

test("A guest's tasks at the phone", async () => {
  phone = await arrive({ size: "phone" });
  const { page } = phone;
  const button = (name) => page.getByRole("button", { name, exact: true });
  await page.goto(await invite("Nia Example", "--may-share", "--own-door", "front"));
  await byKeys(3, phone, async (keyboard) => {
    await keyboard.enter(button("Add key"));
    await page.locator(".code").waitFor(patience);
  });
  await applied("front");
  const code = await page.locator(".code").getAttribute("data-code");
  await page.reload();
  await page.getByRole("button", { name: "Unlock" }).waitFor(patience);
  await byKeys(1, phone, async (keyboard) => {
    await keyboard.enter(button("Unlock"));
    await page.getByRole("button", { name: /^Opened/ }).waitFor(patience);
  });
  await page.reload();
  await byKeys(4, phone, async (keyboard) => {
    await keyboard.enter(button("Shared"));
    await keyboard.enter(button("Share a key"));
    await keyboard.to(page.getByLabel("Name of your guest"));
    await keyboard.type("Otto Guest");
    await keyboard.enter(button("Share"));
    await page.locator(".link-shown").waitFor(patience);
    await keyboard.isSomewhere("in the sheet with the link");
    await keyboard.to(button("Copy the link"));
    await keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached", ...patience });
    await has(button("Share a key"), "two sheets, one after the other, give the focus back");
  });
  await control("keypad", { door: "front", code });
  await page.reload();
  await byKeys(5, phone, async (keyboard) => {
    await keyboard.enter(button("Activity"));
    await page.getByText("You").first().waitFor(patience);
  });
  await byKeys(6, phone, async (keyboard) => {
    await keyboard.enter(button("Shared"));
    const row = page.getByRole("button", { name: /Otto Guest/ });
    await keyboard.enter(row);
    await keyboard.enter(button("Stop sharing"));
    await button(/^Undo/).waitFor(patience);
    await keyboard.isSomewhere("in the sheet of a share that is stopped");
    await keyboard.press("Escape"); // at once, then
    await row.getByText(/Ending|Ended/).waitFor(patience);
    await has(row, "a sheet gives the focus back");
  });
  noFault();
});

test("A manager's tasks at the console", async () => {
  await cardea("lock", "battery", "4", "--state", "side");
  const person = await manager();
  const { page } = person;
  const dialog = page.getByRole("dialog");
  const button = (name) => page.getByRole("button", { name, exact: true });
  const atDialog = (name) => dialog.getByRole("button", { name, exact: true });
  const nav = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true });

  await page.getByRole("link", { name: "Battery is almost empty" }).waitFor(patience);
  await byKeys(12, person, async (keyboard) => {
    await keyboard.enter(page.getByRole("link", { name: "Battery is almost empty" }));
    await keyboard.enter(atDialog("Take it on"));
    await dialog.getByText("Taken on", { exact: true }).waitFor(patience);
    await keyboard.isSomewhere("in an alert that was taken on");
    await keyboard.press("Escape");
    await dialog.waitFor({ state: "detached", ...patience });
  });
  await home(person);
  await byKeys(14, person, async (keyboard) => {
    await keyboard.enter(nav("Doors"));
    await keyboard.enter(button("Unlock front"));
    await page.getByText(/^Opened \d\d:\d\d:\d\d/).waitFor(patience);
  });
  await home(person);
  await byKeys(10, person, async (keyboard) => {
    await seek(keyboard, "front");
    await keyboard.to(page.getByRole("tab", { name: "Now" }));
    await keyboard.press("ArrowRight", "ArrowRight");
    await page.getByRole("tab", { name: "Activity", selected: true }).waitFor(patience);
    await keyboard.to(page.getByLabel("From"));
    await page.getByRole("listitem").filter({ hasText: "Opened" }).filter({ hasText: "Nia Example" }).first().waitFor(patience);
  });
  await home(person);
  await byKeys(13, person, async (keyboard) => {
    await keyboard.enter(nav("Activity"));
    await keyboard.enter(button("Export"));
    await keyboard.isIn(page.getByRole("menu"));
    const download = page.waitForEvent("download", patience);
    await keyboard.press("ArrowDown", "Enter");
    await download;
  });
  await home(person);
  await byKeys(7, person, async (keyboard) => {
    await keyboard.enter(nav("Access"));
    const begin = button("Let somebody in").first();
    await keyboard.enter(begin);
    await page.getByRole("option", { name: "front" }).waitFor(patience);
    await keyboard.type("front");
    await keyboard.press("ArrowDown", "Enter");
    await keyboard.to(dialog.getByRole("combobox", { name: "Name", exact: true }));
    await keyboard.type("Grace Hopper");
    await keyboard.to(dialog.getByLabel("E-mail or phone number"));
    await keyboard.type("grace@example.org");
    await keyboard.enter(atDialog("Send the invitation"));
    await dialog.getByText("The invitation goes to grace@example.org").waitFor(patience);
    await keyboard.isSomewhere("in the dialog after inviting");
    // Tab stays in the dialog.
    for (let tabs = 0; tabs < 6; tabs++) {
      await keyboard.press("Tab");
      assert.ok(await dialog.evaluate((one) => one.contains(document.activeElement)), "a dialog keeps the focus");
    }
    await keyboard.enter(atDialog("Done"));
    await dialog.waitFor({ state: "detached", ...patience });
    await has(begin, "a dialog gives the focus back");
  });
  await home(person);
  await byKeys(9, person, async (keyboard) => {
    await seek(keyboard, "Nia Example");
    await keyboard.enter(button("Phone lost"));
    await keyboard.enter(atDialog("End and replace"));
    await dialog.getByLabel("Link", { exact: true }).waitFor(patience);
    await keyboard.isSomewhere("in the dialog with a new link");
    await keyboard.enter(atDialog("Done"));
    await dialog.waitFor({ state: "detached", ...patience });
  });
  await phone.page.reload();
  await phone.page.getByText("have ended on this phone").waitFor(patience);
  await phone.leave();
  await home(person);
  await byKeys(8, person, async (keyboard) => {
    await seek(keyboard, "Grace Hopper");
    await keyboard.enter(button("End all access"));
    await keyboard.enter(atDialog("End access to 1 door"));
    await page.getByText("All access was ended").waitFor(patience);
  });

  await cardea("door", "add", "attic", "--site", "home", "--zone", "Europe/Zurich");
  const { label } = await control("blank", { door: "attic" });
  await home(person);
  await byKeys(11, person, async (keyboard) => {
    await keyboard.enter(nav("Install"));
    const field = page.getByLabel("Label", { exact: true });
    await keyboard.to(field);
    await keyboard.type("CARDEA1:NONSENSE");
    await keyboard.to(page.getByRole("combobox", { name: "Door" }));
    await keyboard.press("ArrowDown");
    await page.getByRole("option", { name: "attic" }).waitFor(patience);
    await keyboard.press("ArrowDown", "Enter");
    await keyboard.enter(button("Continue"));
    await page.getByText("This is not the label of a lock.").waitFor(patience);
    await has(button("Continue"), "what was refused can be tried again");
    await keyboard.to(field, "Shift+Tab");
    await keyboard.press("Control+a");
    await keyboard.type(label);
    await keyboard.enter(button("Continue"));
    await page.getByText("Press the button on the inside of the lock.").waitFor(patience);
    await keyboard.isSomewhere("while the lock is waited for");
    await control("power", { door: "attic", on: true });
    await control("button", { door: "attic" });
    await button("Try the bolt").waitFor({ timeout: 60_000 });
    await keyboard.isSomewhere("before the bolt is tried");
    await keyboard.enter(button("Try the bolt"));
    await page.getByText("The lock of attic has opened, by its own word.").waitFor(patience);
    await keyboard.isSomewhere("once the lock is installed");
    await keyboard.enter(page.getByRole("link", { name: "To the door" }));
    await page.getByRole("heading", { level: 1, name: "attic" }).waitFor(patience);
  });
  await person.leave();
  noFault();
  assert.equal((await call("/v1/alerts?state=acknowledged")).items.length, 1);
});

test("README.md's table has each task, its budget, and the tests that do it", () => {
  const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
  const table = [...read("README.md").matchAll(/^\| (\d+)\. (.*?) \| (\d+) \| `(.*?)` \| (.*?) \|/gm)].map(([, task, name, most, file, keys]) => ({ task, name, most: Number(most), file, keys }));
  assert.deepEqual(table.map(({ task, name, most }) => [task, name, most]), Object.entries(tasks).map(([task, [name, most]]) => [task, name, most]));
  for (const { task, file, keys } of table) {
    assert.ok(read(file).includes(`within(${task}, `), `${file} counts task ${task}`);
    const byKeys = read("by_keys.mjs").includes(`byKeys(${task}, `) ? "by_keys.mjs" : read(file).includes('test("By keyboard alone') ? file : undefined;
    assert.equal(keys, byKeys === undefined ? "nothing to press" : `\`${byKeys}\``, `task ${task}`);
  }
});
