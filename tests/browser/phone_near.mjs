// SPDX-License-Identifier: Apache-2.0
// A key that opens the door the phone stands at, over Bluetooth: the browser's emulation in front of real locks.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { bluetoothFlags, Radio } from "./bluetooth.mjs";
import { arrive, cardea, control } from "./browser.mjs";

const lost = [/net::ERR_|Failed to load resource/];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, condition) {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return;
    await wait(100);
  }
  assert.fail(`waited for ${what}`);
}

const lockOf = async (door) => JSON.parse(await cardea("lock", "show", door, "--json"));
const nameOf = async (door) => `Cardea ${(await lockOf(door)).id.split("_")[1].slice(0, 8)}`;

async function hasApplied(door) {
  const { desired } = await lockOf(door);
  return desired.applied_version === desired.version;
}

let radio;
afterEach(() => radio?.leave());

/** Somebody whose phone has Bluetooth and keys to `doors`, whose locks have heard of it. */
async function keyTo(doors, more = {}) {
  const person = JSON.parse(await cardea("person", "add", "Ana Near", "--json")).id;
  const grant = JSON.parse(await cardea("grant", "add", "--person", person, ...doors.flatMap((door) => ["--door", door]), "--to", "+30h", "--json")).id;
  const { link } = JSON.parse(await cardea("grant", "invite", grant, "--link", "--json"));
  const guest = await arrive({ size: "phone", flags: bluetoothFlags, complaints: lost, ...more });
  guest.grant = grant;
  radio = await Radio.of(guest);
  await guest.page.goto(link);
  if (more.authenticator) await guest.page.getByRole("switch").check();
  await guest.page.locator(".actions .primary").click();
  await near(guest).waitFor();
  for (const door of doors) await until(`${door} to hear of it`, () => hasApplied(door));
  return guest;
}

const near = ({ page }) => page.locator(".unlock .quiet");
const said = ({ page }) => page.locator(".unlock:has(.quiet) .said");

/** What calls itself the lock of `name` is near, and behind it is that of `door`. */
const place = async (name, door = name) => radio.place({ name: await nameOf(name), door });

test("A door opens over Bluetooth in one tap, with no network and the platform stopped, and its event arrives later", async () => {
  const guest = await keyTo(["side"]);
  const { page } = guest;
  for (const door of ["front", "side"]) await place(door);
  await control("platform", { on: false });
  try {
    await guest.context.setOffline(true);
    const { clicks } = await guest.count(async () => {
      await near(guest).click();
      await page.getByRole("button", { name: /^Opened \d\d:\d\d:\d\d/ }).waitFor();
    });
    assert.equal(clicks, 1);
    assert.equal(radio.offered.length, 1, "only the lock of this key is shown");
    await guest.check("a door that was opened over Bluetooth");
  } finally {
    await guest.context.setOffline(false);
    await control("platform", { on: true });
  }
  await until("the event", async () => {
    const [event] = JSON.parse(await cardea("events", "--type", "access.granted", "--door", "side", "--limit", "1", "--json")).items;
    return event?.method === "virtual_key";
  });
  await guest.leave();
});

test("Another lock behind the right name opens nothing, and hears nothing of the key", async () => {
  const guest = await keyTo(["front", "side"]);
  const wanted = await guest.page.locator("#open-key").innerText();
  await place(wanted, wanted === "front" ? "side" : "front");
  await near(guest).click();
  await said(guest).getByText("Another lock answered. Your key was not shown to it.").waitFor();
  await guest.check("another lock");
  await guest.leave();
});

test("A key that was ended while its phone had no network is refused by the lock, in words", async () => {
  const guest = await keyTo(["side"]);
  await place("side");
  await guest.context.setOffline(true);
  await cardea("grant", "revoke", guest.grant);
  await until("the lock to hear of it", () => hasApplied("side"));
  await near(guest).click();
  await said(guest).getByText("This key was ended. Ask whoever gave it to you.").waitFor();
  await guest.check("a key that was ended");
  await guest.context.setOffline(false);
  await guest.leave();
});

test("A key behind a passkey opens over Bluetooth once a face or a finger has brought it out, and not before", async () => {
  const guest = await keyTo(["side"], { authenticator: true });
  const { page } = guest;
  await place("side");
  await page.reload();
  await page.getByRole("button", { name: "Show code" }).waitFor();
  assert.equal(await near(guest).count(), 0);
  await page.getByRole("button", { name: "Show code" }).click();
  await near(guest).click();
  await page.getByRole("button", { name: /^Opened \d\d:\d\d:\d\d/ }).waitFor();
  await guest.leave();
});
