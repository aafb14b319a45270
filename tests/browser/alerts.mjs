// SPDX-License-Identifier: Apache-2.0
// Alerts: they come by themselves, somebody takes them on and closes them, and nothing is said that the platform has not said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cardea, control, world } from "./browser.mjs";
import { within } from "./budget.mjs";
import { call, manager, patience } from "./manager.mjs";

test("A forced door appears by itself, at its own time, is taken on in one click and closed with a note", async () => {
  const person = await manager({ zone: "Asia/Tokyo" });
  const { page } = person;
  await page.goto(`${world.console}/alerts`);
  await page.getByText("Nothing needs you now").waitFor(patience);
  await cardea("lock", "advance", 60, "--state", "front");
  await cardea("lock", "door", "open", "--state", "front");
  const row = page.getByRole("listitem").filter({ hasText: "front" });
  await row.getByText("Door forced").waitFor(patience);
  assert.match(await row.getByRole("time").innerText(), /Zurich|Switzerland|Central/);
  await person.check("open alerts");

  const { clicks } = await person.count(async () => {
    await row.getByRole("button", { name: "Take it on: Door forced, front" }).click();
    await page.getByText("Taken on: Door forced").waitFor(patience);
  });
  assert.equal(clicks, 1);
  await row.waitFor({ state: "detached", ...patience });
  assert.ok(await page.getByRole("region", { name: "Alerts" }).evaluate((panel) => panel === document.activeElement), "the focus stays at the list");
  assert.equal((await call("/v1/alerts?state=acknowledged")).items.length, 1);

  await page.getByText("Taken on", { exact: true }).click();
  await row.getByText("Ada", { exact: true }).waitFor(patience);
  await row.getByRole("link", { name: "Door forced" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Send somebody to look").waitFor(patience);
  await person.check("an alert");
  await dialog.getByLabel("Note").fill("A guest leaned on it.");
  await dialog.getByRole("button", { name: "Close the alert" }).click();
  await page.getByText("What happens next is a new alert.").waitFor(patience);
  await page.getByRole("dialog").getByRole("button", { name: "Close the alert" }).click();
  await dialog.getByText("A guest leaned on it.").waitFor(patience);
  await page.keyboard.press("Escape");
  await page.getByText("Closed", { exact: true }).click();
  await row.getByText("Ada", { exact: true }).waitFor(patience);
  await person.check("closed alerts");
  await row.getByRole("link", { name: "front" }).click();
  await page.getByRole("heading", { level: 1, name: "front" }).waitFor(patience);
  await person.leave();
});

test("A low battery is seen at Home and taken on; one that was changed closes its own alert", async () => {
  await cardea("lock", "battery", 4, "--state", "side");
  const person = await manager();
  const { page } = person;
  const alert = page.getByRole("link", { name: "Battery is almost empty" });
  await alert.waitFor(patience);
  const taken = await person.count(async () => {
    await alert.click();
    await page.getByRole("dialog", { name: "Battery is almost empty" }).getByRole("button", { name: "Take it on" }).click();
    await page.getByRole("dialog").getByText("Taken on", { exact: true }).waitFor(patience);
  });
  within(12, taken);
  await cardea("lock", "battery", 100, "--state", "side");
  await page.goto(`${world.console}/alerts?show=closed`);
  await page.getByRole("listitem").filter({ hasText: "Battery is almost empty" }).getByText("by itself").waitFor(patience);
  await person.leave();
});

test("A page that hears nothing does not say that nothing needs anybody", async () => {
  const person = await manager({ complaints: [/Failed to load resource/] });
  const { page } = person;
  await page.goto(`${world.console}/alerts?show=acknowledged`);
  await page.getByText("Nobody sees to an alert now").waitFor(patience);
  await control("platform", { on: false });
  await page.getByText(/^At \d\d:\d\d there was none/).waitFor(patience);
  await control("platform", { on: true });
  await page.getByText("Nobody sees to an alert now").waitFor(patience);
  await person.leave();
});
