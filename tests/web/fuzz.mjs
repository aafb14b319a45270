// SPDX-License-Identifier: Apache-2.0
// Sends requests made from spec/openapi.yaml, good and broken ones, over all routes and roles, to a running platform with two
// workspaces, and holds every answer to the document.
//
//   fuzz.mjs PLATFORM [--seconds S] [--seed N] [--count N]     PLATFORM: the program of tests/openapi
//   fuzz.mjs PLATFORM --self-test                             the same through a proxy that plants one fault after the other
//
// A fault: a 5xx; a status, content type or body that the document does not have; a body that the document refuses and the platform
// takes; a keyed request whose repetition is answered otherwise; a word of the other workspace. Exit status 1 and one line a kind
// of fault, with the seed and count that repeat it. Sequences depend on the seed alone; only ids and instants differ.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const document = parse(readFileSync(new URL("spec/openapi.yaml", root), "utf8"));
const ajv = addFormats.default(new Ajv2020.default({ strict: false, validateFormats: true }));
ajv.addSchema(document, "document");

const resolve = (node) => {
  while (node?.$ref) node = node.$ref.slice(2).split("/").reduce((at, step) => at[step], document);
  return node;
};
const pointer = (...steps) => "document#/" + steps.map((step) => encodeURIComponent(String(step).replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");

const operations = Object.entries(document.paths).flatMap(([template, item]) =>
  Object.entries(item)
    .filter(([method]) => method !== "parameters")
    .map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      template,
      steps: ["paths", template, method],
      parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve),
    })),
);

// --- What a schema stands for

/** The place of an id in a request: which of those that are known is decided when it is sent. */
class Id {
  constructor(kind, owner, index) {
    Object.assign(this, { kind, owner, index });
  }
}

const kinds = Object.fromEntries(
  Object.entries(document.components.schemas).flatMap(([name, schema]) => {
    const prefix = /^Maybe/.test(name) ? null : /^\^([a-z_]+)_\[0-9a-f\]\{32\}\$$/.exec(schema.pattern ?? "")?.[1];
    return prefix ? [[name, prefix]] : [];
  }),
);

const idOf = (kind) =>
  fc.tuple(fc.constantFrom("own", "own", "own", "own", "foreign", "nobody"), fc.nat(30)).map(([owner, index]) => new Id(kind, owner, index));

const instant = fc.integer({ min: -40, max: 400 }).map((hours) => new Date(1_795_000_000_000 + hours * 3_600_000).toISOString());
const text = (schema) => {
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
  if (schema.format === "date-time") return instant;
  if (schema.format === "uri") return fc.constantFrom("https://hooks.invalid/", "https://hooks.invalid/a?b=c");
  if (schema.format === "email") return fc.constantFrom("eve@example.org", "bob@example.org");
  return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 40, 300), unit: "grapheme" });
};

/** What fits a schema. `depth` keeps what refers to itself small. */
function fitting(schema, depth = 0) {
  const name = schema.$ref?.split("/").at(-1);
  if (name && kinds[name]) return idOf(kinds[name]);
  if (schema.$ref) return fitting({ ...resolve(schema), description: undefined }, depth + 1);
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => fitting(one, depth + 1)));
  const type = Array.isArray(schema.type) ? fc.constantFrom(...schema.type) : fc.constant(schema.type);
  return type.chain((one) => fittingType(one, schema, depth));
}

function fittingType(type, schema, depth) {
  switch (type) {
    case "null": return fc.constant(null);
    case "boolean": return fc.boolean();
    case "integer": return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: Math.min(schema.maximum ?? 2 ** 31, Number.MAX_SAFE_INTEGER) });
    case "number": return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case "string": return text(schema);
    case "array":
      return fc.array(fitting(schema.items, depth + 1), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, Math.max(3, schema.minItems ?? 0)) });
    case "object": {
      const members = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, fitting(member, depth + 1)]));
      return fc.record(members, { requiredKeys: schema.required ?? [] });
    }
    default: return fc.jsonValue({ maxDepth: 2 });
  }
}

const rubbish = fc.oneof(fc.string({ maxLength: 60, unit: "binary" }), fc.constantFrom("", "null", "-1", "1e999", "%00", "../..", "' OR 1=1 --", "door_", "2026-02-30T00:00:00Z"));

