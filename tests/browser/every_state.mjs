// SPDX-License-Identifier: Apache-2.0
// Every page and dialog of both apps, in every language and colour, switched in place: no fault that axe knows, no policy violated, no
// word of another language, no place of a value left open, nothing that moves while it fills.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { arrive, cardea, control, languages, newOperator, signIn, world } from "./browser.mjs";
import { call, patience } from "./manager.mjs";

const movedMax = 0.02;
/** What the colours of a page decide, which are the same in every language. */
const colourRules = ["color-contrast", "link-in-text-block"];

let states = 0;
const began = Date.now();
after(() => console.log(`${states} states, ${Math.round((Date.now() - began) / 1000)} s`));

/** Everything that is there to read or to be read out, in the page's own language. */
function sayings() {
  const found = new Set();
  const tree = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = tree.nextNode(); node !== null; node = tree.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const foreign = element.closest("[lang]") !== document.documentElement;
    if (foreign || element.closest("script, style, template") || !element.checkVisibility()) continue;
    const said = node === element ? ["aria-label", "placeholder", "title", "alt"].map((name) => element.getAttribute(name)) : [node.textContent];
    if (node === element && element.ariaHidden === "true") continue;
    for (const text of said) if (text?.trim()) found.add(text.trim().replace(/\s+/g, " "));
  }
  return [...found];
}

/** What is called the same in every language: names that people gave, and what is no word. */
const names = ["front", "side", "cellar", "attic", "home", "Ada Lovelace", "Ana Example", "Bo Example", "Otto Guest", "My workspace", "Cardea", "Harbour House", "first key"];
const notWords = [/^[\d\s.,:%+\-–—/·…×]*$/, /^https?:/, /@/, /^cardea[_-]/i, /^CARDEA1/, /^[\w+]+\/[\w+/-]+$/, /^(Ctrl K|⌘K|English|Deutsch|中文|A|API|PIN|QR|CSV|JSON|UTC|OK)$/, /^[0-9a-f]{4,}$/, /^v?\d/, /^Mozilla\//, /^\w+, Linux$/, /^cardea \d/, /^(AM|PM)$/, /^GMT/];
const isWord = (text) => /\p{Script=Latin}{2}/u.test(text) && !names.includes(text) && !notWords.some((pattern) => pattern.test(text));
/** What German says as English does. */
const alsoGerman = new Set(["Name", "Code", "Codes", "Link", "Alarm", "Online", "Offline", "Status", "Details", "Webhooks", "Webhook", "Firmware", "Version", "System", "Passkey", "Passkeys", "PINs", "Export", "Software", "Live"]);

function checkWords(where, language, english, said) {
  for (const text of said) assert.doesNotMatch(text, /\{[\w#]*\}|\bundefined\b|\bNaN\b|\[object|\bnull\b|Invalid Date/, `${where}: "${text}"`);
  if (language === "en") return;
  const left = said.filter((text) => english.has(text) && isWord(text) && !(language === "de" && alsoGerman.has(text)));
  assert.ok(left.length === 0, `English at ${where}: ${left.join(" | ")}`);
}

/** Says what is shown in another language, as the app does when another window of it was told so. */
async function speak(page, language) {
  await page.evaluate((to) => {
    localStorage.setItem("cardea.language", to);
    dispatchEvent(new StorageEvent("storage", { key: "cardea.language" }));
  }, language);
  await page.locator(`html[lang="${language}"]`).waitFor(patience);
  await drawn(page);
}

/** Once it is drawn, and no colour fades into another any more. */
async function drawn(page) {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished));
  });
}

const wrongs = [];

/** What a field or a button opens lies outside of the page's landmarks, and is of its field or button. */
const popUp = { without: ["region"] };

/** Each state is looked at, so that one run names all that is wrong. */
async function attempt(check) {
  try {
    await check();
  } catch (error) {
    wrongs.push(error.message);
  }
}

