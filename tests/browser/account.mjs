// SPDX-License-Identifier: Apache-2.0
// One's own account, from the password to a passkey and an authenticator app, and out again everywhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "./authenticator.mjs";
import { arrive, control, newOperator, signIn, world } from "./browser.mjs";
import { patience } from "./manager.mjs";

const atAccount = async (options) => {
  const operator = await newOperator("manager");
  const person = await arrive(options);
  await signIn(person, operator);
  await person.page.goto(`${world.console}/account`);
  await person.page.getByRole("heading", { level: 1, name: "Account and security" }).waitFor(patience);
  return { person, page: person.page, operator };
};

async function signOutByMenu(page, name) {
  await page.getByRole("button", { name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor(patience);
}

test("A passkey is added, signs in without any password, and is refused once it was removed", async () => {
  const { person, page, operator } = await atAccount({ authenticator: true });
  await page.getByText("No passkey yet").waitFor(patience);
  await person.check("an account without a passkey");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a passkey" });
  await dialog.getByLabel("Name of this device").fill("Ada's laptop");
  await dialog.getByLabel("Your password").fill("not the password");
  await dialog.getByRole("button", { name: "Add the passkey" }).click();
  await dialog.getByRole("alert").waitFor(patience);
  await person.check("a passkey that was refused");
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByRole("button", { name: "Add the passkey" }).click();
  await page.getByRole("listitem").filter({ hasText: "Ada's laptop" }).getByText("never used").waitFor(patience);

  await signOutByMenu(page, operator.name);
  const { clicks, keys } = await person.count(async () => {
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("navigation", { name: "Main" }).waitFor(patience);
  });
  assert.deepEqual([clicks, keys], [1, 0]);
  await page.goto(`${world.console}/account`);
  const row = page.getByRole("listitem").filter({ hasText: "Ada's laptop" });
  await row.getByText(/^used/).waitFor(patience);

  await row.getByRole("button", { name: "Rename Ada's laptop" }).click();
  const renaming = page.getByRole("dialog", { name: "Rename the passkey" });
  await renaming.getByLabel("Name of this device").fill(" ");
  await renaming.getByRole("button", { name: "Save" }).click();
  await renaming.getByRole("alert").waitFor(patience);
  await person.check("a name that was refused");
  await renaming.getByLabel("Name of this device").fill("Ada's tablet");
  await renaming.getByRole("button", { name: "Save" }).click();
  await renaming.waitFor({ state: "detached", ...patience });
  await row.waitFor({ state: "detached", ...patience });

  await page.getByRole("listitem").filter({ hasText: "Ada's tablet" }).getByRole("button", { name: "Remove Ada's tablet" }).click();
  await page.getByRole("dialog").getByLabel("Your password").fill(operator.password);
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No passkey yet").waitFor(patience);
  await signOutByMenu(page, operator.name);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("alert").filter({ hasText: "This passkey was not accepted" }).waitFor(patience);
  await person.leave();
});

test("An authenticator app is set up by its secret, asked for from then on, and a recovery code stands in for it", async () => {
  const { person, page, operator } = await atAccount();
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("img", { name: "QR code for the authenticator app" }).waitFor(patience);
  await person.check("setting up an authenticator app");
  const secret = await dialog.getByLabel("Secret").inputValue();
  await dialog.getByLabel("Code", { exact: true }).fill("000000");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.getByRole("alert").waitFor(patience);
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf(secret, Date.now()));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  const codes = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await codes.first().waitFor(patience);
  await person.check("recovery codes");
  const [recovery, unused] = await codes.allInnerTexts();
  const count = await codes.count();
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText(`${count} recovery codes are left`).waitFor(patience);
  assert.ok(!(await page.content()).includes(recovery), "they are shown once");

  await signOutByMenu(page, operator.name);
  await page.getByLabel("E-mail").fill(operator.email);
  await page.locator("input[type=password]").fill(operator.password);
  await page.keyboard.press("Enter");
  await page.getByLabel("Code", { exact: true }).fill(recovery);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Main" }).waitFor(patience);
  await page.goto(`${world.console}/account`);
  await page.getByText(`${count - 1} recovery codes are left`).waitFor(patience);

  await page.getByRole("button", { name: "New recovery codes" }).click();
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByLabel("Code", { exact: true }).fill(recovery);
  await dialog.getByRole("button", { name: "Make new codes" }).click();
  await dialog.getByRole("alert").waitFor(patience);
  await person.check("new recovery codes refused");
  await dialog.getByLabel("Code", { exact: true }).fill(unused);
  await dialog.getByRole("button", { name: "Make new codes" }).click();
  await codes.first().waitFor(patience);
  const fresh = await codes.allInnerTexts();
  assert.ok(fresh.length === count && !fresh.includes(unused));
  await person.check("new recovery codes");
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText(`${count} recovery codes are left`).waitFor(patience);
  assert.ok(!(await page.content()).includes(fresh[0]), "they are shown once");

  await page.getByRole("button", { name: "Stop using it" }).click();
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByLabel("Code", { exact: true }).fill(recovery);
  await dialog.getByRole("button", { name: "Stop using it" }).click();
  await dialog.getByRole("alert").waitFor(patience);
  await person.leave();
});

test("A changed password ends the other sessions and keeps this one; signing out everywhere ends all", async () => {
  const { person, page, operator } = await atAccount();
  const other = await arrive({ complaints: [/Failed to load resource/] });
  await signIn(other, operator);
  await other.page.goto(`${world.console}/account`);
  await other.page.getByText("Where you are signed in").waitFor(patience);
  const rows = page.getByRole("listitem").filter({ hasText: "seen" });
  await page.waitForFunction(() => document.body.innerText.includes("Here"), undefined, patience);
  await rows.nth(1).waitFor(patience);
  await person.check("sessions");

  await page.getByRole("button", { name: "Change the password" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the password" });
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByLabel("New password").fill("another long password");
  await dialog.getByRole("button", { name: "Change it" }).click();
  await page.getByText("The password was changed.").waitFor(patience);
  await rows.nth(1).waitFor({ state: "detached", ...patience });
  await other.page.getByRole("button", { name: "Sign in with password" }).waitFor(patience);
  await other.leave();

  const again = await arrive();
  await signIn(again, { ...operator, password: "another long password" });
  await again.leave();
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("button", { name: "Sign in with password" }).waitFor(patience);
  await page.goto(`${world.console}/account`);
  await page.getByRole("button", { name: "Sign in with password" }).waitFor(patience);
  await person.leave();
});

test("Who finds that somebody else wants to get into the account stops it", async () => {
  const { person, page, operator } = await atAccount();
  await page.getByText("If you cannot sign in one day").waitFor(patience);
  await fetch(`${world.api}/v1/recoveries`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email: operator.email }) });
  const stop = page.getByRole("button", { name: "That was not me: stop it" });
  await stop.waitFor(patience);
  await person.check("a recovery under way");
  await stop.click();
  await stop.waitFor({ state: "detached", ...patience });
  await person.leave();
});

