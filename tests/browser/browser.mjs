// SPDX-License-Identifier: Apache-2.0
// Headless Chromium as a person has it: a fresh profile, their language and colours, a desk or a phone, and perhaps a passkey.
//
//   const person = await arrive({ language: "de", size: "phone" });
//   await person.page.goto(world.phone);
//   const { clicks } = await person.count(async () => { … });
//   await person.check("keys");             // no accessibility fault that axe knows
//   await person.leave();                   // fails when a policy was violated, or the page complained
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url)("axe-core");

/** What stage.py says there is: the URLs console, phone and api, the owner's API key, and the control server. */
export const world = JSON.parse(process.env.CARDEA_WORLD ?? "{}");

export const languages = ["en", "de", "zh-CN"];
export const schemes = ["light", "dark"];
export const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

const browserTags = { en: "en-GB", de: "de-DE", "zh-CN": "zh-CN" };
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP localhost 127.0.0.1"];

/** Chromium writes every refusal of the API to the console; the page says it in its own words. */
const refusal = /^Failed to load resource: the server responded with a status of 4\d\d .*\(https?:[^)]*\/v1\//;

/** Something that no browser can do: stage.py lists it. */
export async function control(what, body = {}) {
  const answer = await fetch(`${world.control}/${what}`, { method: "POST", body: JSON.stringify(body) });
  const said = await answer.json();
  assert.equal(answer.status, 200, said.failed);
  return said;
}

/** What `cardea WORDS…` prints; it must succeed. */
export async function cardea(...words) {
  const { status, out, err } = await control("cli", { words: words.map(String) });
  assert.equal(status, 0, `cardea ${words.join(" ")}: ${out}${err}`);
  return out.trim();
}

/** Runs in the page, before anything of the page. */
function watch() {
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    globalThis.cardeaNote("violation", `${violatedDirective} refuses ${blockedURI} at ${sourceFile}:${lineNumber}`));
  for (const [kind, type] of [["click", "pointerdown"], ["key", "keydown"]])
    addEventListener(type, (event) => event.isTrusted && globalThis.cardeaNote(kind, event.key ?? ""), { capture: true });
}

let operatorCount = 0;

/** Somebody new who may sign in: their e-mail address and password. */
export async function newOperator(role = "owner", name = "Ada Lovelace") {
  const email = `operator${++operatorCount}-${process.pid}@example.org`;
  const password = "a rather long password";
  const invitation = (await cardea("operator", "invite", name, "--email", email, "--role", role)).split("\n")[0];
  const accepted = await fetch(`${world.api}/v1/invitations/accept`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ invitation, password }),
  });
  assert.equal(accepted.status, 200);
  return { name, email, password };
}

/** Signs somebody in without a screen: for tests of what comes after. Goes to the console and leaves the session's cookie there. */
export async function signIn(person, { email, password }) {
  await person.page.goto(world.console);
  const status = await person.page.evaluate(async (body) => {
    const answer = await fetch("/v1/sessions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return answer.status;
  }, { email, password, cookie: true });
  assert.equal(status, 201);
}

const running = new Map(); // by their flags
const alone = new Set(); // contexts with a browser of their own

/** Starting one takes seconds: those with the same flags share it, and nothing else. */
async function browserWith(more) {
  const key = more.join(" ");
  if (!running.has(key)) running.set(key, await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...flags, ...more] }));
  return running.get(key);
}

/** Ends every browser; by itself at the end of a test. */
export async function close() {
  for (const one of [...running.values(), ...alone]) await one.close();
  running.clear();
  alone.clear();
}
if (world.shots === undefined) after(close);

/**
 * Somebody at a fresh profile. `size`: desktop or phone. `zone`: of their machine. `authenticator`: a platform authenticator that
 * says yes, with PRF. `flags`: more of Chromium's own. `restarts`: the profile is on disk, and restart() keeps it. `complaints`:
 * patterns of what the page may write to its console as an error.
 */
