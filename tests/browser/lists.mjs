// SPDX-License-Identifier: Apache-2.0
// A long list: few rows in the page, all of it by wheel, by keyboard and by ear, and anything of it by a few letters.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { world } from "./browser.mjs";
import { call, manager, patience } from "./manager.mjs";

const doorCount = 320; // three pages and some
const rowsMax = 60;

before(async () => {
  const site = await call("/v1/sites", { name: "Harbour Towers" });
  const doors = Array.from({ length: doorCount }, (_, n) => ({ path: "/v1/doors", body: { site_id: site.id, name: `Flat ${n + 1}`, zone: "Europe/Zurich" } }));
  for (let from = 0; from < doorCount; from += 100) await call("/v1/bulk", { operations: doors.slice(from, from + 100), atomic: true });
  await call("/v1/persons", { name: "Änne Öztürk", email: "aenne@example.org" });
});

const rows = (page) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name: /^Flat / }) });
/** Which row of how many has the focus, as a screen reader says it. */
const focused = (page) =>
  page.evaluate(() => {
    const row = document.activeElement.closest("[role=listitem]");
    return row && { at: Number(row.ariaPosInSet), of: Number(row.ariaSetSize) };
  });

test("A list of any length has few rows in the page, and each says which of how many it is", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(world.console + "/doors");
  await rows(page).first().waitFor(patience);
  assert.equal(await rows(page).first().getAttribute("aria-posinset"), "1");
  assert.equal(await rows(page).first().getAttribute("aria-setsize"), "-1", "nobody knows yet");
  await person.check("a long list");
  await page.mouse.move(640, 500);
  const all = page.getByText(`${doorCount} doors`);
  const atEnd = () => page.evaluate(() => Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight);
  while (!((await all.count()) && (await atEnd()))) {
    await page.mouse.wheel(0, 2_000);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    const count = await rows(page).count();
    assert.ok(count <= rowsMax, `${count} rows`);
  }
  await page.locator(`[aria-posinset="${doorCount}"]`).waitFor(patience);
  assert.equal(await rows(page).last().getAttribute("aria-setsize"), String(doorCount));
  await person.leave();
});

test("By keyboard alone the list goes on row by row, and from where one was when the wheel was turned", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(world.console + "/doors");
  await rows(page).first().getByRole("link", { name: /^Flat / }).focus();
  for (let row = 2; row <= 40; row++) {
    await page.keyboard.press("Tab"); // the way to a lock for this door
    await page.keyboard.press("Tab");
    assert.deepEqual(await focused(page), { at: row, of: -1 });
    assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().bottom <= innerHeight), `row ${row} is in sight`);
  }
  await page.mouse.move(640, 500);
  await page.mouse.wheel(0, -5_000);
  await page.locator('[aria-posinset="1"]').waitFor(patience);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal((await focused(page)).at, 41);
  await person.leave();
});

test("Whatever is far in the list is found by a few letters, in the list and with Ctrl-K", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(world.console + "/doors");
  await rows(page).first().waitFor(patience);
  await page.getByRole("textbox", { name: "Search doors" }).fill("towers FLAT 31");
  await page.getByText("13 doors").waitFor(patience);
  const found = await rows(page).getByRole("link", { name: /^Flat / }).allInnerTexts();
  assert.deepEqual(found, ["131", "231", "31", "310", "311", "312", "313", "314", "315", "316", "317", "318", "319"].map((number) => `Flat ${number}`));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("OZTURK");
  await page.getByRole("option", { name: /Änne Öztürk/ }).waitFor(patience);
  await page.getByRole("combobox").fill("flat 29");
  await page.getByRole("option", { name: /^Flat 29 / }).waitFor(patience);
  assert.match(await page.getByRole("option").first().innerText(), /^Flat 29\n/, "what is called just so comes first");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Flat 29", exact: true }).waitFor(patience);
  await page.goto(world.console + "/people");
  await page.getByRole("textbox", { name: "Search people" }).fill("AENNE@");
  await page.getByText("1 person").waitFor(patience);
  await page.getByRole("link", { name: "Änne Öztürk" }).waitFor(patience);
  await page.getByRole("textbox", { name: "Search people" }).fill("nobody");
  await page.getByText("Nobody has that name").waitFor(patience);
  await person.leave();
});

