// SPDX-License-Identifier: Apache-2.0
// Both apps as they are served: their policies keep them to themselves, and they speak the browser's language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrive, languages, newOperator, signIn, world } from "./browser.mjs";

const apps = { console: world.console, phone: world.phone };

for (const [name, url] of Object.entries(apps)) {
  test(`The ${name} is served with every header that keeps it to itself`, async () => {
    const page = await fetch(url, { headers: { "Accept-Encoding": "br" } });
    assert.equal(page.status, 200);
    assert.equal(page.headers.get("cache-control"), "no-cache");
    assert.equal(page.headers.get("content-encoding"), "br");
    assert.match(page.headers.get("content-security-policy"), /^default-src 'none'; script-src 'self'; /);
    assert.equal(page.headers.get("cross-origin-opener-policy"), "same-origin");
    const script = (await page.text()).match(/src="(\/assets\/[^"]+\.js)"/)[1];
    const loaded = await fetch(url + script);
    assert.match(loaded.headers.get("content-type"), /^text\/javascript/);
    assert.match(loaded.headers.get("cache-control"), /immutable/);
    assert.equal((await fetch(url + "/assets/nothing-0000.js")).status, 404);
    assert.equal((await fetch(url + "/v1/health")).status, 200);
    assert.equal((await fetch(url + "/v1/nothing")).status, 404);
  });

  test(`The ${name} speaks three languages and violates no policy`, async () => {
    const headings = new Set();
    for (const language of languages) {
      const person = await arrive({ language });
      await person.page.goto(url);
      headings.add(await person.page.getByRole("heading", { level: 1 }).innerText());
      assert.equal(await person.page.locator("html").getAttribute("lang"), language);
      await person.check(`the ${name}'s first page in ${language}`);
      await person.leave();
    }
    assert.equal(headings.size, languages.length);
  });
}

test("The phone's origin has the routes of a phone, and no others", async () => {
  const authorization = { Authorization: `Bearer ${world.key}` };
  for (const [path, status] of [["/v1/workspace", 404], ["/v1/doors", 404], ["/v1/phones/phone_" + "0".repeat(32), 404]]) {
    assert.equal((await fetch(world.phone + path, { headers: authorization })).status, status, path);
    if (path !== "/v1/phones/phone_" + "0".repeat(32))
      assert.equal((await fetch(world.console + path, { headers: authorization })).status, 200, path);
  }
  const open = await fetch(world.phone + "/v1/invitations/open", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ invitation: "cardea_phone_" + "0".repeat(64) }),
  });
  assert.equal((await open.json()).code, "invitation_not_found");
});

test("A session's cookie and a passkey are the console's, and another origin gets no use of them", async () => {
  const ada = await newOperator();
  const person = await arrive({ authenticator: true });
  await signIn(person, ada);
  const cookies = await person.context.cookies(world.console);
  assert.deepEqual(cookies.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite })),
    [{ name: "__Host-cardea-session", httpOnly: true, secure: true, sameSite: "Strict" }]);
  const made = await person.page.evaluate(async (password) => {
    const post = async (path, body) => {
      const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    };
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const { body: offer } = await post("/v1/account/passkeys/begin", { password });
    const { response } = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(offer.challenge),
        rp: { id: offer.relying_party_id, name: "Cardea" },
        user: { id: bytes(offer.user.id), name: offer.user.name, displayName: offer.user.display_name },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }],
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      },
    });
    return post("/v1/account/passkeys", { name: "this machine", client_data: text(response.clientDataJSON), authenticator_data: text(response.getAuthenticatorData()) });
  }, ada.password);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  // The cookie goes along to whatever is on this host; the platform looks at who sends it.
  const session = `${cookies[0].name}=${cookies[0].value}`;
  for (const [url, origin, status] of [[world.console, world.phone, 403], [world.api, world.console, 403], [world.phone, world.phone, 404], [world.console, world.console, 201]]) {
    const answer = await fetch(`${url}/v1/account/passkeys/begin`, {
      method: "POST",
      headers: { Cookie: session, Origin: origin, "Content-Type": "application/json" },
      body: JSON.stringify({ password: ada.password }),
    });
    assert.equal(answer.status, status, `${origin} at ${url}: ${await answer.text()}`);
  }
  await person.leave();
});

/** Bytes of all scripts that a page has loaded by now, as gzip sends them. */
async function scriptSize(page) {
  const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => new URL(name).pathname.endsWith(".js")));
  assert.ok(scripts.length > 0);
  let size = 0;
  for (const script of new Set(scripts)) size += Number((await fetch(script, { headers: { "Accept-Encoding": "gzip" } })).headers.get("content-length"));
  return size;
}

test("The first view is small: 30 kB of scripts on a phone, 220 kB in the console", async () => {
  const ada = await newOperator();
  const person = await arrive();
  await signIn(person, ada);
  await person.page.goto(world.console, { waitUntil: "load" });
  await person.page.getByRole("heading", { level: 1 }).waitFor();
  const console = await scriptSize(person.page);
  await person.page.goto(world.phone, { waitUntil: "load" });
  await person.page.getByRole("heading", { level: 1 }).waitFor();
  const phone = await scriptSize(person.page);
  await person.leave();
  assert.ok(phone <= 30_000, `the phone's is ${phone} bytes`);
  assert.ok(console <= 220_000, `the console's is ${console} bytes`);
});

test("What the page does wrong is found", async () => {
  const person = await arrive();
  await person.page.goto(world.phone);
  await person.page.getByRole("heading", { level: 1 }).waitFor();
  await person.page.evaluate(() => {
    const image = document.createElement("img");
    image.src = "http://127.0.0.1:9/picture.png";
    document.body.append(image);
    console.error("a complaint");
  });
  await assert.rejects(person.check("the page with a picture"), /image-alt/);
  const { clicks, keys } = await person.count(async () => {
    await person.page.getByRole("heading", { level: 1 }).click();
    await person.page.keyboard.press("Tab");
  });
  assert.deepEqual({ clicks, keys }, { clicks: 1, keys: 1 });
  const found = person.complaints();
  assert.ok(found.some((one) => /^policy: img-src refuses/.test(one)), found.join("\n"));
  assert.ok(found.some((one) => /^console: a complaint/.test(one)), found.join("\n"));
  await person.leave();
});