/** A good body made bad: something left out, added, or of another kind. */
const broken = (good) =>
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.tuple(good, fc.nat(20), fc.jsonValue({ maxDepth: 1 }), fc.constantFrom("leave out", "replace", "add")).map(([body, at, value, how]) => {
      if (body === null || typeof body !== "object" || Array.isArray(body)) return value;
      const names = Object.keys(body);
      const name = how === "add" ? "surprise" : names[at % Math.max(names.length, 1)];
      const { [name]: _, ...rest } = body;
      return how === "leave out" ? rest : { ...rest, [name]: value };
    }),
  );

function requestOf(operation) {
  const valueOf = (parameter) => fc.oneof({ arbitrary: fitting(parameter.schema), weight: 7 }, { arbitrary: rubbish, weight: 1 });
  const named = (where) => operation.parameters.filter((parameter) => parameter.in === where);
  const group = (parameters) =>
    fc.record(Object.fromEntries(parameters.map((p) => [p.name, valueOf(p)])), { requiredKeys: parameters.filter((p) => p.required).map((p) => p.name) });
  const some = (parameters) => fc.oneof({ arbitrary: fc.constant({}), weight: 2 }, { arbitrary: group(parameters), weight: 1 });
  const [media, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const good = media === "application/json" ? fitting(content.schema) : null;
  const body = !media ? fc.constant(undefined) : good === null ? fc.uint8Array({ maxLength: 200 }) : fc.oneof({ arbitrary: good, weight: 3 }, { arbitrary: broken(good), weight: 1 });
  return fc.record({
    operation: fc.constant(operation),
    path: group(named("path")),
    query: some(named("query")),
    headers: some(named("header")),
    body,
    media: fc.constant(media),
    actor: fc.oneof({ arbitrary: fc.constant("fit"), weight: 3 }, { arbitrary: fc.constantFrom("owner", "manager", "installer", "auditor", "support", "session", "nobody", "liar"), weight: 2 }),
    again: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  });
}
const requests = operations.map(requestOf);

// --- The platform and two workspaces

class Platform {
  static async start(binary) {
    const platform = new Platform();
    platform.process = spawn(binary, { stdio: ["pipe", "pipe", "pipe"] });
    platform.log = "";
    platform.process.stderr.on("data", (piece) => (platform.log += piece));
    platform.ended = new Promise((done) => platform.process.on("close", done));
    platform.lines = createInterface({ input: platform.process.stdout })[Symbol.asyncIterator]();
    platform.hello = await platform.line();
    return platform;
  }
  async line() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the platform ended: " + this.log);
    return JSON.parse(value);
  }
  order(what, more = {}) {
    this.process.stdin.write(JSON.stringify({ do: what, ...more }) + "\n");
    return this.line();
  }
  /** Its exit status: the sanitizers say there what they found. */
  end() {
    this.process.stdin.end();
    return this.ended;
  }
}

const password = "a long enough password";

