// SPDX-License-Identifier: Apache-2.0
// A manager lets somebody in, ends it again, and answers a lost phone, in as few clicks as web/console promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrive, cardea, control, newOperator, signIn, world } from "./browser.mjs";
import { within } from "./budget.mjs";
import { call, patience } from "./manager.mjs";

/** A manager at their console's first page. */
async function manager(options) {
  const person = await arrive(options);
  await signIn(person, await newOperator());
  await person.page.goto(world.console);
  await person.page.getByRole("navigation", { name: /Main|Haupt|主/ }).waitFor();
  return person;
}

/** By Ctrl-K: keys alone. */
async function seek(page, text) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").first().fill(text);
  await page.getByRole("option", { name: new RegExp(text) }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: new RegExp(text) }).waitFor();
}

test("Letting a guest in takes four clicks and two fields, and says no more than what is known", async () => {
  const person = await manager();
  const { page } = person;
  const { clicks } = await person.count(async () => {
    await page.getByRole("link", { name: "Access", exact: true }).click();
    await page.getByRole("button", { name: "Let somebody in" }).first().click();
    await page.getByRole("option", { name: "front" }).click();
    await page.keyboard.press("Tab");
    await page.keyboard.type("Grace Hopper");
    await page.keyboard.press("Tab");
    await page.keyboard.type("grace@example.org");
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await page.getByText("The invitation goes to grace@example.org").waitFor();
  });
  within(7, { clicks });
  await person.check("what was invited");
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Grace Hopper" });
  await row.waitFor();
  assert.doesNotMatch(await row.innerText(), /On the lock/);
  await person.check("the list of access");
  await person.leave();
});

test("What is wrong with a guest is said beside its field", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?invite=yes`);
  await page.getByRole("option", { name: "side" }).click();
  await page.getByRole("combobox", { name: "Name", exact: true }).fill("Nobody");
  const contact = page.getByLabel("E-mail or phone number");
  await contact.fill("12");
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByText("This is neither an e-mail address nor a phone number").waitFor();
  assert.equal(await contact.getAttribute("aria-invalid"), "true");
  await contact.fill("");
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByRole("img", { name: "QR code of the invitation" }).waitFor();
  assert.match(await page.getByLabel("Link", { exact: true }).inputValue(), /#/);
  await person.check("a link to hand over");
  await person.leave();
});

test("Ending all access of a person takes three clicks, and names the doors", async () => {
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?invite=yes`);
  await page.getByRole("option", { name: "front" }).click();
  await page.getByRole("combobox", { name: "Name", exact: true }).fill("Leaving Guest");
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.goto(world.console);
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  const { clicks } = await person.count(async () => {
    await seek(page, "Leaving Guest");
    await page.getByRole("button", { name: "End all access" }).click();
    await page.getByRole("button", { name: "End access to 1 door" }).click();
    await page.getByText("All access was ended").waitFor();
  });
  within(8, { clicks });
  await person.check("a person whose access has ended");
  await person.leave();
});

/** Somebody with access to the front door and nothing to open it with yet. */
async function withoutKey(name, contact = {}) {
  const { items } = await call("/v1/doors");
  const person = await call("/v1/persons", { name, ...contact });
  const from = new Date().toISOString().replace(/\.\d+/, "");
  const grant = await call("/v1/access-grants", { person_id: person.id, door_ids: [items.find((door) => door.name === "front").id], from, to: null });
  return { person: person.id, grant: grant.id, door: grant.door_ids[0] };
}

const give = async (page, what) => {
  await page.getByRole("button", { name: "Give a code for front" }).click();
  await page.getByRole("menuitem", { name: what, exact: true }).click();
};

