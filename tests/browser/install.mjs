// SPDX-License-Identifier: Apache-2.0
// An installer with a phone brings a lock to life, and the lock itself says that its bolt moved.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraSeeing } from "./camera.mjs";
import { arrive, cardea, control, newOperator, signIn, world } from "./browser.mjs";
import { within } from "./budget.mjs";

test("A label that is none is refused beside its field, and a real one comes alive in six taps", async () => {
  await cardea("door", "add", "attic", "--site", "home", "--zone", "Europe/Zurich");
  const { label } = await control("blank", { door: "attic" });
  const person = await arrive({ size: "phone" });
  await signIn(person, await newOperator());
  const { page } = person;
  await page.goto(`${world.console}/install`);
  const field = page.getByLabel("Label", { exact: true });
  await field.fill("CARDEA1:NONSENSE");
  await page.getByRole("combobox", { name: "Door" }).click();
  await page.getByRole("option", { name: "attic" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("This is not the label of a lock.").waitFor();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  await person.check("a label that is none");
  await page.goto(`${world.console}/install`);
  const { clicks } = await person.count(async () => {
    await page.getByRole("combobox", { name: "Door" }).click();
    await page.getByRole("option", { name: "attic" }).click();
    await field.fill(label);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Press the button on the inside of the lock.").waitFor();
    await control("power", { door: "attic", on: true });
    await control("button", { door: "attic" });
    await page.getByRole("button", { name: "Try the bolt" }).click({ timeout: 60_000 });
    await page.getByText("The lock of attic has opened, by its own word.").waitFor();
    await page.getByRole("link", { name: "To the door" }).click();
    await page.getByRole("heading", { level: 1, name: "attic" }).waitFor();
  });
  within(11, { clicks });
  await person.leave();
});

test("The camera reads a label, and says of any other code that it is none", async () => {
  const { label } = await control("blank", { door: "shed" });
  for (const seen of ["https://example.org/", label]) {
    const camera = cameraSeeing(seen);
    const person = await arrive({ size: "phone", flags: camera.flags });
    await signIn(person, await newOperator());
    const { page } = person;
    await page.goto(`${world.console}/install`);
    await page.getByRole("button", { name: "Scan the label" }).click();
    if (seen === label) {
      await page.waitForFunction((text) => [...document.querySelectorAll("input, textarea")].some((field) => field.value === text), label);
      assert.equal(await page.locator("video").count(), 0, "the camera is off again");
    } else {
      await page.getByText("This code is not a lock's label.").waitFor();
      await person.check("a camera that sees another code");
    }
    await person.leave();
    camera.remove();
  }
});

test("Every part of the settings is read without a fault, and a key is shown once", async () => {
  const person = await arrive();
  await signIn(person, await newOperator());
  const { page } = person;
  for (const [tab, sight] of [["workspace", "Language of messages"], ["codes", "Guesses that the keypad takes in a day"], ["operators", "Invite an operator"], ["keys", "Make an API key"], ["webhooks", "Add a webhook"]]) {
    await page.goto(`${world.console}/settings?tab=${tab}`);
    await page.getByText(sight).first().waitFor();
    await person.check(`settings, ${tab}`);
  }
  await page.goto(`${world.console}/settings?tab=keys`);
  await page.getByRole("button", { name: "Make an API key" }).click();
  await page.getByLabel("What it is for").fill("the booking system");
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await page.getByLabel("API key", { exact: true }).inputValue();
  assert.equal((await fetch(`${world.api}/v1/doors`, { headers: { Authorization: `Bearer ${key}` } })).status, 200);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("the booking system").waitFor();
  assert.ok(!(await page.content()).includes(key));
  await person.leave();
});