/** A workspace with one of everything, whose names have a word in them that nobody else says. */
class World {
  static async make(platform, url, key, word) {
    const world = Object.assign(new World(), { url, key, word, known: {}, keys: {} });
    const say = (name) => `${name} ${word}`;
    const post = async (path, body, as = key) => {
      const response = await fetch(url + path, {
        method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...(as ? { Authorization: "Bearer " + as } : {}), "X-Forwarded-For": "10.9.9.9" } });
      const answer = await response.json();
      if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      world.learn(answer);
      return answer;
    };
    const site = await post("/v1/sites", { name: say("Site") });
    const door = await post("/v1/doors", { site_id: site.id, name: say("Door"), zone: "Europe/Zurich" });
    await post("/v1/doors", { site_id: site.id, name: say("Gate"), zone: "Asia/Shanghai" });
    const { lock } = await platform.order("lock", { class: "protected", slots: 8 });
    if (key === platform.hello.key) {
      await platform.order("activate", { lock, door: door.id });
      world.learn({ id: lock });
    }
    const person = await post("/v1/persons", { name: say("Person"), email: `${word}@example.org`, phone: "+41791234567" });
    const grant = await post("/v1/access-grants", { person_id: person.id, door_ids: [door.id], from: "2026-01-01T00:00:00Z", external_id: say("grant") });
    if (key === platform.hello.key) {
      for (const more of [{ kind: "token" }, { kind: "sms" }, { kind: "offline", family: "pool" }]) await post(`/v1/access-grants/${grant.id}/credentials`, { door_id: door.id, ...more });
      await platform.order("exchange", { lock });
      await platform.order("exchange", { lock });
    }
    await post("/v1/webhooks", { url: `https://${word}.invalid/` });
    await post("/v1/operators", { name: say("Operator"), email: `decoy-${word}@example.org`, role: "support" });
    await post("/v1/api-keys", { name: say("decoy"), role: "support" });
    for (const role of ["owner", "manager", "installer", "auditor", "support"]) world.keys[role] = (await post("/v1/api-keys", { name: say(role), role })).key;
    const { operator, invitation } = await post("/v1/operators", { name: say("Me"), email: `me-${word}@example.org`, role: "owner" });
    await post("/v1/invitations/accept", { invitation, password }, null);
    world.known.operator = world.known.operator.filter((id) => id !== operator.id); // nobody ends the one who asks
    world.known.api_key = world.known.api_key?.slice(0, 1);
    world.known.key = world.known.key?.slice(0, 1);
    await world.sign_in();
    const events = await (await fetch(url + "/v1/events", { headers: { Authorization: "Bearer " + key } })).json();
    world.learn(events);
    return world;
  }
  async sign_in() {
    const response = await fetch(this.url + "/v1/sessions", {
      method: "POST", body: JSON.stringify({ email: `me-${this.word}@example.org`, password }), headers: { "Content-Type": "application/json", "X-Forwarded-For": "10.9.9.8" } });
    this.keys.session = (await response.json()).token;
  }
  /** Remembers the ids of an answer. */
  learn(answer) {
    for (const [id, kind] of JSON.stringify(answer).matchAll(/\b([a-z]+)_[0-9a-f]{32}\b/g)) {
      const ids = (this.known[kind] ??= []);
      if (!ids.includes(id) && ids.length < 40) ids.push(id);
    }
  }
  id(kind, index) {
    const ids = this.known[kind];
    return ids?.length ? ids[index % ids.length] : `${kind}_${"0".repeat(32)}`;
  }
}

// --- Sending, and judging what comes back

const filled = (value, own, foreign) => {
  if (value instanceof Id) {
    if (value.owner === "nobody") return `${value.kind}_${"0".repeat(31)}${value.index % 10}`;
    return (value.owner === "own" ? own : foreign).id(value.kind, value.index);
  }
  if (value instanceof Uint8Array || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => filled(one, own, foreign));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, own, foreign)]));
};

/** An optional member that is null is one that was left out. */
const withoutNulls = (value) =>
  value === null || typeof value !== "object" ? value
  : Array.isArray(value) ? value.map(withoutNulls)
  : Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null).map(([name, one]) => [name, withoutNulls(one)]));