test("An organisation's account is linked, signs in alone, and no more once it was unlinked", async () => {
  await control("provider");
  const { person, page, operator } = await atAccount();
  // What a person does at the provider's own page, which is none of ours.
  await page.route(/\/api\/oidc\/auth\?/, async (route) => {
    const { location } = await control("signs_in", { name: "ada", url: route.request().url() });
    await route.fulfill({ status: 302, headers: { location } });
  });
  const dialog = page.getByRole("dialog");
  const byProvider = () => page.getByRole("button", { name: "Sign in with your organisation's account" }).click();

  await signOutByMenu(page, operator.name);
  await byProvider();
  await page.getByRole("alert").filter({ hasText: "belongs to nobody here yet" }).waitFor(patience);
  await signIn(person, operator);
  await page.goto(`${world.console}/account`);
  await page.getByText("Where your organisation has its own sign-in").waitFor(patience);
  await page.getByRole("button", { name: "Link it" }).click();
  await dialog.getByLabel("Your password").fill("not the password");
  await dialog.getByRole("button", { name: "Go on there" }).click();
  await dialog.getByRole("alert").waitFor(patience);
  await person.check("linking refused");
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByRole("button", { name: "Go on there" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "ada@example.org" });
  await row.getByText("never used").waitFor(patience);
  assert.equal(await page.getByRole("button", { name: "Link it" }).count(), 0, "one is enough");
  await person.check("a linked account");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("cardea.oidc")), null, "what was kept for the way back is gone");
  await page.goBack();
  await page.getByRole("heading", { level: 1 }).waitFor(patience);

  await page.goto(`${world.console}/account`);
  await row.waitFor(patience);
  await signOutByMenu(page, operator.name);
  await byProvider();
  await page.getByRole("navigation", { name: "Main" }).waitFor(patience);
  await page.goto(`${world.console}/account`);
  await row.getByText(/^used/).waitFor(patience);
  await row.getByRole("button", { name: "Unlink ada@example.org" }).click();
  await dialog.getByLabel("Your password").fill(operator.password);
  await dialog.getByRole("button", { name: "Unlink" }).click();
  await page.getByRole("button", { name: "Link it" }).waitFor(patience);
  await signOutByMenu(page, operator.name);
  await byProvider();
  await page.getByRole("alert").filter({ hasText: "belongs to nobody here yet" }).waitFor(patience);
  await person.leave();
});

test("Whoever comes back from the provider with nothing kept is told so, on the way to their account", async () => {
  const { person, page } = await atAccount();
  await page.evaluate(() => sessionStorage.setItem("cardea.oidc", JSON.stringify({ handle: "cardea_oidc_" + "0".repeat(64), links: true })));
  await page.goto(`${world.console}/sign-in/oidc?state=none&code=none`);
  await page.getByRole("heading", { level: 1, name: "Your organisation's account" }).waitFor(patience);
  await page.getByRole("alert").waitFor(patience);
  await person.check("a link that was not made");
  await page.getByRole("link", { name: "Back to your account" }).click();
  await page.getByRole("heading", { level: 1, name: "Account and security" }).waitFor(patience);
  await person.leave();
});
