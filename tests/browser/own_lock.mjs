// SPDX-License-Identifier: Apache-2.0
// Somebody with a phone and a new lock in its box, and nobody who invites them: from the label to a code that opens their door.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrive, control, languages, world } from "./browser.mjs";
import { within } from "./budget.mjs";
import { cameraSeeing } from "./camera.mjs";
import { patience } from "./manager.mjs";

const offer = { en: "Add a lock of my own", de: "Eigenes Schloss hinzufügen", "zh-CN": "添加自己的门锁" };

async function welcome(person) {
  const asked = person.page.waitForResponse((answer) => answer.url().endsWith("/v1/health"));
  await person.page.goto(world.phone);
  await (await asked).finished();
}

/** The form, filled in as far as somebody types. */
async function begin({ page }, label) {
  await page.getByRole("button", { name: offer.en }).click();
  await page.getByLabel("Label", { exact: true }).fill(label);
  await page.getByLabel("Your name").fill("Grace Hopper");
}

/** Somebody at the lock: power, and the button inside. */
async function press(door) {
  await control("power", { door, on: true });
  await control("button", { door });
}

const added = (page) => page.getByRole("heading", { name: "Press the button on the inside of the lock" });

test("Where nobody may add a lock of their own, the app does not offer it", async () => {
  const person = await arrive({ size: "phone" });
  await welcome(person);
  await person.page.getByRole("button", { name: "Open invitation" }).waitFor();
  assert.equal(await person.page.getByText(offer.en).count(), 0);
  await person.leave();
});

test("The platform is told to offer it", async () => {
  await control("platform", { on: false });
  await control("platform", { on: true, homes: true });
});

test("From the label in the box to a code that opens the door, in four taps and a name", async () => {
  const { label } = await control("blank", { door: "mine" });
  const camera = cameraSeeing(label);
  const person = await arrive({ size: "phone", flags: camera.flags });
  const { page } = person;
  await welcome(person);
  await person.check("the first page, with its offer");
  const { clicks } = await person.count(async () => {
    await page.getByRole("button", { name: offer.en }).click();
    await page.getByRole("button", { name: "Scan the label" }).click();
    await page.waitForFunction((text) => document.querySelector("#lock-label").value === text, label, patience);
    assert.equal(await page.locator("video").count(), 0, "the camera is off again");
    await page.getByLabel("Your name").fill("Grace Hopper");
    await person.check("a label that was scanned");
    await page.getByRole("button", { name: "Add lock" }).click();
    await added(page).waitFor(patience);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
    await page.getByText("Waiting for the lock…").waitFor();
    await person.check("waiting for the lock");
    // No key is shown, and nothing is said to be alive, before the lock itself was heard.
    assert.equal(await page.getByRole("heading", { name: "Your lock is alive" }).count(), 0);
    await press("mine");
    await page.getByRole("heading", { name: "Your lock is alive" }).waitFor(patience);
    await page.getByText("There is no e-mail address for this lock.").waitFor();
    await person.check("a lock that is alive");
    await page.getByRole("button", { name: "Show my key" }).click();
    await page.locator(".code").waitFor(patience);
  });
  within(15, { clicks });
  assert.equal(await page.locator("#open-key").innerText(), "Front door");
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByRole("button", { name: /^Opened \d\d:\d\d:\d\d/ }).waitFor(patience);
  // What the lock did on that order it did after it had heard of the key.
  const code = await page.locator(".code").getAttribute("data-code");
  assert.equal((await control("keypad", { door: "mine", code })).verdict, "granted");
  // It is the person's own door: they see who came in, and may let in others.
  await page.getByRole("navigation").getByRole("button", { name: "Activity" }).click();
  await page.getByText("You", { exact: true }).first().waitFor(patience);
  await page.getByRole("navigation").getByRole("button", { name: "Shared" }).click();
  await page.getByRole("button", { name: "Share a key" }).waitFor();
  await person.leave();
  camera.remove();
});