/** What is shown now, in all languages and both schemes. `more`: what else is looked at, in each; `without`: rules that do not fit. */
async function look(person, where, { more = async () => {}, without = [] } = {}) {
  const { page } = person;
  states++;
  const english = new Set();
  for (const language of languages) {
    const place = `${where}, ${language}`;
    await speak(page, language);
    const said = await page.evaluate(sayings);
    if (language === "en") said.forEach((text) => english.add(text));
    await attempt(() => checkWords(place, language, english, said));
    await attempt(() => person.check(`${place}, light`, { without: language === "en" ? without : [...without, ...colourRules] }));
    await attempt(() => more(place));
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await speak(page, "en");
  await attempt(() => person.check(`${where}, dark`, { only: colourRules }));
  await page.emulateMedia({ colorScheme: "light" });
  await drawn(page);
  for (const complaint of person.complaints()) wrongs.push(`${where}: ${complaint}`);
}

function nothingWrong() {
  const found = wrongs.splice(0);
  assert.ok(found.length === 0, found.join("\n"));
}

const settled = (page) => page.waitForFunction(() => !document.querySelector("[role=status][aria-label], .mantine-Skeleton-root"), undefined, patience);

test("The console, from its frame to its last dialog", async () => {
  const code = /^code +(\d+)$/m.exec(await cardea("let-in", "--person", "Ana Example", "--door", "front", "--to", "+2d"))[1];
  await control("keypad", { door: "front", code });
  await control("keypad", { door: "front", code: "12345678" });
  await cardea("door", "add", "attic", "--site", "home", "--zone", "America/New_York");
  await cardea("lock", "battery", "4", "--state", "side");
  const { items: doors } = await call("/v1/doors");
  const door = (name) => `/doors/${doors.find((one) => one.name === name).id}`;
  const grant = (await call("/v1/access-grants")).items[0];
  const person = await arrive();
  await signIn(person, await newOperator());
  const { page } = person;
  await page.addInitScript(() => {
    globalThis.moved = 0;
    const add = (list) => list.getEntries().forEach((entry) => (globalThis.moved += entry.hadRecentInput ? 0 : entry.value));
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  });
  const at = async (path) => {
    await page.goto(world.console + path);
    await page.getByRole("heading", { level: 1 }).waitFor(patience);
    await settled(page);
  };
  const pageAt = async (path, where = path) => {
    await at(path);
    const moved = await page.evaluate(() => globalThis.moved);
    if (moved > movedMax) wrongs.push(`${where} moved by ${moved}`);
    await look(person, where);
  };
  const press = (name, role = "button") => page.getByRole(role, { name, exact: true }).first().click(patience);
  /** What a button of a page brings: a dialog or a menu. */
  const brings = async (path, ...buttons) => {
    if (path) await at(path);
    for (const name of buttons) await press(name);
    await page.locator("[role=dialog], [role=menu]").filter({ visible: true }).first().waitFor(patience);
    await look(person, `${path ?? ""} ${buttons.join(", ")}`, (await page.locator("[role=menu], [role=listbox]").filter({ visible: true }).count()) > 0 ? popUp : {});
  };

  for (const path of ["/", "/doors", "/people", "/access", "/access?show=all", "/access?show=revoked", "/activity", "/alerts", "/alerts?show=closed", "/install", "/account", "/nothing"]) await pageAt(path);
  /** A page, and each of its tabs. */
  const tabsAt = async (path, where) => {
    await pageAt(path, where);
    for (const tab of (await page.getByRole("tab").all()).slice(1)) {
      await tab.click();
      await settled(page);
      await look(person, `${where}, ${await tab.innerText()}`);
    }
  };
  await tabsAt(door("front"), "a door");
  await pageAt(door("side"), "an unprotected lock's door");
  await pageAt(`${door("cellar")}?tab=health`, "a lock without a network");
  await pageAt(door("attic"), "a door without a lock");
  await tabsAt(`/people/${grant.person_id}`, "a person");
  await tabsAt("/settings", "settings");

  await brings("/doors?add=door");
  await brings("/access?invite=yes");
  await brings(`/access?grant=${grant.id}`);
  await brings(`/access?grant=${grant.id}`, "Change");
  await brings(`/access?grant=${grant.id}`, "End access");
  await brings(`/people/${grant.person_id}`, "End all access");
  await brings("/activity", "Export");
  const alert = (await call("/v1/alerts")).items[0];
  await brings(`/alerts?alert=${alert.id}`);
  await brings(`/alerts?alert=${alert.id}`, "Close the alert");
  await brings("/settings?tab=operators", "Invite an operator");
  await brings("/settings?tab=keys", "Make an API key");
  await brings("/settings?tab=webhooks", "Add a webhook");
  await brings("/account", "Change the password");
  await brings("/account", "Set up");
  await brings("/account", "Sign out everywhere");

  await at("/");
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor(patience);
  await look(person, "the search");
  await page.keyboard.press("Escape");
  await brings(undefined, "All sites My workspace");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Ada Lovelace" }).click();
  await page.getByRole("menu").waitFor(patience);
  await look(person, "the account's menu", popUp);
  await page.setViewportSize({ width: 390, height: 844 });
  await at("/");
  await look(person, "Home on a phone");
  await brings(undefined, "Menu");
  await at("/install");
  await look(person, "Install on a phone");
  await person.leave();
  nothingWrong();
});

test("The console before anybody has signed in", async () => {
  const person = await arrive();
  const { page } = person;
  for (const path of ["/sign-in", "/accept#cardea_invitation_" + "0".repeat(64), "/recover", "/recover#cardea_recovery_" + "0".repeat(64), "/start", "/sign-in/oidc"]) {
    await page.goto(world.console + path);
    await page.getByRole("heading", { level: 1 }).waitFor(patience);
    await look(person, path.replace(/#.*/, "#…"));
  }
  await person.leave();
  nothingWrong();
});

/** A link for somebody new. */
async function invite(name, ...more) {
  const id = JSON.parse(await cardea("person", "add", name, "--json")).id;
  const grant = JSON.parse(await cardea("grant", "add", "--person", id, "--door", "front", "--door", "side", "--door", "cellar", "--to", "+30h", ...more, "--json")).id;
  return { id, grant, link: JSON.parse(await cardea("grant", "invite", grant, "--link", "--json")).link };
}

test("The phone, from the first screen to the last sheet", async () => {
  const person = await arrive({ size: "phone" });
  const { page } = person;
  /** Nothing is wider than the phone, and nothing too small for a finger. */
  const fits = async (where) => {
    const wrong = await page.evaluate(() => {
      const wide = (one) => one.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(one).position !== "absolute";
      const small = (one) => {
        const { width, height } = (one.closest("label") ?? one).getBoundingClientRect();
        return width > 1 && (height < 44 || width < 44);
      };
      return [...[...document.querySelectorAll("body *")].filter(wide), ...[...document.querySelectorAll("button:not(.unseen-until-focus), summary, input, select")].filter(small)].map((one) => one.outerHTML.slice(0, 120));
    });
    assert.deepEqual(wrong, [], `too wide, or too small, at ${where}`);
  };
  const see = (where) => look(person, `phone: ${where}`, { more: fits });
  const tab = (nth) => page.locator(`.tabs button:nth-child(${nth})`).click();

  await page.goto(world.phone);
  await page.locator("#link").waitFor();
  await see("no key");
  const { link } = await invite("Ana Example", "--may-share", "--own-door", "front");
  const other = await invite("Bo Example");
  await page.goto(link);
  await page.locator(".invitation").waitFor();
  await see("an invitation");
  await page.locator(".actions .primary").click();
  await page.locator(".code").waitFor();
  for (const fold of await page.locator("summary").all()) await fold.click();
  await see("keys");
  await page.locator(".title .round").click();
  await page.locator(".segments").waitFor();
  await see("this phone");
  await page.locator(".panel .danger").click();
  await page.locator("dialog").waitFor();
  await see("removing keys");
  await page.keyboard.press("Escape");
  await page.goBack();
  for (const [nth, name] of [[3, "activity"], [2, "shared"]]) {
    await tab(nth);
    await page.locator(".empty").waitFor();
    await see(`nothing in ${name}`);
  }
  await page.locator(".page > .primary").click();
  await page.locator("#share-name").waitFor();
  await see("sharing a key");
  await page.locator("#share-name").fill("Otto Guest");
  await page.locator("dialog [type=submit]").click();
  await page.locator(".link-shown").waitFor();
  await see("a shared key's link");
  await page.keyboard.press("Escape");
  await page.locator(".rows .row").first().click();
  await page.locator("dialog .danger").waitFor();
  await see("a shared key");
  await page.keyboard.press("Escape");
  await cardea("grant", "revoke", other.grant);
  await page.goto("about:blank");
  await page.goto(other.link);
  await page.locator(".centred").waitFor();
  await see("a link that is over");
  person.complaints();
  await person.leave();
  nothingWrong();
});
