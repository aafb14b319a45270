// SPDX-License-Identifier: Apache-2.0
// The building's manager, signed in at the console.
import assert from "node:assert/strict";
import { arrive, world } from "./browser.mjs";

const email = "ada@example.org";
const password = "correct horse battery staple";

/** Long enough for a machine that does much else; nothing waits longer than it must. */
export const patience = { timeout: 30_000 };

/** What no page of the console does here: the API, with the key. */
export async function call(path, body) {
  const answer = await fetch(world.api + path, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${world.key}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

/** The owner, once: whoever signs in needs one. */
let owner;
async function makeOwner() {
  const { invitation } = await call("/v1/operators", { name: "Ada", email, role: "owner" });
  await call("/v1/invitations/accept", { invitation, password });
}

export async function signIn({ page }) {
  await (owner ??= makeOwner());
  await page.goto(world.console);
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await page.locator(".frame").waitFor(patience);
}

/** Somebody at a fresh profile who has signed in with the password, at Home. */
export async function manager(options) {
  const person = await arrive(options);
  await signIn(person);
  return person;
}