test("A label that is none, has a slip, or is of somebody's lock is refused, and says what to do", async () => {
  const { label } = await control("blank", { door: "other" });
  const person = await arrive({ size: "phone" });
  const { page } = person;
  await welcome(person);
  const field = page.getByLabel("Label", { exact: true });
  await begin(person, "https://example.org/");
  await page.getByRole("button", { name: "Add lock" }).click();
  await page.getByText("This is not the label of a lock.").waitFor();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.equal(await field.evaluate((one) => one === document.activeElement), true);
  await person.check("a label that is none");
  await field.fill(label.slice(0, -1) + (label.at(-1) === "A" ? "B" : "A"));
  await page.getByRole("button", { name: "Add lock" }).click();
  await page.getByText("This label has a slip in it.").waitFor(patience);
  const first = await arrive({ size: "phone" });
  await welcome(first);
  await begin(first, label);
  await first.page.getByRole("button", { name: "Add lock" }).click();
  await added(first.page).waitFor(patience);
  await field.fill(label);
  await page.getByRole("button", { name: "Add lock" }).click();
  await page.getByText("Somebody has claimed this lock. Do not press its button.").waitFor(patience);
  await person.check("a lock that is somebody's");
  await first.leave();
  await person.leave();
});

test("By keyboard alone; an answer that got lost is made good by trying again; and who left finds the key later", async () => {
  const { label } = await control("blank", { door: "cabin" });
  const person = await arrive({ complaints: [/net::ERR_|Failed to load resource/] });
  const { page } = person;
  await welcome(person);
  const to = async (name) => {
    for (let tabs = 0; tabs < 30; tabs++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((wanted) => (document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText).trim() === wanted, name)) return;
    }
    assert.fail(`${name} is not reached by Tab`);
  };
  await to(offer.en);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: offer.en }).waitFor(patience);
  await to("Label");
  await page.keyboard.insertText(label.toLowerCase());
  await to("Your name");
  await page.keyboard.type("Grace Hopper");
  let lost = 0;
  await page.route("**/v1/homes", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch(); // the platform has done it
    await route.abort();
  });
  await page.keyboard.press("Enter");
  await page.getByText("The platform cannot be reached.").waitFor(patience);
  await to("Add lock");
  await page.keyboard.press("Enter");
  await added(page).waitFor(patience);
  await page.reload();
  await page.getByText("Press the button on the inside of the lock. Then your key comes by itself.").waitFor(patience);
  await press("cabin");
  for (let tries = 0; tries < 60 && (await page.locator(".code").count()) === 0; tries++) {
    await page.reload({ waitUntil: "networkidle" });
  }
  await page.locator(".code").waitFor(patience);
  await person.leave();
});

test("It speaks three languages, and whoever has keys already finds it too", async () => {
  for (const language of languages) {
    const person = await arrive({ language, size: "phone" });
    const { page } = person;
    await welcome(person);
    await page.getByRole("button", { name: offer[language] }).click();
    await page.getByRole("heading", { name: offer[language] }).waitFor(patience);
    await person.check(`a lock of one's own in ${language}`);
    await person.leave();
  }
  const { label } = await control("blank", { door: "shed" });
  const person = await arrive({ size: "phone" });
  const { page } = person;
  await welcome(person);
  await begin(person, label);
  await page.getByLabel("E-mail (recommended)").fill("grace@example.org");
  await page.getByRole("button", { name: "Add lock" }).click();
  await added(page).waitFor(patience);
  await press("shed");
  await page.getByRole("heading", { name: "Your lock is alive" }).waitFor(patience);
  assert.equal(await page.getByText("There is no e-mail address for this lock.").count(), 0);
  await page.getByRole("button", { name: "Show my key" }).click();
  await page.getByRole("button", { name: "This phone" }).click();
  await page.getByRole("button", { name: offer.en }).click();
  await page.getByRole("heading", { name: offer.en }).waitFor(patience);
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("heading", { name: "This phone" }).waitFor(patience);
  await person.leave();
});