test("Who chooses doors finds them at the platform, by a few letters, and sees what is chosen by name", async () => {
  const far = (await call("/v1/doors?q=flat%20300")).items[0];
  const ada = (await call("/v1/persons")).items[0];
  const grant = await call("/v1/access-grants", { person_id: ada.id, door_ids: [far.id], from: "2030-01-01T00:00:00Z", to: null });
  const person = await manager();
  const { page } = person;
  const dialog = page.getByRole("dialog");
  const asked = [];
  page.on("request", (request) => /\/v1\/doors\?/.test(request.url()) && asked.push(new URL(request.url()).searchParams));
  /** Opens a field with doors; the one that was typed comes first, and is chosen by its name. */
  const choose = async (field, typed, name) => {
    await field.click();
    await page.getByRole("option", { name: "Flat 1", exact: true }).waitFor(patience);
    await field.fill(typed);
    await page.getByRole("option", { name, exact: true }).click();
    await dialog.getByText(name, { exact: true }).filter({ visible: true }).first().waitFor(patience);
  };
  await page.goto(`${world.console}/access?invite=yes`);
  await choose(dialog.getByLabel("Doors"), "TOWERS 317", "Flat 317");
  await dialog.getByLabel("Doors").fill("nowhere");
  await page.getByText("Nothing has that name").waitFor(patience);
  await page.goto(`${world.console}/access?grant=${grant.id}`);
  await dialog.getByRole("button", { name: "Change", exact: true }).click();
  await dialog.getByText("Flat 300", { exact: true }).waitFor(patience);
  await choose(dialog.getByLabel("Doors"), "flat 299", "Flat 299");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("link", { name: "Flat 299" }).waitFor(patience);
  await page.goto(`${world.console}/settings?tab=operators`);
  await page.getByRole("button", { name: "Invite an operator" }).click();
  await choose(dialog.getByLabel("Where"), "flat 250", "Flat 250");
  await dialog.getByLabel("Where").fill("harbour");
  await page.getByRole("option", { name: "Harbour Towers", exact: true }).waitFor(patience);
  assert.ok(asked.some((query) => query.get("q") === "TOWERS 317"), "the platform was asked");
  assert.deepEqual(asked.filter((query) => query.has("cursor") || Number(query.get("limit")) > 50).map(String), [], "never for all doors");
  await person.leave();
});

test("A field that offers some of many doors says so, to be seen and to be heard, until what is typed means fewer", async () => {
  const person = await manager();
  const { page } = person;
  const dialog = page.getByRole("dialog");
  const words = "The first 50: type more to narrow it down";
  const heard = page.getByRole("status").filter({ hasText: words });
  const seen = page.getByRole("group", { name: words });
  const hint = async (field, where) => {
    assert.equal(await heard.count(), 0, `nothing is said before the field is open: ${where}`);
    await field.click();
    await seen.getByRole("option", { name: "Flat 1", exact: true }).waitFor(patience);
    await heard.waitFor(patience);
    // Its list scrolls with the arrow keys, from the field.
    await person.check(where, { inside: "[role=listbox]", without: ["scrollable-region-focusable"] });
    await field.fill("flat 31");
    await page.getByRole("option", { name: "Flat 319", exact: true }).waitFor(patience);
    await seen.waitFor({ state: "detached", ...patience });
    await heard.waitFor({ state: "detached", ...patience });
    await field.fill("flat");
    await heard.waitFor(patience);
    await field.press("Escape");
    await heard.waitFor({ state: "detached", ...patience });
  };
  await page.goto(world.console + "/activity");
  await hint(page.getByRole("combobox", { name: "Door" }), "one of many doors");
  await page.goto(`${world.console}/settings?tab=operators`);
  await page.getByRole("button", { name: "Invite an operator" }).click();
  await hint(dialog.getByLabel("Where"), "some of many places");
  await page.goto(`${world.console}/access?invite=yes`);
  await heard.waitFor(patience); // its field is open from the start
  await dialog.getByLabel("Doors").fill("flat 31");
  await heard.waitFor({ state: "detached", ...patience });
  await person.leave();
});
