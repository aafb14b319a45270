// SPDX-License-Identifier: Apache-2.0
// The browser's part of web_bench.py, which starts it: what Chromium says of the apps' speed, as one line of JSON {figure: {value, reference}}.
import { createServer } from "node:http";
import { arrive, close, signIn, world } from "../../tests/browser/browser.mjs";

const rounds = 5;
const scrollMs = 6_000;
const patience = { timeout: 30_000 };
const owner = { email: "bench@example.org", password: "a rather long password" };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value) => Math.round(value * 10) / 10;
const figures = {};
const say = (name, values, references) => (figures[name] = { value: round(median(values)), reference: references && round(median(references)) });

/** Runs in the page, before anything of the page: PerformanceObserver's entries as they come. */
function observe() {
  const seen = (globalThis.cardeaSeen = { paint: 0, shifts: [], interactions: new Map(), longTasks: 0 });
  const follow = (type, take, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  follow("largest-contentful-paint", (entry) => (seen.paint = entry.startTime));
  follow("longtask", () => seen.longTasks++);
  follow("layout-shift", (entry) => {
    const what = (source) => `${source.node?.className || source.node?.nodeName} "${source.node?.textContent?.slice(0, 40)}" ${JSON.stringify(source.previousRect)} to ${JSON.stringify(source.currentRect)}`;
    if (!entry.hadRecentInput) seen.shifts.push({ value: entry.value, what: entry.sources.map(what) });
  });
  follow("event", (entry) => {
    if (entry.interactionId) seen.interactions.set(entry.interactionId, { ms: Math.max(entry.duration, seen.interactions.get(entry.interactionId)?.ms ?? 0), what: entry.name });
  }, { durationThreshold: 16 });
}

/** A fresh profile that is observed; with the cookies of somebody who has signed in. */
async function visitor(size, cookies) {
  const person = await arrive({ size });
  await person.context.addInitScript(observe);
  if (cookies) await person.context.addCookies(cookies);
  return person;
}
const seen = ({ page }) => page.evaluate(() => ({ ...globalThis.cardeaSeen, interactions: [...globalThis.cardeaSeen.interactions.values()] }));
/** All that was on its way is there: the stream of events never ends, so it is no matter of the network. */
const quiet = async ({ page }) => {
  await page.waitForFunction(() => !document.querySelector("[role=status][aria-label], .mantine-Skeleton-root"), undefined, patience);
  await page.waitForTimeout(500);
};

// --- Paint ---

/** A page of the same browser that has next to nothing to paint. */
async function emptyPage() {
  const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>-</title><h1>A heading alone</h1>"));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://localhost:${server.address().port}/`, end: () => server.close() };
}

async function paint(url, size, cookies, ready) {
  const person = await visitor(size, cookies);
  await person.page.goto(url);
  await person.page.locator(ready).first().waitFor(patience);
  await person.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const { paint } = await seen(person);
  await person.leave();
  return paint;
}

async function paints(name, url, size, cookies, ready, empty) {
  const ours = [], theirs = [];
  for (let i = 0; i < rounds; i++) {
    ours.push(await paint(url, size, cookies, ready));
    theirs.push(await paint(empty, size, undefined, "h1"));
  }
  say(name, ours, theirs);
}

// --- The phone ---

async function firstCodes() {
  const fromTap = [], fromLink = [];
  for (const link of world.links.slice(1)) {
    const person = await visitor("phone");
    const { page } = person;
    const opened = performance.now();
    await page.goto(link, { waitUntil: "commit" });
    const add = page.getByRole("button", { name: "Add key" });
    await add.waitFor(patience);
    const tapped = performance.now();
    await add.tap();
    await page.locator(".code").waitFor(patience);
    fromTap.push(performance.now() - tapped);
    fromLink.push(performance.now() - opened);
    await person.leave();
  }
  say("web/phone/first_code", fromTap);
  say("web/phone/link_to_code", fromLink);
}

/** Bytes of all scripts that the page has loaded by now, as gzip sends them. */
async function scriptSize({ page }) {
  const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => new URL(name).pathname.endsWith(".js")));
  let size = 0;
  for (const script of new Set(scripts)) size += Number((await fetch(script, { headers: { "Accept-Encoding": "gzip" } })).headers.get("content-length"));
  return size;
}

/** A walk's longest interaction, and what moved in it without anybody's doing. */
function sayWalk(name, walks) {
  const interactions = walks.flatMap((walk) => walk.interactions).toSorted((a, b) => b.ms - a.ms);
  const shifts = walks.flatMap((walk) => walk.shifts);
  for (const { value, what } of shifts) console.error(`${name}: moved by ${value}: ${what.join("; ")}`);
  console.error(`${name}: interactions ${interactions.slice(0, 5).map(({ ms, what }) => `${what} ${ms} ms`).join(", ")} of ${interactions.length}`);
  figures[`${name}/inp`] = { value: interactions[0]?.ms ?? 0 };
  figures[`${name}/cls`] = { value: Math.round(shifts.reduce((sum, { value }) => sum + value, 0) * 1e4) / 1e4 };
}

