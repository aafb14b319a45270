// SPDX-License-Identifier: Apache-2.0
// The lock to play with (web/playground), as whoever makes locks would try it. No platform: the page brings its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { arrive, languages, schemes, sizes } from "./browser.mjs";

const root = new URL("../../", import.meta.url);
const server = spawn("python3", ["tools/web/serve.py", "build/web/dist/playground", "0"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
after(() => server.kill());
const [url] = await once(createInterface(server.stdout), "line");

async function visit(options) {
  const person = await arrive(options);
  await person.page.goto(url);
  await person.page.getByRole("heading", { level: 1 }).waitFor();
  return person;
}

const verdict = (page) => page.locator(".verdict");
const typeButton = (page, code) => page.locator(`[data-code=${code}]`).getByRole("button");
const codeOf = async (page, code) => (await page.locator(`[data-code=${code}] .code`).innerText()).replace(" ", "");
const lesson = (page, name) => page.getByRole("button", { name });
const facts = async (page, card) => (await page.locator(`.${card} dd`).allInnerTexts()).map((text) => text.trim());
const records = (page) => page.locator(".records-list li");

test("A code typed at the keypad opens, the same one again does not, and both are in the journal", async () => {
  const person = await visit();
  const { page } = person;
  const code = await codeOf(page, "app");
  await page.keyboard.type(code.slice(0, 4)); // digits go to the keypad, wherever the focus is
  for (const digit of code.slice(4)) await page.getByRole("button", { name: `Digit ${digit}` }).click();
  assert.equal(await page.getByLabel("Code", { exact: true }).inputValue(), code);
  await page.getByRole("button", { name: "Enter" }).click();
  assert.equal(await verdict(page).innerText(), "Open");
  await page.getByText("The bolt is drawn").waitFor();
  const writes = await page.locator(".writes-list li").allInnerTexts();
  const at = (pattern) => writes.findIndex((text) => pattern.test(text));
  assert.ok(at(/as failed/) >= 0 && at(/as failed/) < at(/as used up/) && at(/as used up/) < at(/motor/), writes.join("\n"));
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.keyboard.press("Enter");
  assert.match(await verdict(page).innerText(), /^Refused: .* was used already$/);
  assert.match(await records(page).first().innerText(), /Refused: .* was used already/);
  assert.deepEqual((await records(page).evaluateAll((rows) => rows.map((row) => row.dataset.kind))).slice(0, 3), ["entry_refused", "opened", "opening"]);
  assert.equal(await page.locator(".tick.bad").count(), 0);
  await person.leave();
});

test("A PIN opens again, and a code by SMS opens", async () => {
  const person = await visit({ size: "phone" });
  for (const code of ["sms", "pin", "pin"]) {
    await typeButton(person.page, code).click();
    assert.equal(await verdict(person.page).innerText(), "Open");
  }
  await person.leave();
});

test("Ten wrong codes make it wait, and the wait survives a pulled plug", async () => {
  const person = await visit();
  const { page } = person;
  await lesson(page, /What does guessing cost/).click();
  assert.equal(await page.locator(".waits li").count(), 10);
  const wait = page.locator(".wait p").first();
  assert.match(await wait.innerText(), /3[12]/);
  await page.getByRole("button", { name: "Pull the plug" }).click();
  await page.getByText("No power, the bolt is shut").waitFor();
  assert.equal(await typeButton(page, "app").isDisabled(), true);
  await page.getByRole("button", { name: "Plug in" }).click();
  assert.match(await wait.innerText(), /3[12]/);
  await typeButton(page, "app").click();
  assert.match(await verdict(page).innerText(), /too many wrong codes/);
  assert.match(await page.locator(".writes").innerText(), /record/); // that it was refused, and nothing else
  await page.getByRole("button", { name: "Let the wait pass" }).click();
  await typeButton(page, "app").click();
  assert.equal(await verdict(page).innerText(), "Open");
  await person.leave();
});

/** The power goes during write `number` of an entry: what became of the code after that. */
async function cutDuring(page, number) {
  await page.getByRole("button", { name: "Start again" }).click();
  // A code that lasts for as long as this takes: an SMS's.
  const code = await codeOf(page, "sms");
  await page.getByLabel("Pull it during write number").fill(String(number));
  await page.getByRole("button", { name: "Pull it then" }).click();
  await page.getByText(`The power goes during write ${number} from now.`).waitFor();
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.keyboard.press("Enter");
  const wasCut = await page.getByText("No power, the bolt is shut").isVisible();
  if (!wasCut) return undefined;
  assert.equal(await page.locator(".writes-list li.torn").count(), 1);
  const moved = await page.locator(".writes-list li.moved").count();
  await page.getByRole("button", { name: "Plug in" }).click();
  const [, ofDay] = await facts(page, "guessing");
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.keyboard.press("Enter");
  const again = (await verdict(page).innerText()) === "Open";
  return { moved, charged: Number(ofDay), again };
}

test("The plug is pulled at each write of an entry: not opened and the try stands, or done; never a code usable twice", async () => {
  const person = await visit();
  const seen = [];
  for (let number = 1; ; number++) {
    const result = await cutDuring(person.page, number);
    if (result === undefined) break;
    seen.push(result);
    assert.ok(result.moved + (result.again ? 1 : 0) <= 1, `write ${number}: ${JSON.stringify(result)}`);
  }
  assert.ok(seen.length >= 4, JSON.stringify(seen));
  assert.ok(seen.some(({ charged, again }) => charged === 1 && again), "cut before it was burned: the try stands, and the code is good");
  assert.ok(seen.some(({ moved, again }) => moved === 0 && !again), "cut between burn and motor");
  assert.ok(seen.some(({ moved, again }) => moved === 1 && !again), "cut after the motor");
  await person.leave();
});

test("The page itself cuts at every write, and says what became of it", async () => {
  const person = await visit();
  const { page } = person;
  await lesson(page, /What if the power goes/).click();
  const openings = await page.locator("[data-lesson=cut] .count").allInnerTexts();
  assert.ok(openings.length >= 4 && openings.every((count) => Number(count) <= 1), openings.join());
  await lesson(page, /Why does no code open twice/).click();
  assert.match(await page.locator("[data-lesson=replay]").innerText(), /First time: Open\. Second time: Refused/);
  await person.leave();
});

test("A week without battery loses the clock, and the platform's time brings it back", async () => {
  const person = await visit();
  const { page } = person;
  await page.getByRole("button", { name: "A day passes" }).click();
  await page.getByText("Kept: nobody told it the time today").waitFor();
  await page.getByRole("button", { name: "Battery out for a week" }).click();
  assert.equal((await facts(page, "clock"))[0], "unknown");
  await typeButton(page, "app").click();
  assert.match(await verdict(page).innerText(), /its clock is lost/);
  await page.getByRole("button", { name: "The platform says the time" }).click();
  await typeButton(page, "app").click();
  assert.equal(await verdict(page).innerText(), "Open");
  await person.leave();
});

for (const language of languages)
  for (const scheme of schemes)
    test(`Nothing is in the way of anybody, in ${language} and ${scheme}`, async () => {
      for (const size of Object.keys(sizes)) {
        const person = await visit({ language, scheme, size });
        const { page } = person;
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        if (size === "phone") {
          for (const i of [0, 2, 1]) await page.locator(".lesson button").nth(i).click();
          await page.locator(".power button").first().click();
        }
        await person.check(`the ${size}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `the page is wider than the ${size}`);
        await person.leave();
      }
    });

test("The policy lets WebAssembly run, and no other text become a program", async () => {
  const person = await visit();
  // Later, as the page's own scripts run: what a tool evaluates is let through.
  const refused = await person.page.evaluate(() => new Promise((resolve) => setTimeout(() => {
    try {
      resolve(String(new Function("return 1")()));
    } catch (error) {
      resolve(error.name);
    }
  })));
  assert.equal(refused, "EvalError");
  await person.context.close();
  const complaints = person.complaints();
  assert.ok(complaints.length > 0 && complaints.every((complaint) => /script-src|trusted/i.test(complaint)), complaints.join("\n"));
});