test("A PIN that was made opens once its lock has it, and another one takes its place", async () => {
  const { grant } = await withoutKey("Pin Person");
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?grant=${grant}`);
  const dialog = page.getByRole("dialog");
  await give(page, "PIN");
  await person.check("giving a PIN");
  await dialog.getByRole("button", { name: "Give the PIN" }).click();
  const pin = (await dialog.getByLabel("Code", { exact: true }).innerText()).replaceAll(" ", "");
  await person.check("a PIN that was made");
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.getByText("On the lock", { exact: true }).waitFor(patience);
  assert.equal((await control("keypad", { door: "front", code: pin })).verdict, "granted");

  await dialog.getByRole("button", { name: "PIN: what can be done" }).click();
  await page.getByRole("menuitem", { name: "Another PIN" }).click();
  await dialog.getByLabel("Which PIN").click();
  await page.getByRole("option", { name: "One that the person chose" }).click();
  await dialog.getByLabel("PIN", { exact: true }).fill("1".repeat(pin.length));
  await dialog.getByRole("button", { name: "Give the PIN" }).click();
  await dialog.getByText("This PIN is too easy to guess").waitFor(patience);
  assert.equal(await dialog.getByLabel("PIN", { exact: true }).getAttribute("aria-invalid"), "true");
  await person.check("a PIN that is refused");
  await person.leave();
});

test("A duress PIN stands beside a PIN, opens as it does, tells the owners, and is two of a kind to who may not give PINs", async () => {
  const { grant, person: id } = await withoutKey("Forced Person");
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?grant=${grant}`);
  const dialog = page.getByRole("dialog");
  const menu = page.getByRole("menuitem", { name: "Duress PIN" });
  await page.getByRole("button", { name: "Give a code for front" }).click();
  await page.getByRole("menuitem", { name: "PIN", exact: true }).waitFor(patience);
  assert.equal(await menu.count(), 0, "there is no PIN that it could stand beside");
  await page.getByRole("menuitem", { name: "PIN", exact: true }).click();
  const made = async () => {
    await dialog.getByRole("button", { name: "Give the PIN" }).click();
    return (await dialog.getByLabel("Code", { exact: true }).innerText()).replaceAll(" ", "");
  };
  const done = () => dialog.getByRole("button", { name: "Done" }).click();
  const plain = await made();
  await done();

  await give(page, "Duress PIN");
  await dialog.getByText("For the person to type when somebody forces them to open.").waitFor(patience);
  await person.check("giving a duress PIN");
  const forced = await made();
  await dialog.getByText("Give it to the person alone").waitFor(patience);
  await person.check("a duress PIN that was made");
  await done();
  await dialog.getByText("On the lock", { exact: true }).nth(1).waitFor(patience);
  await page.getByRole("button", { name: "Give a code for front" }).click();
  await page.getByRole("menuitem", { name: "PIN", exact: true }).waitFor(patience);
  assert.equal(await menu.count(), 0, "one is enough");
  await page.keyboard.press("Escape");

  const said = [];
  for (const code of [plain, forced]) said.push(await control("keypad", { door: "front", code }));
  const same = ({ verdict, reason, open_ms }) => ({ verdict, reason, open_ms });
  assert.equal(said[0].verdict, "granted");
  assert.deepEqual(same(said[1]), same(said[0]), "the lock answers alike");
  const alert = async () => (await call("/v1/alerts?state=open")).items.some((one) => one.type === "duress");
  for (const until = Date.now() + patience.timeout; !(await alert()); ) assert.ok(Date.now() < until, "the owners are told");

  const auditor = await arrive();
  await signIn(auditor, await newOperator("auditor", "Nosy Parker"));
  await auditor.page.goto(`${world.console}/people/${id}`);
  await auditor.page.goto(`${world.console}/access?grant=${grant}`);
  await auditor.page.getByRole("dialog").getByText("PIN", { exact: true }).nth(1).waitFor(patience);
  assert.doesNotMatch(await auditor.page.getByRole("dialog").innerText(), /duress/i);
  await auditor.leave();

  await dialog.getByRole("button", { name: "PIN: what can be done", exact: true }).click();
  await page.getByRole("menuitem", { name: "End this one" }).click();
  await dialog.getByText("The duress PIN stands beside it, and ends with it.").waitFor(patience);
  await person.check("ending a PIN beside which there is a duress PIN");
  await dialog.getByRole("button", { name: "End this one" }).click();
  await dialog.getByRole("button", { name: /what can be done$/ }).first().waitFor({ state: "detached", ...patience });
  const { items } = await call(`/v1/access-grants/${grant}/credentials`);
  assert.deepEqual(items.map((one) => one.revoked_at !== null), [true, true]);
  await person.leave();
});

test("An offline code is typed at a lock that never heard of it, and is shown again to whoever may see codes", async () => {
  const { grant } = await withoutKey("Cellar Guest");
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?grant=${grant}`);
  const dialog = page.getByRole("dialog");
  await give(page, "Offline code");
  await dialog.getByRole("button", { name: "Make the code" }).click();
  const shown = dialog.getByLabel("Code", { exact: true });
  const code = (await shown.innerText()).replaceAll(" ", "");
  await dialog.getByText(/^Opens from .* until/).waitFor(patience);
  await person.check("an offline code");
  assert.equal((await control("keypad", { door: "front", code })).verdict, "granted");
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.getByRole("button", { name: "Offline code: what can be done" }).click();
  await page.getByRole("menuitem", { name: "Show the code again" }).click();
  assert.equal((await shown.innerText()).replaceAll(" ", ""), code);
  await person.leave();
});

test("The code of this moment is shown with when the next one comes, and opens", async () => {
  const { grant, door } = await withoutKey("Moment Person");
  await call(`/v1/access-grants/${grant}/credentials`, { kind: "token", door_id: door });
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?grant=${grant}`);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("On the lock", { exact: true }).waitFor(patience);
  await dialog.getByRole("button", { name: "One-time code: what can be done" }).click();
  await page.getByRole("menuitem", { name: "Show the code of this moment" }).click();
  await dialog.getByText(/^The next one comes at \d\d:\d\d:\d\d/).waitFor(patience);
  await person.check("the code of this moment");
  const code = (await dialog.getByLabel("Code", { exact: true }).innerText()).replaceAll(" ", "");
  assert.equal((await control("keypad", { door: "front", code })).verdict, "granted");
  await dialog.getByRole("button", { name: "Hide" }).click();
  await dialog.getByLabel("Code", { exact: true }).waitFor({ state: "detached", ...patience });
  await person.leave();
});