const validators = new Map();
function complaints(schemaPointer, value) {
  if (!validators.has(schemaPointer)) validators.set(schemaPointer, ajv.compile({ $ref: schemaPointer }));
  const validate = validators.get(schemaPointer);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

class Fuzzer {
  constructor(own, foreign, url) {
    Object.assign(this, { own, foreign, url, count: 0, faults: new Map(), statuses: new Set() });
    this.secrets = [foreign.word, ...Object.values(foreign.known).flat()];
  }
  fault(what, operation, detail, sent) {
    const key = `${what}: ${operation.method} ${operation.template}`;
    if (!this.faults.has(key)) this.faults.set(key, `${detail.slice(0, 500)}\n    request ${this.count}: ${sent.slice(0, 500)}`);
  }

  keyFor({ operation, actor }) {
    if (actor === "fit") return operation["x-permission"] === "account:own" ? this.own.keys.session : this.own.keys.owner;
    if (actor === "nobody") return null;
    return actor === "liar" ? "cardea_" + "0".repeat(64) : this.own.keys[actor];
  }

  async send(request) {
    this.count += 1;
    const { operation, media } = request;
    const fill = (value) => filled(value, this.own, this.foreign);
    const path = operation.template.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(fill(request.path[name]) ?? "") || "x"));
    const query = new URLSearchParams(Object.entries(fill(request.query)).map(([name, value]) => [name, String(value)])).toString();
    const headers = { "X-Forwarded-For": `10.${(this.count >> 16) & 255}.${(this.count >> 8) & 255}.${this.count & 255}` };
    for (const [name, value] of Object.entries(fill(request.headers))) headers[name] = String(value).replaceAll(/[^\x20-\x7e]/g, "?");
    const key = this.keyFor(request);
    if (key) headers.Authorization = "Bearer " + key;
    const filledBody = fill(request.body);
    const body = media === "application/json" ? JSON.stringify(filledBody) : request.body;
    if (media) headers["Content-Type"] = media;
    if (request.again && operation.method === "POST") headers["Idempotency-Key"] = `again-${this.count}`;
    const sent = `${operation.method} ${path}${query && "?" + query} as ${request.actor} ${JSON.stringify(headers)} ${typeof body === "string" ? body : ""}`;
    const exchange = async () => {
      const response = await fetch(this.url + path + (query && "?" + query), { method: operation.method, headers, body, signal: AbortSignal.timeout(30_000) });
      const type = (response.headers.get("content-type") ?? "").split(";")[0];
      if (type === "text/event-stream") return [response, type, (await response.body.cancel(), "")];
      return [response, type, await response.text()];
    };
    const [response, type, answer] = await exchange();
    this.judge({ operation, sent, response, type, answer, body: filledBody, media });
    if (response.status === 401 && request.operation["x-permission"] === "account:own" && request.actor !== "nobody" && request.actor !== "liar") await this.own.sign_in();
    if (request.again && operation.method === "POST" && response.status < 500 && ![401, 403, 413, 429].includes(response.status) && operation["x-permission"] !== "none") {
      const [second, , secondAnswer] = await exchange();
      if (second.status !== response.status || secondAnswer !== answer) this.fault("the same key, another answer", operation, `${response.status} ${answer} / ${second.status} ${secondAnswer}`, sent);
    }
  }

  judge({ operation, sent, response, type, answer, body, media }) {
    const { status } = response;
    this.statuses.add(`${operation.operationId} ${status}`);
    const found = (what, detail) => this.fault(what, operation, `${status} ${detail}`, sent);
    for (const word of this.secrets) if (answer.includes(word) && !sent.includes(word)) found("a word of another workspace", `${word} in ${answer}`);
    if (status === 503 && JSON.parse(answer).code === "busy") return; // any route may say so: the document's beginning
    const documented = resolve(operation.responses[status]);
    if (status >= 500 && !(status === 503 && documented)) return found("the platform failed", answer); // no provider: the document says so
    if (!documented) return found("undocumented status", answer);
    const content = documented.content ?? {};
    if (answer !== "" && !(type in content)) return found("undocumented content type", type);
    if (answer === "" && Object.keys(content).length > 0 && type !== "text/event-stream" && !(type in content)) return found("no body", "");
    if (type.endsWith("json") && answer !== "") {
      const at = operation.responses[status].$ref ? operation.responses[status].$ref.slice(2).split("/") : [...operation.steps, "responses", status];
      let value;
      try {
        value = JSON.parse(answer);
      } catch {
        return found("no JSON", answer);
      }
      const wrong = complaints(pointer(...at, "content", type, "schema"), value);
      if (wrong) found("an answer that the document does not have", `${wrong}: ${answer}`);
      if (status === 201) this.own.learn(Object.fromEntries(Object.entries(value).filter(([name]) => name !== "operator" && name !== "api_key")));
    }
    if (status < 300 && media === "application/json") {
      const wrong = complaints(pointer(...operation.steps, "requestBody", "content", media, "schema"), withoutNulls(body));
      if (wrong && complaints(pointer(...operation.steps, "requestBody", "content", media, "schema"), body)) found("took a body that the document refuses", wrong);
    }
  }

  async run(seed, { until = Infinity, count = Infinity, stopAt = null }) {
    for (let step = 0; step < count && Date.now() < until; step++) {
      // Each step from its own seed: what was answered before changes no later request.
      const [which] = fc.sample(fc.nat(requests.length - 1), { seed: seed + step, numRuns: 1 });
      const [request] = fc.sample(requests[which], { seed: seed + step, numRuns: 1 });
      await this.send(request);
      if (stopAt !== null && [...this.faults.keys()].some((kind) => kind.startsWith(stopAt))) return;
    }
  }
}