async function walkPhone(empty) {
  const person = await visitor("phone");
  const { page } = person;
  const walks = [];
  await page.goto(world.phone);
  await page.getByRole("heading", { level: 1 }).waitFor(patience);
  await quiet(person);
  say("web/phone/script", [await scriptSize(person)]);
  walks.push(await seen(person));
  await page.goto(world.links[0]);
  await page.getByRole("button", { name: "Add key" }).tap();
  await page.locator(".code").waitFor(patience);
  const keys = [], theirs = [];
  for (let i = 0; i < rounds; i++) {
    walks.push(await seen(person));
    await page.goto(world.phone);
    await page.locator(".code").waitFor(patience);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    keys.push((await seen(person)).paint);
    theirs.push(await paint(empty, "phone", undefined, "h1"));
  }
  say("web/phone/keys/lcp", keys, theirs);
  await page.locator("#open-key").tap();
  await quiet(person);
  walks.push(await seen(person));
  sayWalk("web/phone", walks);
  await person.leave();
}

// --- The console ---

async function makeOwner() {
  const call = async (path, body) => {
    const answer = await fetch(world.api + path, { method: "POST", headers: { Authorization: `Bearer ${world.key}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { invitation } = await call("/v1/operators", { name: "Ada", email: owner.email, role: "owner" });
  await call("/v1/invitations/accept", { invitation, password: owner.password });
  const person = await arrive();
  await signIn(person, owner);
  const cookies = await person.context.cookies(world.console);
  await person.leave();
  return cookies;
}

/** As fast as a wheel goes, for a while: frames, long tasks, and how much of the list there is. */
async function scroll(name, person, row) {
  const { page } = person;
  await page.locator(row).first().waitFor(patience);
  await quiet(person);
  const scrolled = await page.evaluate(async ({ row, ms }) => {
    const frames = [];
    let most = 0, last = 0;
    const tasks = globalThis.cardeaSeen.longTasks;
    const began = performance.now();
    for (let before = began; before - began < ms; ) {
      const now = await new Promise((next) => requestAnimationFrame(next));
      frames.push(now - before);
      before = now;
      scrollBy(0, 400);
      const shown = document.querySelectorAll(row);
      most = Math.max(most, shown.length);
      last = Math.max(last, Number(shown[shown.length - 1]?.closest("[aria-posinset]")?.getAttribute("aria-posinset") ?? 0));
    }
    await new Promise((next) => setTimeout(next, 100));
    return { frames: frames.slice(1), most, last, tasks: globalThis.cardeaSeen.longTasks - tasks };
  }, { row, ms: scrollMs });
  const frames = scrolled.frames.toSorted((a, b) => a - b);
  figures[`${name}/frame_p95`] = { value: round(frames[Math.floor(frames.length * 0.95)]) };
  figures[`${name}/long_tasks`] = { value: scrolled.tasks };
  figures[`${name}/rows_in_page`] = { value: scrolled.most };
  figures[`${name}/rows_read`] = { value: scrolled.last };
}

async function walkConsole(cookies) {
  const person = await visitor("desktop", cookies);
  const { page } = person;
  const walks = [];
  const look = async (path, ready) => {
    await page.goto(world.console + path);
    await page.locator(ready).first().waitFor(patience);
    await quiet(person);
  };
  const leave = async () => walks.push(await seen(person));
  await look("/", "h1");
  say("web/console/script", [await scriptSize(person)]);
  for (const place of ["Doors", "People", "Access", "Activity", "Alerts", "Settings", "Home"]) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place }).click();
    await page.getByRole("heading", { level: 1, name: place === "Home" ? undefined : place }).waitFor(patience);
    await page.waitForTimeout(300);
  }
  await page.keyboard.press("Control+k");
  await page.keyboard.type("flat 8.501", { delay: 60 });
  await page.getByRole("option", { name: /Flat 8\.501/ }).first().waitFor(patience);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Flat 8.501" }).waitFor(patience);
  await leave();
  await look("/doors", ".line.pick.door");
  await page.getByRole("textbox", { name: "Search doors" }).click();
  await page.keyboard.type("flat 9.99", { delay: 60 });
  await page.getByRole("link", { name: "Flat 9.990" }).waitFor(patience);
  await leave();
  await look("/people", "h1");
  await page.getByRole("textbox", { name: "Search people" }).click();
  await page.keyboard.type("person 999", { delay: 60 });
  await page.getByRole("link", { name: "Person 9990" }).waitFor(patience);
  await leave();
  await look("/doors", ".line.pick.door");
  await scroll("web/console/doors", person, ".line.pick.door");
  await leave();
  await look("/activity", ".line.event[data-position]");
  await scroll("web/console/activity", person, ".line.event[data-position]");
  await leave();
  sayWalk("web/console", walks);
  await person.leave();
}

const empty = await emptyPage();
await firstCodes();
await walkPhone(empty.url);
await paints("web/phone/welcome/lcp", world.phone, "phone", undefined, "h1", empty.url);
const cookies = await makeOwner();
await paints("web/console/home/lcp", world.console, "desktop", cookies, "h1", empty.url);
await paints("web/console/doors/lcp", world.console + "/doors", "desktop", cookies, ".line.pick.door", empty.url);
await paints("web/console/activity/lcp", world.console + "/activity", "desktop", cookies, ".line.event[data-position]", empty.url);
await walkConsole(cookies);
empty.end();
await close();
console.log(JSON.stringify(figures));
