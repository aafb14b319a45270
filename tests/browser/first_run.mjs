// SPDX-License-Identifier: Apache-2.0
// A new user with the browser alone: from a platform with nothing in it to a guest at an opened door, in every language; a practice
// lock for who has none; and a key that is none.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { arrive, control, languages, world } from "./browser.mjs";
import { wordsOf } from "./catalog.mjs";
import { patience } from "./manager.mjs";

const personSecondsMax = 300;
const owner = { name: "Ada Lovelace", email: "ada@example.org", password: "correct horse battery staple" };

/**
 * Somebody who is new here: what they did, and how long a person takes for it. That is the keystroke-level model (Card, Moran and
 * Newell: a key 0.28 s, pointing and clicking 1.3 s, making up one's mind 1.35 s) and everything that is shown, read once at
 * 230 words or 300 characters of Chinese a minute.
 */
class Newcomer {
  seconds = 0;
  steps = 0;
  clicks = 0;
  keys = 0;
  read = new Set();

  constructor(language) {
    this.language = language;
  }

  /** One step at the page that `person` sees: looks at it, and does something. */
  async step(person, name, act) {
    this.steps++;
    const shown = await person.page.evaluate(() => [...document.querySelectorAll("main, [role=dialog]")].map((part) => part.innerText).join("\n"));
    for (const line of shown.split("\n")) this.#reads(line);
    if (process.env.CARDEA_PICTURES) await person.shoot(join(process.env.CARDEA_PICTURES, `${this.language}-${String(this.steps).padStart(2, "0")}-${name}.png`));
    const { clicks, keys } = await person.count(act);
    this.clicks += clicks;
    this.keys += keys;
    this.seconds += 1.35 + clicks * 1.3 + keys * 0.28;
  }

  #reads(line) {
    if (this.read.has(line)) return;
    this.read.add(line);
    const characters = line.match(/\p{Script=Han}/gu)?.length ?? 0;
    this.seconds += (characters / 300 + (line.match(/[\p{Script=Latin}\d]+/gu)?.length ?? 0) / 230) * 60;
  }
}

/** What somebody has in the clipboard: two keys. */
async function paste(page, field, text) {
  await field.focus();
  await page.keyboard.insertText(text);
  await page.keyboard.press("Shift");
  await page.keyboard.press("Shift");
}

async function type(field, text) {
  await field.click();
  await field.pressSequentially(text);
}

async function becomeOwner(page, say, key) {
  await paste(page, page.getByLabel(say("API key")), key);
  await type(page.getByLabel(say("Your name")), owner.name);
  await type(page.getByLabel(say("E-mail")), owner.email);
  await type(page.getByLabel(say("Choose a password")), owner.password);
  await page.getByRole("button", { name: say("Become the owner") }).click();
}