// --- Faults to be found

/** Where faults need a bad request, at a route without a key: what the fuzzer sends may end its owner's. */
const planted = {
  "the platform failed": (x) => { if (x.path.startsWith("/v1/doors/") && x.status === 404) x.status = 500; },
  "undocumented status": (x) => { if (x.path === "/v1/recoveries" && x.status === 400) x.status = 418; },
  "an answer that the document does not have": (x) => { x.body = x.body.replace(/"zone":"[^"]*",?/, ""); },
  "a word of another workspace": (x, foreign) => { x.body = x.body.replace(/"detail":"There is no such/, `"detail":"In ${foreign.word} there is, and here there is no such`); },
  "took a body that the document refuses": (x) => {
    if (x.path === "/v1/recoveries" && x.status === 400) Object.assign(x, { status: 202, type: "application/json", body: "{}" });
  },
  "the same key, another answer": (x) => { if (x.replayed) x.body = x.body.replace(/}$/, " }"); },
};

/** A proxy that changes answers as `plant` does. */
function proxy(url, plant, foreign) {
  const server = http.createServer((request, response) => {
    const onward = http.request(url + request.url, { method: request.method, headers: request.headers }, async (answer) => {
      if (answer.headers["content-type"] === "text/event-stream") return response.writeHead(answer.statusCode, answer.headers), void answer.pipe(response);
      const pieces = await answer.toArray();
      const x = { method: request.method, path: request.url.split("?")[0], status: answer.statusCode, type: answer.headers["content-type"], body: Buffer.concat(pieces).toString(), replayed: answer.headers["idempotency-replayed"] };
      plant(x, foreign);
      const { "content-length": _, "content-type": __, ...headers } = answer.headers;
      response.writeHead(x.status, { ...headers, ...(x.type ? { "content-type": x.type } : {}) });
      response.end(x.status === 204 || x.status === 304 ? undefined : x.body);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.closeAllConnections() || server.close() })));
}

async function selfTest(platform, own, foreign) {
  let missed = 0;
  for (const [what, plant] of Object.entries(planted)) {
    const between = await proxy(platform.hello.url, plant, foreign);
    const fuzzer = new Fuzzer(own, foreign, between.url);
    await fuzzer.run(1, { until: Date.now() + 30_000, stopAt: what });
    between.close();
    const kinds = [...fuzzer.faults.keys()];
    const found = kinds.some((kind) => kind.startsWith(what));
    console.log(`${found ? "found" : "MISSED"} after ${fuzzer.count} requests: ${what}`);
    missed += found ? 0 : 1;
  }
  return missed;
}

// --- Main

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "12" }, seed: { type: "string" }, count: { type: "string" }, "self-test": { type: "boolean", default: false } },
});
const seed = options.seed ? Number(options.seed) : Math.floor(Math.random() * 2 ** 31);
const platform = await Platform.start(positionals[0]);
const own = await World.make(platform, platform.hello.url, platform.hello.key, "quokka");
const foreign = await World.make(platform, platform.hello.url, platform.hello.stranger, "axolotl");
let failed = 0;
if (options["self-test"]) {
  failed = await selfTest(platform, own, foreign);
} else {
  const fuzzer = new Fuzzer(own, foreign, platform.hello.url);
  await fuzzer.run(seed, { until: options.count ? Infinity : Date.now() + 1000 * Number(options.seconds), count: options.count ? Number(options.count) : Infinity });
  for (const [kind, detail] of fuzzer.faults) console.log(`${kind}\n    ${detail}`);
  failed = fuzzer.faults.size;
  console.log(`${fuzzer.count} requests, ${fuzzer.statuses.size} pairs of operation and status, ${failed} kinds of fault; again: --seed ${seed} --count ${fuzzer.count}`);
}
const status = await platform.end();
if (status !== 0) console.log(`the platform ended with status ${status}:\n${platform.log}`);
process.exit(failed === 0 && status === 0 ? 0 : 1);
