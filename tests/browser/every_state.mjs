// SPDX-License-Identifier: Apache-2.0
// Every page and dialog of both apps, in both colours and every language, switched in place: no fault that axe knows, no policy violated, no
// word of another language, no place of a value left open. axe looks in English; with CARDEA_WHOLE=1 in each language and colour.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { codeOf } from "./authenticator.mjs";
import { arrive, cardea, control, languages, newOperator, signIn, world } from "./browser.mjs";
import { call, patience } from "./manager.mjs";

const isWhole = !!process.env.CARDEA_WHOLE;
/** What the colours of a page decide, which are the same in every language. */
const colourRules = ["color-contrast", "link-in-text-block"];

/** A list in a field in a dialog over a dialog, and one for a slow machine. */
const layersMax = 5;

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
const names = ["Webhook", "front", "side", "cellar", "attic", "home", "Ada Lovelace", "Ana Example", "Bo Example", "Otto Guest", "My workspace", "Cardea", "Harbour House", "first key", "Ada's laptop"];
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

/** Each state is looked at, so that one run names all that is wrong. */
async function attempt(check) {
  try {
    await check();
  } catch (error) {
    wrongs.push(error.message);
  }
}

/** What lies over the page is looked at without the page. */
const over = "[role=dialog], [role=menu], [role=listbox], dialog";

