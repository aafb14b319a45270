// SPDX-License-Identifier: Apache-2.0
// The console over a building, as its manager uses it: opening a door, seeing who came, hearing of it at once.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { arrive, cardea, control, world } from "./browser.mjs";
import { within } from "./budget.mjs";
import { call, manager, patience } from "./manager.mjs";

/** Lets somebody in at the front; their code of this half minute. */
async function letIn(name) {
  return /^code +(\d+)$/m.exec(await cardea("let-in", "--person", name, "--door", "front", "--to", "+2h"))[1];
}

async function openWith(code) {
  const verdict = await control("keypad", { door: "front", code });
  assert.equal(verdict.verdict, "granted");
}

test("A wrong password is refused in words, and says nothing of whether the account exists", async () => {
  const person = await arrive({ language: "de" });
  const { page } = person;
  await page.goto(world.console);
  await page.getByLabel("E-Mail").fill("nobody@example.org");
  await page.locator("input[type=password]").fill("a wrong password");
  await page.getByRole("button", { name: "Mit Passwort anmelden" }).click();
  await page.getByRole("alert").waitFor(patience);
  assert.match(await page.getByRole("alert").innerText(), /nicht/);
  await person.leave();
});

test("A door is opened from afar in two clicks, and said to be open only by its lock", async () => {
  const person = await manager();
  const { page } = person;
  const { clicks } = await person.count(async () => {
    await page.getByRole("navigation").getByRole("link", { name: "Doors" }).click();
    await page.getByRole("button", { name: "Unlock front" }).click();
    await page.getByText(/^Opened \d\d:\d\d:\d\d/).waitFor(patience);
  });
  within(14, { clicks });
  const { items } = await call("/v1/events?type=access.granted&limit=1");
  assert.equal(items[0].method, "platform");
  await person.leave();
});

test("A door whose lock has no power is never said to be open", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/doors`);
  const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "side", exact: true }) });
  await row.getByText("Online").waitFor(patience);
  await control("power", { door: "side", on: false });
  await row.getByText(/^Offline/).waitFor(patience);
  await row.getByRole("button", { name: "Unlock side" }).click();
  await row.getByRole("status").filter({ hasText: /./ }).waitFor(patience);
  await row.getByRole("button", { name: "Unlock side" }).and(page.locator(":not([data-busy])")).waitFor(patience);
  assert.doesNotMatch(await row.innerText(), /Opened/);
  await control("power", { door: "side", on: true });
  await row.getByText("Online").waitFor(patience);
  await person.leave();
});

test("Who opened a door at a time is three clicks away", async () => {
  await openWith(await letIn("Bo Chen"));
  const person = await manager();
  const { page } = person;
  const { clicks } = await person.count(async () => {
    await page.getByRole("navigation").getByRole("link", { name: "Doors" }).click();
    await page.getByRole("heading", { level: 1, name: "Doors" }).waitFor(patience);
    await page.getByRole("link", { name: "front", exact: true }).click();
    await page.getByRole("tab", { name: "Activity" }).click();
    const hour = new Date(Date.now() - 3_600_000);
    const local = new Date(hour.getTime() - hour.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    await page.getByLabel("From").fill(local);
    const row = page.getByRole("listitem").filter({ hasText: "Opened" }).filter({ hasText: "Bo Chen" });
    await row.first().waitFor(patience);
  });
  within(10, { clicks });
  await person.leave();
});

test("What happened is saved as a file in three clicks", async () => {
  const person = await manager();
  const { page } = person;
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url())));
  let saved;
  const { clicks } = await person.count(async () => {
    await page.getByRole("navigation").getByRole("link", { name: "Activity" }).click();
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download", patience);
    await page.getByRole("menuitem", { name: /CSV/ }).click();
    saved = readFileSync(await (await download).path(), "utf8");
  });
  within(13, { clicks });
  const { items } = await call("/v1/events?limit=1");
  const lines = saved.trim().split("\r\n");
  assert.match(lines[0], /position,recorded_at,at,type,door/);
  assert.ok(lines.length - 1 <= items[0].position && lines.length > 10, `${lines.length} lines of ${items[0].position} events`);
  assert.match(saved, /access\.granted,door_\w+,front,Europe\/Zurich,person_\w+,Bo Chen,/);
  const lists = asked.filter(({ pathname, searchParams }) => ["/v1/doors", "/v1/persons"].includes(pathname) && searchParams.get("limit") === "200");
  assert.deepEqual(lists.map(String), [], "only those doors and people are read that occur");
  await person.leave();
});

test("An opening appears by itself; a lost connection is said, and nothing is missing afterwards", async () => {
  const code = await letIn("Carla Rossi");
  const person = await manager({ complaints: [/Failed to load resource/] });
  const { page } = person;
  await page.goto(`${world.console}/activity?type=access.granted`);
  await page.getByText("Live", { exact: true }).waitFor(patience);
  const rows = page.getByRole("listitem").filter({ hasText: "Carla Rossi" });
  assert.equal(await rows.count(), 0);
  await openWith(code);
  await rows.first().waitFor(patience);

  const next = await letIn("Dev Patel");
  await control("platform", { on: false });
  await page.getByText(/^Live updates lost/).waitFor(patience);
  await openWith(next);
  await control("platform", { on: true });
  await page.getByText(/^Live updates lost/).waitFor({ state: "detached", ...patience });
  await page.getByRole("listitem").filter({ hasText: "Dev Patel" }).first().waitFor(patience);
  await person.leave();
});

test("A door is found and opened by keyboard alone, and a dialog gives the focus back", async () => {
  const person = await manager();
  const { page } = person;
  const { clicks } = await person.count(async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("front");
    await page.getByRole("option", { name: /front/ }).waitFor(patience);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "front" }).waitFor(patience);
    await page.getByRole("button", { name: "Unlock front" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText(/^Opened \d\d:\d\d:\d\d/).waitFor(patience);
  });
  assert.equal(clicks, 0);
  await page.goto(`${world.console}/doors`);
  const add = page.getByRole("button", { name: "Add door" });
  await add.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Add a door" }).waitFor(patience);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached", ...patience });
  assert.ok(await add.evaluate((button) => button === document.activeElement));
  await person.leave();
});

test("What came of writing a lock off stays to be read when there is no lock to write off any more", async () => {
  const { items } = await call("/v1/doors");
  const side = items.find((door) => door.name === "side");
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/doors/${side.id}?tab=settings`);
  const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: "Lock that is gone" }) });
  await panel.getByLabel("Nobody will see this lock again").check();
  await panel.getByRole("button", { name: "Write off for good" }).click();
  await page.getByText("This door has no lock yet").waitFor(patience);
  await panel.getByRole("status").filter({ hasText: "Written off. The door is free for another lock." }).waitFor(patience);
  assert.equal(await panel.getByRole("button").count(), 0, "once is enough");
  await person.check("a lock that was written off");
  await page.waitForFunction(() => document.activeElement?.matches("section") && document.activeElement.innerText.includes("Written off."), undefined, patience);
  assert.equal((await call(`/v1/locks/${side.lock_id}`)).state, "written_off");
  await page.reload();
  await page.getByText("This door has no lock yet").waitFor(patience);
  await panel.waitFor({ state: "detached", ...patience });
  await person.leave();
});
