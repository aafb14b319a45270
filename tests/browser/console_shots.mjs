// SPDX-License-Identifier: Apache-2.0
// The console's screens for ./dev shots.
import { cardea, control, world } from "./browser.mjs";
import { call, patience, signIn } from "./manager.mjs";

export { languages, schemes } from "./browser.mjs";
export const sizes = ["desktop", "phone"];

/** Somebody came in, somebody did not, somebody comes later. */
export async function prepare() {
  const codeOf = (text) => /^code +(\d+)$/m.exec(text)[1];
  const code = codeOf(await cardea("let-in", "--person", "Ana Lindqvist", "--door", "front", "--to", "+2d"));
  await control("keypad", { door: "front", code });
  await cardea("let-in", "--person", "Bo Chen", "--door", "side", "--to", "+3h");
  await cardea("lock", "advance", 60, "--state", "side");
  await cardea("lock", "door", "open", "--state", "side");
  await cardea("lock", "battery", 4, "--state", "front");
  const { items } = await call("/v1/doors");
  const { items: grants } = await call("/v1/access-grants");
  const grant = grants[0];
  const operator = await call("/v1/operators", { name: "Night Porter", email: "porter@example.org", role: "support", scope: { door_ids: [items[0].id] } });
  const hook = await call("/v1/webhooks", { url: "https://hook.example.org/cardea", types: ["access.granted", "access.refused"] });
  await control("keypad", { door: "front", code: "12345678" });
  return { HOOK: hook.webhook.id, OPERATOR: operator.operator.id, PROTECTED: grants[1].id, FRONT: items.find((door) => door.name === "front").id, GRANT: grant.id, PERSON: grant.person_id };
}

const settled = (page) => page.waitForFunction(() => !document.querySelector("[role=status][aria-label], .mantine-Skeleton-root"), undefined, patience);

const at = (path) => async (person, shared) => {
  const { page } = person;
  if (!page.url().startsWith(world.console) || (await page.locator(".frame").count()) === 0) await signIn(person);
  await page.goto(world.console + path.replace(/[A-Z]+/, (name) => shared[name]));
  await page.getByRole("heading", { level: 1 }).waitFor(patience);
  await settled(page);
};

export const screens = {
  "sign-in": ({ page }) => page.goto(world.console, { waitUntil: "networkidle" }),
  start: ({ page }) => page.goto(world.console + "/start", { waitUntil: "networkidle" }),
  home: at("/"),
  doors: at("/doors"),
  "door-add": at("/doors?add=door"),
  door: at("/doors/FRONT"),
  "door-access": at("/doors/FRONT?tab=access"),
  "door-activity": at("/doors/FRONT?tab=activity"),
  "door-health": at("/doors/FRONT?tab=health"),
  "door-settings": at("/doors/FRONT?tab=settings"),
  activity: at("/activity"),
  people: at("/people"),
  person: at("/people/PERSON"),
  access: at("/access"),
  "access-invite": at("/access?invite=yes&door=FRONT"),
  "access-grant": at("/access?grant=GRANT"),
  "access-pin": async (person, shared) => {
    const { page } = person;
    await at("/access?grant=PROTECTED")(person, shared);
    await page.locator(".at-doors .mantine-Button-root[aria-haspopup=menu]").first().click();
    await page.getByRole("menuitem").first().click();
    await page.getByRole("dialog").locator("form button[type=submit]").click();
    await page.locator(".code-shown, [role=alert]").first().waitFor(patience);
  },
  "access-duress": async (person, shared) => {
    const { page } = person;
    await at("/access?grant=PROTECTED")(person, shared);
    await page.locator(".at-doors .mantine-Button-root[aria-haspopup=menu]").first().click();
    await page.getByRole("menuitem").nth(1).click();
    await page.getByRole("dialog").locator("form button[type=submit]").waitFor(patience);
  },
  alerts: at("/alerts"),
  "alerts-one": async (person, shared) => {
    await at("/alerts")(person, shared);
    await person.page.locator(".line.alert a.cover").first().click();
    await person.page.getByRole("dialog").locator("dl").waitFor(patience);
  },
  account: at("/account"),
  "account-passkey": async (person, shared) => {
    await at("/account")(person, shared);
    await person.page.locator(".panel-head button").first().click();
    await person.page.getByRole("dialog").waitFor(patience);
  },
  install: at("/install"),
  settings: at("/settings"),
  "settings-codes": at("/settings?tab=codes"),
  "settings-operators": at("/settings?tab=operators"),
  "settings-operator": at("/settings?tab=operators&operator=OPERATOR"),
  "settings-keys": at("/settings?tab=keys"),
  "settings-webhooks": at("/settings?tab=webhooks"),
  "settings-webhook": at("/settings?tab=webhooks&webhook=HOOK"),
  "settings-delivery": at("/settings?tab=delivery&show=queued"),
};
