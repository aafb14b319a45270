// SPDX-License-Identifier: Apache-2.0
// Settings: who is limited to which places, what a webhook is sent, and which letters wait.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { arrive, cardea, control, newOperator, signIn, world } from "./browser.mjs";
import { call, manager, patience } from "./manager.mjs";

test("An operator is invited for one door, and moved to a whole site", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/settings?tab=operators`);
  await page.getByRole("button", { name: "Invite an operator" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Night Porter");
  await dialog.getByLabel("E-mail").fill("porter@example.org");
  await dialog.getByLabel("Where").click();
  await page.getByRole("option", { name: "front" }).click();
  await page.keyboard.press("Escape");
  await person.check("inviting an operator for a place");
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Night Porter" });
  await row.getByText("front", { exact: true }).waitFor(patience);

  await row.getByRole("link", { name: "Night Porter" }).click();
  await dialog.getByRole("button", { name: "Invite again" }).click();
  await dialog.getByLabel("Invitation").waitFor(patience);
  await dialog.getByLabel("Where").click();
  await page.keyboard.press("Backspace");
  await page.getByRole("option", { name: "home" }).click();
  await page.keyboard.press("Escape");
  await person.check("an operator's places");
  await dialog.getByRole("button", { name: "Save" }).click();
  await row.getByText("home", { exact: true }).waitFor(patience);
  const { items } = await call("/v1/operators");
  const { scope } = items.find((one) => one.name === "Night Porter");
  assert.equal(scope.site_ids.length, 1);
  assert.deepEqual(scope.door_ids, []);
  await person.leave();
});

test("A key for some places and a time is made, and says so", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/settings?tab=keys`);
  await page.getByRole("button", { name: "Make an API key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What it is for").fill("side door bell");
  await dialog.getByLabel("Where").click();
  await page.getByRole("option", { name: "side" }).click();
  await page.keyboard.press("Escape");
  await dialog.getByLabel("Good until").fill("2031-05-01T12:00");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const key = await dialog.getByLabel("API key", { exact: true }).inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "side door bell" });
  await row.getByText("side", { exact: true }).waitFor(patience);
  await row.getByText(/^until .*2031/).waitFor(patience);
  const answer = await fetch(`${world.api}/v1/doors`, { headers: { Authorization: `Bearer ${key}` } });
  assert.deepEqual((await answer.json()).items.map((door) => door.name), ["side"]);
  await person.leave();
});

test("A webhook is narrowed to some events, switched off and on, and sent again what happened since a moment", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/settings?tab=webhooks`);
  await page.getByRole("button", { name: "Add a webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("https://hook.example.org/cardea");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: "https://hook.example.org/cardea" }).click();
  await dialog.getByLabel("Only these events").fill("Opened");
  await page.getByRole("option", { name: /access\.granted/ }).click();
  await page.keyboard.press("Escape");
  await person.check("a webhook");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached", ...patience });
  const hook = async () => (await call("/v1/webhooks")).items.find((one) => one.url === "https://hook.example.org/cardea");
  assert.deepEqual((await hook()).types, ["access.granted"]);

  await page.getByRole("link", { name: "https://hook.example.org/cardea" }).click();
  await dialog.getByRole("button", { name: "Switch off" }).click();
  await dialog.getByText("Switched off").waitFor(patience);
  assert.equal((await hook()).state, "disabled");
  await dialog.getByLabel("Send again everything since").fill("2026-01-01T00:00");
  await dialog.getByRole("button", { name: "Send again", exact: true }).click();
  await dialog.getByText("It is sent again in the order").waitFor(patience);
  assert.equal((await hook()).position, 0);
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.getByRole("button", { name: "Switch off" }).waitFor(patience);
  assert.equal((await hook()).state, "active");
  await person.leave();
});

test("A letter that waits is listed with whom it goes to, and its own text stays its recipient's", async () => {
  await cardea("person", "add", "Letter Reader", "--email", "reader@example.org");
  const { items } = await call("/v1/doors");
  const who = (await call("/v1/persons?limit=200")).items.find((one) => one.name === "Letter Reader");
  const grant = await call("/v1/access-grants", { person_id: who.id, door_ids: [items[0].id], from: new Date().toISOString().replace(/\.\d+/, ""), to: null });
  await call(`/v1/access-grants/${grant.id}/invitations`, { channel: "email" });
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/settings?tab=delivery`);
  await page.getByText("Waiting", { exact: true }).click();
  const row = page.getByRole("listitem").filter({ hasText: "reader@example.org" });
  await row.getByText("Waits to be sent").waitFor(patience);
  await person.check("letters that wait");
  await row.getByRole("button", { name: "Read: Invitation, reader@example.org" }).click();
  await page.getByText("Nobody but its recipient reads this text").waitFor(patience);
  await person.check("a letter");
  await page.keyboard.press("Escape");
  await person.leave();
});

/** A program of somebody's, which answers as it is told and keeps which events came. */
async function receiver() {
  const came = [];
  let answer = 500;
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      came.push(JSON.parse(Buffer.concat(parts).toString()).events.map((event) => event.position));
      response.writeHead(answer).end();
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { came, url: `http://127.0.0.1:${server.address().port}/cardea`, answerWith: (status) => (answer = status), close: () => new Promise((done) => server.close(done)) };
}

test("What a webhook was sent is listed with what came of it, and is sent again from there", async () => {
  await control("platform", { on: false });
  await control("platform", { on: true, webhooks: true });
  const program = await receiver();
  const { webhook } = await call("/v1/webhooks", { url: program.url, types: ["webhook.created", "key.created"] });
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/settings?tab=webhooks&webhook=${webhook.id}`);
  const dialog = page.getByRole("dialog");
  const rows = dialog.getByRole("listitem");
  await rows.first().getByText("Webhook added").waitFor(patience);
  await rows.first().getByText("Failed: 500").waitFor(patience);
  await rows.first().getByText(/^Next attempt: /).waitFor(patience);
  await person.check("a delivery that failed");
  program.answerWith(204);
  await dialog.getByRole("button", { name: "Try now" }).click();
  await rows.first().getByText("Taken: 204").waitFor(patience);
  await rows.first().getByText(/^\d+ attempts$/).waitFor(patience);

  await call("/v1/api-keys", { name: "one more", permissions: ["doors:read"] });
  await rows.first().getByText("API key added").waitFor(patience);
  assert.equal(await rows.count(), 2);
  const before = program.came.length;
  await rows.last().getByRole("button", { name: /^Send again from here: Webhook added/ }).click();
  await rows.last().getByRole("status").filter({ hasText: "It is sent again in the order" }).waitFor(patience);
  await rows.first().getByText("and 1 other kind").waitFor(patience);
  await rows.first().getByText("2 events").waitFor(patience);
  await person.check("what was sent");
  assert.deepEqual(program.came.slice(before).flat(), [...new Set(program.came.slice(0, before).flat())], "the same events again");
  await person.leave();

  const auditor = await arrive();
  await signIn(auditor, await newOperator("auditor", "Nosy Parker"));
  await auditor.page.goto(`${world.console}/settings?tab=webhooks`);
  await auditor.page.getByRole("link", { name: program.url }).click();
  await auditor.page.getByRole("dialog").getByText("2 events").waitFor(patience);
  assert.deepEqual(await auditor.page.getByRole("dialog").getByRole("button").evaluateAll((all) => all.map((one) => one.ariaLabel ?? one.innerText)), ["Close"], "who may only read is offered nothing to do");
  await auditor.leave();
  await program.close();
});
