// SPDX-License-Identifier: Apache-2.0
// Nothing of the console's pages moves while they fill, in any language, on a desk and on a phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, world } from "./browser.mjs";
import { call, manager, patience } from "./manager.mjs";

/** Notes all that moves by itself from now on, and what it was. */
async function watchMoves({ page }) {
  await page.addInitScript(() => {
    globalThis.moved = [];
    const where = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
    const note = ({ value, sources }) =>
      globalThis.moved.push(`${value.toFixed(4)}: ${sources.map(({ node, previousRect, currentRect }) => `${node?.className || node?.nodeName} from ${where(previousRect)} to ${where(currentRect)}`).join("; ")}`);
    new PerformanceObserver((list) => list.getEntries().filter((entry) => !entry.hadRecentInput).forEach(note)).observe({ type: "layout-shift", buffered: true });
  });
}

const settled = (page) => page.waitForFunction(() => !document.querySelector("[role=status][aria-label], .mantine-Skeleton-root"), undefined, patience);

async function isStill({ page }, place) {
  assert.deepEqual(await page.evaluate(() => globalThis.moved), [], `what moved at ${place}`);
}

for (const language of languages)
  test(`Nothing moves while a page fills: ${language}`, async () => {
    const { items } = await call("/v1/doors");
    const person = await manager({ language });
    const { page } = person;
    await watchMoves(person);
    for (const place of ["/", "/doors", "/activity", `/doors/${items.find((door) => door.name === "front").id}`]) {
      await page.goto(world.console + place);
      await page.getByRole("heading", { level: 1 }).waitFor(patience);
      await settled(page);
      await isStill(person, place);
    }
    await person.leave();
  });

for (const language of languages)
  test(`Nothing moves on a phone while a page fills: ${language}`, async () => {
    const { items } = await call("/v1/doors");
    const person = await manager({ language, size: "phone" });
    const { page } = person;
    await watchMoves(person);
    for (const place of ["/", "/doors", "/people", "/access", "/activity", "/alerts", `/doors/${items.find((door) => door.name === "front").id}`]) {
      await page.goto(world.console + place);
      await page.getByRole("heading", { level: 1 }).waitFor(patience);
      await settled(page);
      await isStill(person, place);
    }
    await person.leave();
  });