export async function arrive({ language = "en", scheme = "light", size = "desktop", zone = "Europe/Zurich", authenticator = false,
  flags: more = [], restarts = false, complaints = [] } = {}) {
  const options = {
    viewport: sizes[size],
    hasTouch: size === "phone",
    locale: browserTags[language],
    timezoneId: zone,
    colorScheme: scheme,
    reducedMotion: "reduce",
  };
  const profile = restarts ? mkdtempSync(join(tmpdir(), "cardea-browser-")) : undefined;
  const open = async () =>
    profile === undefined
      ? (await browserWith(more)).newContext(options)
      : chromium.launchPersistentContext(profile, { executablePath: "/usr/bin/chromium", args: [...flags, ...more], ...options });
  const person = new Person(open, profile, complaints, authenticator);
  await person.begin();
  return person;
}

async function addAuthenticator(context, page) {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true },
  });
}

class Person {
  #open;
  #profile;
  #may;
  #authenticator;
  #wrong = [];
  #clicks = 0;
  #keys = 0;

  constructor(open, profile, complaints, authenticator) {
    this.#open = open;
    this.#profile = profile;
    this.#may = [refusal, ...complaints];
    this.#authenticator = authenticator;
  }

  async begin() {
    this.context = await this.#open();
    if (this.#profile !== undefined) alone.add(this.context);
    await this.context.exposeBinding("cardeaNote", (_, kind, what) => this.note(kind, what));
    await this.context.addInitScript(watch);
    const page = this.context.pages()[0] ?? (await this.context.newPage());
    page.on("pageerror", (error) => this.#wrong.push(`uncaught: ${error.stack ?? error}`));
    page.on("console", (message) => {
      const text = `${message.text()} (${message.location().url})`;
      if (message.type() === "error" && !this.#may.some((pattern) => pattern.test(text))) this.#wrong.push(`console: ${text}`);
    });
    if (this.#authenticator) await addAuthenticator(this.context, page);
    this.page = page;
  }

  /** The browser ends and starts again with what it stored: for who arrived with `restarts`. */
  async restart() {
    assert.ok(this.#profile !== undefined, "arrive({ restarts: true })");
    await this.context.close();
    await this.begin();
  }

  note(kind, what) {
    if (kind === "violation") this.#wrong.push(`policy: ${what}`);
    else if (kind === "click") this.#clicks++;
    else this.#keys++;
  }

  /** How many clicks (or taps) and keys it took. Typing into a field is keys: what a budget counts is said where it is set. */
  async count(task) {
    const [clicks, keys] = [this.#clicks, this.#keys];
    await task();
    return { clicks: this.#clicks - clicks, keys: this.#keys - keys };
  }

  /** Fails, and says where, unless axe finds nothing in what is shown now; `only` these rules, or all but those `without`; `inside`: only of these. */
  async check(where, { only = axeTags, without = [], inside } = {}) {
    if (!(await this.page.evaluate(() => "axe" in globalThis))) await this.page.evaluate(axe.source);
    const options = { runOnly: only, rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])), resultTypes: ["violations"], preload: false };
    const { violations } = await this.page.evaluate(([within, all]) => globalThis.axe.run(within ? { include: [within] } : document, all), [inside, options]);
    const told = violations.map(({ id, help, nodes }) =>
      `${id}: ${help}\n` + nodes.map(({ html, failureSummary }) => `    ${html}\n      ${failureSummary.replaceAll("\n", "\n      ")}`).join("\n"));
    assert.ok(told.length === 0, `axe at ${where}:\n${told.join("\n")}`);
  }

  /** A picture of what is shown now. */
  async shoot(file) {
    mkdirSync(dirname(file), { recursive: true });
    await this.page.screenshot({ path: file, animations: "disabled", fullPage: true });
  }

  /** What went wrong so far; the list begins anew. */
  complaints() {
    return this.#wrong.splice(0);
  }

  async leave() {
    await this.context.close();
    if (this.#profile !== undefined) rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    assert.deepEqual(this.complaints(), []);
  }
}
