// SPDX-License-Identifier: Apache-2.0
// What both apps share (web/shared), by Node.js's own test runner.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Refused } from "../../web/shared/api/client.ts";
import { languageOf } from "../../web/shared/i18n/language.ts";
import { follow, ServerSent } from "../../web/shared/live/stream.ts";
import { explain, problemWords } from "../../web/shared/problems/problem.ts";
import { zoneName } from "../../web/shared/time/zoned.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const problem = (status, code) => new Refused({ type: `urn:cardea:problem:${code}`, title: code, status, code, detail: "In English." });

test("A problem that nobody has words for is told by its kind", async () => {
  const words = await problemWords("de");
  assert.equal(explain(problem(409, "something_new"), words), words.clash);
  assert.equal(explain(problem(404, "door_not_found"), words), words.not_found);
  assert.equal(explain(problem(400, "something_new"), words), words.bad_input);
  assert.equal(explain(problem(418, "toString"), words), words.bad_input);
  assert.equal(explain(problem(500, "internal"), words), words.fault);
  assert.equal(explain(new TypeError("fetch failed"), words), words.unreachable);
  assert.equal(explain(new RangeError("ours"), words), words.fault);
});

test("A problem is told in the person's language", async () => {
  assert.match(explain(problem(409, "lock_offline"), await problemWords("en")), /^The lock is offline/);
  assert.match(explain(problem(409, "lock_offline"), await problemWords("de")), /^Das Schloss ist offline/);
  assert.match(explain(problem(409, "lock_offline"), await problemWords("zh-CN")), /^门锁离线/);
});

test("Every code that there are words for is one that the platform sends", async () => {
  const ours = ["unreachable", "bad_input", "not_found", "clash", "fault"];
  const sources = execFileSync("grep", ["-rhoE", '"[a-z]+(_[a-z]+)+"|"[a-z]+"|_not_found', `${root}server`, "--include=*.cpp", "--include=*.hpp"], {
    maxBuffer: 1 << 26,
  }).toString();
  const document = readFileSync(`${root}spec/openapi.yaml`, "utf8");
  for (const code of Object.keys(await problemWords("en")))
    if (!ours.includes(code)) assert.ok(sources.includes(`"${code}"`) || document.includes(`\`${code}\``), code);
});

test("A language is found by what browsers call it", () => {
  assert.deepEqual(["de-AT", "zh-Hant-TW", "zh", "EN-gb", "fr", ""].map(languageOf), ["de", "zh-CN", "zh-CN", "en", undefined, undefined]);
});

test("A zone is named as people call it, and as its city where the browser knows no more than an offset", () => {
  const when = new Date("2026-11-21T12:00:00Z");
  assert.equal(zoneName("Europe/Zurich", "en", when), "Switzerland Time");
  assert.equal(zoneName("America/Argentina/Buenos_Aires", "en", when).includes("GMT"), false);
});

test("Server-sent events are understood in whatever pieces they come", () => {
  const text = 'retry: 2000\n\nid: 7\ndata: {"a":\ndata: 1}\n\n: a comment\n\nid: 9\r\n\r\nid: 10\ndata:tight\n\nid: 11\ndata: not ended';
  for (const size of [1, 3, text.length]) {
    const taken = [];
    const sent = new ServerSent((id, data) => taken.push([id, data]));
    for (let at = 0; at < text.length; at += size) sent.push(text.slice(at, at + size));
    assert.deepEqual(taken, [["7", '{"a":\n1}'], ["9", undefined], ["10", "tight"]]);
  }
});

/** A platform whose stream does what `script` says, connection by connection; what was asked is in `asked`. */
async function staged(script) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const step = script[Math.min(asked.length, script.length) - 1];
    if (step.status) return response.writeHead(step.status).end();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(step.sends);
    if (step.ends) response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, server, base: `http://127.0.0.1:${server.address().port}` };
}

/** Follows until `enough` says so. */
async function followed({ server, base }, options, enough) {
  const states = [];
  const positions = [];
  await new Promise((resolve) => {
    const look = () => enough(states, positions) && resolve();
    const live = follow({
      base,
      retryMs: { first: 1, most: 4 },
      ...options,
      onEvent: (event, position) => {
        assert.equal(event.position, position);
        positions.push(position);
        look();
      },
      onState: (state) => {
        states.push(state.is);
        look();
      },
    });
    server.once("close", () => live.close());
  });
  server.closeAllConnections();
  server.close();
  return { states, positions };
}

const event = (position) => `id: ${position}\ndata: {"position":${position}}\n\n`;

test("A stream that breaks off is stale, comes back after its last position, and is live again", async () => {
  const stage = await staged([{ sends: event(4) + "id: 6\n\n", ends: true }, { status: 503 }, { sends: event(7) }]);
  const { states, positions } = await followed(stage, { after: 3, filters: { door_id: "door_1" } }, (_, seen) => seen.length === 2);
  assert.deepEqual(positions, [4, 7]);
  assert.deepEqual(states, ["connecting", "live", "stale", "stale", "live"]);
  assert.deepEqual(stage.asked, [3, 6, 6].map((after) => `/v1/events/stream?door_id=door_1&after=${after}`));
});

test("A stream that goes silent is stale, though its connection stands", async () => {
  const stage = await staged([{ sends: event(1) }]);
  const { states } = await followed(stage, { silenceMs: 50 }, (seen) => seen.includes("stale"));
  assert.deepEqual(states, ["connecting", "live", "stale"]);
});

test("A stream that is refused does not try again", async () => {
  const stage = await staged([{ status: 401 }]);
  const { states } = await followed(stage, {}, (seen) => seen.includes("refused"));
  assert.deepEqual(states, ["connecting", "refused"]);
  assert.equal(stage.asked.length, 1);
});