/** What is shown now, in all languages and both schemes. `more`: what else is looked at, in each language. */
async function look(person, where, more = async () => {}) {
  const { page } = person;
  states++;
  const inside = await page.evaluate((selector) => [...document.querySelectorAll(selector)].some((one) => one.checkVisibility()), over) ? over : undefined;
  const english = new Set();
  for (const language of languages) {
    const place = `${where}, ${language}`;
    await speak(page, language);
    const said = await page.evaluate(sayings);
    if (language === "en") said.forEach((text) => english.add(text));
    await attempt(() => checkWords(place, language, english, said));
    if (language === "en" || isWhole) await attempt(() => person.check(`${place}, light`, { inside, without: language === "en" ? [] : colourRules }));
    await attempt(() => more(place));
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await speak(page, "en");
  await attempt(() => person.check(`${where}, dark`, { inside, only: isWhole ? undefined : colourRules }));
  await page.emulateMedia({ colorScheme: "light" });
  for (const complaint of person.complaints()) wrongs.push(`${where}: ${complaint}`);
}

function nothingWrong() {
  const found = wrongs.splice(0);
  assert.ok(found.length === 0, found.join("\n"));
}

/** The console in somebody's hands: a page is loaded once, and what else it shows comes without loading it again. */
class Console {
  constructor(person, operator) {
    this.person = person;
    this.page = person.page;
    this.operator = operator;
  }

  settled() {
    return this.page.waitForFunction(() => !document.querySelector("[role=status][aria-label], .mantine-Skeleton-root"), undefined, patience);
  }

  async load(path) {
    await this.page.goto(world.console + path);
    await this.page.getByRole("heading", { level: 1 }).waitFor(patience);
    await this.settled();
  }

  async at(path, where = path) {
    await this.load(path);
    await look(this.person, where);
  }

  /** The same page with another address: its filter, or the dialog that is open. */
  async turn(search) {
    await this.page.evaluate((to) => history.pushState(null, "", location.pathname + to), search);
  }

  async filtered(search) {
    await this.turn(search);
    await drawn(this.page);
    await this.settled();
    await look(this.person, new URL(this.page.url()).pathname + search);
  }

  /** A page, and each of its tabs. */
  async tabs(path, where) {
    await this.at(path, where);
    for (const tab of (await this.page.getByRole("tab").all()).slice(1)) {
      await tab.click();
      await drawn(this.page);
      await this.settled();
      await look(this.person, `${where}, ${await tab.innerText()}`);
    }
  }

  /** What an address, or buttons one after the other, bring over the page; it goes with Escape. */
  async brings(...ways) {
    for (const way of ways) {
      if (typeof way !== "string") await way.click(patience);
      else if (/^[?]/.test(way)) await this.turn(way);
      else await this.page.getByRole("button", { name: way, exact: true }).first().click(patience);
    }
    await this.shown().first().waitFor(patience);
    await this.settled();
    await look(this.person, `${new URL(this.page.url()).pathname} ${ways.join(", ")}`);
    await this.away();
  }

  shown() {
    return this.page.locator("[role=dialog], [role=menu]").filter({ visible: true });
  }

  async away() {
    for (let layers = 0; (await this.shown().count()) > 0; layers++) {
      assert.ok(layers < layersMax, "Escape closes it");
      const one = await this.shown().last().elementHandle();
      await this.page.keyboard.press("Escape");
      await one.waitForElementState("hidden", { timeout: 500 }).catch(() => {});
      await drawn(this.page);
    }
  }
}

/** A building in which something happened: an opened door, a wrong code, an almost empty battery, a door without a lock. */
async function lived() {
  const code = /^code +(\d+)$/m.exec(await cardea("let-in", "--person", "Ana Example", "--door", "front", "--to", "+2d"))[1];
  await control("keypad", { door: "front", code });
  await control("keypad", { door: "front", code: "12345678" });
  await cardea("door", "add", "attic", "--site", "home", "--zone", "America/New_York");
  await cardea("lock", "battery", "4", "--state", "side");
  const { items: doors } = await call("/v1/doors");
  return { door: (name) => `/doors/${doors.find((one) => one.name === name).id}`, grant: (await call("/v1/access-grants")).items[0] };
}

/** A PIN and, beside it, one to type when forced to. */
async function duressPin(app, grant) {
  const { page } = app;
  const open = `?grant=${grant}`;
  const button = (name) => page.getByRole("button", { name, exact: true });
  const entry = (name) => page.getByRole("menuitem", { name, exact: true });
  const give = async (name) => {
    await app.turn(open);
    await button("Give a code for front").click(patience);
    await entry(name).click(patience);
    await button("Give the PIN").click(patience);
    await page.getByLabel("Code", { exact: true }).waitFor(patience);
  };
  await give("PIN");
  await button("Done").click();
  await button("PIN: what can be done").waitFor(patience);
  await app.away();
  await app.brings(open, "Give a code for front");
  await app.brings(open, "Give a code for front", entry("Duress PIN"));
  await give("Duress PIN");
  await button("Done").click();
  await button("Duress PIN: what can be done").waitFor(patience);
  await look(app.person, "an access with a duress PIN");
  await app.away();
}

/** What the account's page has once there are a passkey and an authenticator app. */
async function ownWaysIn(app) {
  const { page } = app;
  const dialog = page.getByRole("dialog");
  const { password } = app.operator;
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await dialog.getByLabel("Name of this device").fill("Ada's laptop");
  await dialog.getByLabel("Your password").fill(password);
  await dialog.getByRole("button", { name: "Add the passkey" }).click();
  await dialog.waitFor({ state: "detached", ...patience });
  await app.brings("Rename Ada's laptop");
  await app.brings("Remove Ada's laptop");
  await page.getByRole("button", { name: "Set up" }).click();
  await dialog.getByLabel("Your password").fill(password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  const code = codeOf(await dialog.getByLabel("Secret").inputValue(), Date.now());
  await dialog.getByLabel("Code", { exact: true }).fill(code);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await look(app.person, "/account with a passkey and an app");
  await app.brings("New recovery codes");
  await app.brings("Stop using it");
  await app.brings("Link it");
}

test("The console, from its frame to its last dialog", async () => {
  const { door, grant } = await lived();
  const person = await arrive({ authenticator: true });
  const { page } = person;
  const operator = await newOperator();
  await signIn(person, operator);
  const app = new Console(person, operator);

  await app.load("/");
  await page.getByRole("link", { name: "Battery is almost empty" }).waitFor(patience);
  await look(person, "/");
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor(patience);
  await look(person, "the search");
  await page.keyboard.press("Escape");
  await app.brings("All sites My workspace");
  await app.brings(page.getByRole("button", { name: "Ada Lovelace" }));
  await app.at("/doors");
  await app.brings("?add=door");
  await app.tabs(door("front"), "a door");
  await app.at(door("side"), "an unprotected lock's door");
  await app.at(`${door("cellar")}?tab=health`, "a lock without a network");
  await app.at(door("attic"), "a door without a lock");
  await app.at("/people");
  await app.tabs(`/people/${grant.person_id}`, "a person");
  await app.brings("End all access");
  await app.at("/access");
  await app.filtered("?show=all");
  await app.brings("?invite=yes");
  await app.brings(`?grant=${grant.id}`);
  await app.brings(`?grant=${grant.id}`, "Change");
  await app.brings(`?grant=${grant.id}`, "End access");
  await duressPin(app, grant.id);
  await app.at("/activity");
  await app.brings("Export");
  await app.at("/alerts");
  const alert = (await call("/v1/alerts")).items[0];
  await app.filtered("?show=closed");
  await app.brings(`?alert=${alert.id}`);
  await app.brings(`?alert=${alert.id}`, "Close the alert");
  await app.at("/install");
  const { webhook: hook } = await call("/v1/webhooks", { url: "https://hook.example.org/cardea" });
  const { operator: porter } = await call("/v1/operators", { name: "Otto Guest", email: "otto@example.org", role: "installer" });
  await app.tabs("/settings", "settings");
  await app.turn("?tab=operators");
  await app.brings("Invite an operator");
  await app.brings(`?tab=operators&operator=${porter.id}`);
  await app.brings("End Otto Guest");
  await app.turn("?tab=keys");
  await app.brings("Make an API key");
  await app.brings("End first key");
  await app.turn("?tab=webhooks");
  await app.brings("Add a webhook");
  await app.brings(`?tab=webhooks&webhook=${hook.id}`);
  await app.brings(`Delete ${hook.url}`);
  await app.brings(`New secret for ${hook.url}`);
  await app.at("/account");
  await app.brings("Change the password");
  await app.brings("Set up");
  await ownWaysIn(app);
  await app.brings("Sign out everywhere");
  await app.at("/nothing");
  await page.setViewportSize({ width: 390, height: 844 });
  await app.at("/", "Home on a phone");
  await app.brings("Menu");
  await app.at("/install", "Install on a phone");
  await person.leave();
  nothingWrong();
});

test("The console before anybody has signed in", async () => {
  const person = await arrive();
  const { page } = person;
  for (const path of ["/sign-in", "/recover", "/accept#cardea_invitation_" + "0".repeat(64), "/recover#cardea_recovery_" + "0".repeat(64), "/start", "/sign-in/oidc"]) {
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
  const see = (where) => look(person, `phone: ${where}`, fits);
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