for (const language of languages)
  test(`From nothing to a guest's first opened door in less than five minutes: ${language}`, async () => {
    const { key } = await control("fresh");
    const say = wordsOf(language);
    const began = Date.now();
    const newcomer = new Newcomer(language);
    const ada = await arrive({ language });
    const { page } = ada;
    const button = (name) => page.getByRole("button", { name: say(name) });

    await page.goto(world.console);
    await page.getByRole("link", { name: say("Set up a new platform") }).waitFor(patience);
    await newcomer.step(ada, "sign-in", () => page.getByRole("link", { name: say("Set up a new platform") }).click());
    await button("Become the owner").waitFor(patience);
    await newcomer.step(ada, "start", () => becomeOwner(page, say, key));
    await button("Add site").waitFor(patience);
    await newcomer.step(ada, "site", async () => {
      await type(page.getByLabel(say("Name of the site")), "Harbour House");
      await page.keyboard.press("Enter");
    });
    await button("Add door").waitFor(patience);
    await newcomer.step(ada, "door", async () => {
      await type(page.getByLabel(say("Name of the door")), "Front door");
      await page.keyboard.press("Enter");
    });
    await page.getByRole("link", { name: say("Install a lock") }).waitFor(patience);
    await newcomer.step(ada, "to-install", () => page.getByRole("link", { name: say("Install a lock") }).click());

    const { label } = await control("blank", { door: "front" });
    await button("Continue").waitFor(patience);
    await newcomer.step(ada, "label", async () => {
      await paste(page, page.getByLabel(say("Label")), label);
      await button("Continue").click();
    });
    await page.getByText(say("Press the button on the inside of the lock.")).waitFor(patience);
    await newcomer.step(ada, "at-the-lock", async () => {
      await control("power", { door: "front", on: true });
      await control("button", { door: "front" });
    });
    await button("Try the bolt").waitFor(patience);
    await newcomer.step(ada, "try", () => button("Try the bolt").click());
    await page.getByText(say("The lock of {name} has opened, by its own word.")).waitFor(patience);
    await newcomer.step(ada, "installed", () => page.getByRole("link", { name: say("Let somebody in") }).click());

    await page.getByRole("dialog").waitFor(patience);
    await newcomer.step(ada, "invite", async () => {
      await page.keyboard.type("Grace Hopper");
      await page.keyboard.press("Enter");
    });
    const link = await page.getByLabel(say("Link")).inputValue(patience);
    await newcomer.step(ada, "link", () => button("Done").click());

    const grace = await arrive({ language, size: "phone" });
    await newcomer.step(ada, "access", () => grace.page.goto(link));
    await grace.page.locator(".invitation").filter({ hasText: "Harbour House" }).waitFor(patience);
    await newcomer.step(grace, "invitation", () => grace.page.locator(".actions .primary").click());
    await grace.page.locator(".code").waitFor(patience);
    // The lock is online: what the phone has, it has a moment later.
    await page.getByRole("listitem").filter({ hasText: "Grace Hopper" }).getByText(say("On the lock")).waitFor(patience);
    await newcomer.step(grace, "code", async () => {
      const code = await grace.page.locator(".code").getAttribute("data-code");
      assert.equal((await control("keypad", { door: "front", code })).verdict, "granted");
      newcomer.keys += code.length;
    });
    await newcomer.step(ada, "on-the-lock", () => page.getByRole("navigation").getByRole("link", { name: say("Home") }).click());
    const opening = page.getByRole("listitem").filter({ hasText: "Grace Hopper" }).filter({ hasText: "Front door" }).filter({ has: page.getByText(say("Opened")) });
    await opening.first().waitFor(patience);
    await newcomer.step(ada, "home", () => {});

    const { steps, clicks, keys, seconds } = newcomer;
    console.log(`first door, ${language}: ${steps} steps, ${clicks} clicks, ${keys} keys; a person takes ${Math.round(seconds)} s, this script took ${Math.round((Date.now() - began) / 1000)} s`);
    assert.ok(seconds < personSecondsMax, `${Math.round(seconds)} s`);
    await ada.leave();
    await grace.leave();
  });

test("Who has no lock takes one to practise with, and opens it", async () => {
  const { key } = await control("fresh");
  const person = await arrive();
  const { page } = person;
  const say = wordsOf("en");
  await page.goto(`${world.console}/start`);
  await becomeOwner(page, say, key);
  await page.getByLabel("Name of the site").fill("Harbour House");
  await page.keyboard.press("Enter");
  await page.getByLabel("Name of the door").fill("Front door");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Use a practice lock" }).click();
  await page.getByRole("link", { name: "Let somebody in" }).waitFor(patience);
  await page.getByRole("navigation").getByRole("link", { name: "Doors" }).click();
  await page.getByRole("button", { name: "Unlock Front door" }).click();
  await page.getByText(/^Opened \d\d:\d\d:\d\d/).waitFor(patience);
  await person.leave();
});

test("A key that is none makes nobody an owner", async () => {
  const person = await arrive({ language: "de" });
  const { page } = person;
  await page.goto(`${world.console}/start`);
  await becomeOwner(page, wordsOf("de"), "cardea_" + "0".repeat(64));
  await page.getByRole("alert").waitFor(patience);
  assert.equal(new URL(page.url()).pathname, "/start");
  await person.leave();
});