test("A code goes to whoever has an address, an app gets its key by a QR code, and each is ended by itself", async () => {
  const { grant } = await withoutKey("Mail Person", { email: "mail.person@example.org" });
  const person = await manager();
  const { page } = person;
  await page.goto(`${world.console}/access?grant=${grant}`);
  const dialog = page.getByRole("dialog");
  await give(page, "Code by SMS or e-mail");
  await dialog.getByRole("button", { name: "Give it and send a code" }).click();
  await dialog.getByText("A code is on its way to mail.person@example.org").waitFor(patience);
  await person.check("a code that was sent");
  await dialog.getByRole("button", { name: "Done" }).click();
  await give(page, "Authenticator app");
  await dialog.getByRole("button", { name: "Make a key for the app" }).click();
  await dialog.getByRole("img", { name: "QR code for the authenticator app" }).waitFor(patience);
  assert.match(await dialog.getByLabel("Address for the app").inputValue(), /^otpauth:/);
  await person.check("a key for an app");
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.getByRole("button", { name: "Authenticator app: what can be done" }).click();
  await page.getByRole("menuitem", { name: "End this one" }).click();
  await person.check("ending one credential");
  await dialog.getByRole("button", { name: "End this one" }).click();
  await dialog.getByText("Ended", { exact: true }).waitFor(patience);
  await dialog.getByText("On the lock", { exact: true }).waitFor(patience);
  await person.leave();
});

test("Somebody who is known is found by the name, and not made a second time", async () => {
  await withoutKey("Ann Known", { email: "ann.known@example.org" });
  const person = await manager();
  const { page } = person;
  const anns = async () => (await call("/v1/persons?q=ann.known")).items.length;
  await page.goto(`${world.console}/access?invite=yes`);
  await page.getByRole("option", { name: "side" }).click();
  await page.getByRole("combobox", { name: "Name", exact: true }).fill("ann k");
  await page.getByRole("option", { name: "Ann Known, ann.known@example.org" }).click();
  await page.getByText("Another key for Ann Known").waitFor(patience);
  await person.check("another key for somebody who is known");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByText("The invitation goes to ann.known@example.org").waitFor(patience);
  await page.getByRole("button", { name: "Done" }).click();
  assert.equal(await anns(), 1);

  // Typed to the end without looking at what is proposed.
  await page.goto(`${world.console}/access?invite=yes`);
  await page.getByRole("option", { name: "side" }).click();
  await page.getByRole("combobox", { name: "Name", exact: true }).fill("Ann Known");
  await page.keyboard.press("Tab");
  await page.keyboard.type("ann.known@example.org");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByText("Ann Known is here already. The same person?").waitFor(patience);
  await person.check("is it the same person");
  await page.getByRole("button", { name: "Yes: Ann Known, ann.known@example.org" }).click();
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByText("The invitation goes to ann.known@example.org").waitFor(patience);
  assert.equal(await anns(), 1);
  await person.leave();
});

test("A lost phone is answered in three clicks: its keys end, and a link brings new ones", async () => {
  const id = JSON.parse(await cardea("person", "add", "Flo Example", "--json")).id;
  const grant = JSON.parse(await cardea("grant", "add", "--person", id, "--door", "front", "--to", "+30h", "--json")).id;
  const { link } = JSON.parse(await cardea("grant", "invite", grant, "--link", "--json"));
  const [lost, found] = [await arrive({ size: "phone" }), await arrive({ size: "phone" })];
  const accept = async ({ page }, url) => {
    await page.goto(url);
    await page.getByRole("button", { name: "Add key" }).click();
    await page.locator(".code").waitFor();
  };
  await accept(lost, link);
  const person = await manager();
  const { page } = person;
  const { clicks } = await person.count(async () => {
    await seek(page, "Flo Example");
    await page.getByRole("button", { name: "Phone lost" }).click();
    await page.getByText("The keys on 1 phone end").waitFor();
    await page.getByRole("button", { name: "End and replace" }).click();
    await page.getByLabel("Link", { exact: true }).waitFor();
  });
  within(9, { clicks });
  await person.check("a lost phone");
  await accept(found, await page.getByLabel("Link", { exact: true }).inputValue());
  await lost.page.reload();
  await lost.page.getByText("have ended on this phone").waitFor();
  for (const one of [lost, found, person]) await one.leave();
});
