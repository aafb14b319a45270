// SPDX-License-Identifier: Apache-2.0
// A visit by virtual key in TypeScript against RFC 9529 and the vectors of spec/, which an independent implementation made.
import assert from "node:assert/strict";
import { createECDH } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesOf, hexOf, join, type Bytes } from "./bytes.ts";
import { ccmKey, open, seal } from "./near/ccm.ts";
import { expand, Initiator, pointOf, type Lock, type Phone } from "./near/edhoc.ts";
import { endOf, readLeases, type Lease } from "./near/leases.ts";
import { cut, Pieces, Records } from "./near/session.ts";
import { lockOf, Visit } from "./near/visit.ts";

const vectorsOf = (name: string) => JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), "utf8"));
const [rfc, edhoc, session, grant, phone] = ["edhoc_rfc9529", "edhoc_v1", "session_v1", "grant_v1", "phone_v1"].map(vectorsOf);

async function pairOf(scalar: string): Promise<CryptoKeyPair> {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(scalar, "hex");
  const raw = new Uint8Array(curve.getPublicKey());
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", d: Buffer.from(scalar, "hex").toString("base64url"), x: text(raw.slice(1, 33)), y: text(raw.slice(33)) };
  const ecdh = { name: "ECDH", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("jwk", jwk, ecdh, false, ["deriveBits"]);
  return { privateKey, publicKey: await crypto.subtle.importKey("raw", raw, ecdh, true, []) };
}

async function pointOfScalar(scalar: string): Promise<Bytes> {
  const { publicKey } = await pairOf(scalar);
  return new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)).slice(1);
}

/** The end of a message that is changed in one bit. */
function flipped(message: Bytes, bit: number): Bytes {
  const out = message.slice();
  out[bit >> 3] = (out[bit >> 3] as number) ^ (1 << (bit & 7));
  return out;
}

// --- EDHOC

const trace = rfc.trace;
const rfcLock = async (): Promise<Lock> => ({ credential: bytesOf(trace.cred_r), id: bytesOf(trace.id_cred_r), compact: bytesOf("32"), point: await pointOfScalar(trace.sk_r) });
const rfcPhone = async (): Promise<Phone> => ({ credential: bytesOf(trace.cred_i), id: bytesOf(trace.id_cred_i), compact: bytesOf("2b"), key: (await pairOf(trace.sk_i)).privateKey });
const rfcFront = [bytesOf("03820602"), bytesOf(trace.c_i)];

test("A handshake is that of RFC 9529, chapter 3, byte by byte", async () => {
  const initiator = await Initiator.begin(await rfcPhone(), await rfcLock(), await pairOf(trace.x), rfcFront);
  assert.equal(hexOf(initiator.message1), trace.message_1);
  const { message3, secrets, exporter } = await initiator.finish(bytesOf(trace.message_2));
  assert.equal(hexOf(message3), trace.message_3);
  assert.equal(hexOf(exporter), trace.prk_exporter);
  assert.deepEqual([hexOf(secrets.out), hexOf(secrets.in)], [edhoc.exported_rfc9529.s_ab, edhoc.exported_rfc9529.s_ba]);
  assert.equal(hexOf(await expand(exporter, 0, new Uint8Array(), 16)), trace.oscore_secret);
});

test("A message_2 that is invalid, cut short, longer or changed in any bit ends the handshake", async () => {
  const good = bytesOf(trace.message_2);
  const bad = [...edhoc.invalid_message_2.map((vector: { message_2: string }) => bytesOf(vector.message_2)), join(good, Uint8Array.of(0)), bytesOf(rfc.error)];
  for (let size = 0; size < good.length; size++) bad.push(good.slice(0, size));
  for (let bit = 0; bit < good.length * 8; bit++) bad.push(flipped(good, bit));
  const initiator = await Initiator.begin(await rfcPhone(), await rfcLock(), await pairOf(trace.x), rfcFront);
  for (const message of bad) await assert.rejects(initiator.finish(message), hexOf(message));
  assert.ok(bad.length > 400);
});

test("A handshake with a credential by value is that of the vectors", async () => {
  let tried = 0;
  for (const vector of edhoc.handshakes) {
    if (vector.suite !== 2 || vector.form_r !== "kid" || vector.form_i !== "cwt") continue;
    const kid = bytesOf(vector.cred_r).slice(0); // the kid stands behind 02 in its key
    const at = hexOf(kid).indexOf("0202") / 2;
    const size = (kid[at + 2] as number) & 0x1f;
    const compactKid = kid.slice(at + 2, at + 3 + size);
    const isInteger = size === 1 && ((compactKid[1] as number) & 0xdf) < 24;
    const id = join(Uint8Array.of(0xa1, 0x04), compactKid);
    const lock = { credential: kid, id, compact: isInteger ? compactKid.slice(1) : compactKid, point: await pointOfScalar(vector.sk_r) };
    const idI = join(Uint8Array.of(0xa1, 0x0d), bytesOf(vector.cred_i));
    const own = { credential: bytesOf(vector.cred_i), id: idI, compact: idI, key: (await pairOf(vector.sk_i)).privateKey };
    const initiator = await Initiator.begin(own, lock, await pairOf(vector.x), [Uint8Array.of(3, 2), bytesOf(vector.c_i)]);
    assert.equal(hexOf(initiator.message1), vector.message_1);
    const { message3, secrets } = await initiator.finish(bytesOf(vector.message_2));
    assert.equal(hexOf(message3), vector.message_3);
    assert.deepEqual([hexOf(secrets.out), hexOf(secrets.in)], [vector.s_ab, vector.s_ba]);
    tried++;
  }
  assert.ok(tried > 0);
});

test("A point has its Y, up to its sign, and what is none is refused", async () => {
  const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  for (const scalar of [trace.x, trace.y, trace.sk_i]) {
    const point = await pointOfScalar(scalar);
    const found = pointOf(point.slice(0, 32));
    const y = BigInt(`0x${hexOf(point.slice(32))}`);
    assert.ok([y, prime - y].includes(BigInt(`0x${hexOf(found.slice(32))}`)));
  }
  let refused = 0;
  for (let x = 0; x < 32; x++) {
    try {
      pointOf(bytesOf(x.toString(16).padStart(64, "0")));
    } catch {
      refused++;
    }
  }
  assert.ok(refused > 8 && refused < 24);
  assert.throws(() => pointOf(bytesOf("ff".repeat(32))));
  assert.throws(() => pointOf(new Uint8Array(31)));
});

// --- Records and fragments

test("AES-CCM refuses whatever was changed, and takes what it sealed, of every size", async () => {
  const key = await ccmKey(crypto.getRandomValues(new Uint8Array(32)));
  const [nonce, about] = [new Uint8Array(13), Uint8Array.of(1, 2, 3)];
  for (let size = 0; size < 40; size++) {
    const plain = crypto.getRandomValues(new Uint8Array(size));
    const sealed = await seal(key, nonce, about, plain);
    for (let bit = 0; bit < sealed.length * 8; bit += 13) await assert.rejects(open(key, nonce, about, flipped(sealed, bit)));
    await assert.rejects(open(key, nonce, Uint8Array.of(1, 2), sealed));
    assert.deepEqual(await open(key, nonce, about, sealed), plain);
  }
});

test("Records are those of the vectors, and one that comes again, out of turn or of another epoch is refused", async () => {
  const vector = session.records.find((one: { suite: number }) => one.suite === 1);
  const secret = bytesOf(vector.secret);
  const [sender, receiver] = [await Records.begin({ out: secret, in: secret }), await Records.begin({ out: secret, in: secret })];
  let before: Bytes | undefined;
  let sealed = 0;
  for (const { plain, record } of vector.steps) {
    if (record === undefined) continue;
    if (!record.startsWith("c0")) {
      await assert.rejects(receiver.take(bytesOf(record)));
      continue;
    }
    assert.equal(hexOf(await sender.seal(bytesOf(plain))), record);
    await assert.rejects(receiver.take(flipped(bytesOf(record), 8 * 4)));
    assert.equal(hexOf(await receiver.take(bytesOf(record))), plain);
    await assert.rejects(receiver.take(bytesOf(record)));
    if (before !== undefined) await assert.rejects(receiver.take(before));
    before = bytesOf(record);
    sealed++;
  }
  assert.ok(sealed > 2);
});

// [rule: BT1]
test("A piece that is not the next one is dropped, and a message that is not whole when another begins", () => {
  const message = crypto.getRandomValues(new Uint8Array(60));
  const [first, second, third, last] = cut(message, 3, 20) as [Bytes, Bytes, Bytes, Bytes];
  const take = (...packets: Bytes[]) => {
    const pieces = new Pieces();
    return packets.map((packet) => pieces.take(packet)).at(-1);
  };
  const [other, otherLast] = cut(message.slice(0, 30), 4, 20) as [Bytes, Bytes];
  for (const packets of [[second, third, last], [first, third, second, last], [first, second, third, other, last], [first, second, other, third, last], [first, otherLast], [last], [Uint8Array.of(0x80)]])
    assert.equal(take(...packets), undefined);
  assert.deepEqual(take(first, second, other, otherLast), message.slice(0, 30));
  assert.deepEqual(take(first, second, second, third, last), message);
});

test("Messages are cut as the vectors have it, and put together again", () => {
  for (const { message, number, packet_size, packets } of session.fragments) {
    assert.deepEqual(cut(bytesOf(message), number, packet_size).map(hexOf), packets);
    const pieces = new Pieces();
    const whole = packets.map((packet: string) => pieces.take(bytesOf(packet)));
    const isTooLong = message.length / 2 > 512;
    assert.equal(whole.at(-1) === undefined ? undefined : hexOf(whole.at(-1)), isTooLong ? undefined : message);
    assert.ok(whole.slice(0, -1).every((one: Bytes | undefined) => one === undefined));
  }
});

// --- Visits

const visit = grant.visit;
const leaseOf = async (more: Partial<Lease> = {}): Promise<Lease> => ({
  credential: "", lock: `lock_${visit.lock_id}`, identity: await pointOfScalar(visit.sk_lock), door: "front", key: bytesOf(visit.credential), list: bytesOf(visit.list), ...more,
});
const begin = async (lease: Lease) => Visit.begin((await pairOf(visit.sk_phone)).privateKey, lease, await pairOf(visit.x));

test("The lock's credential is that of the vectors", async () => {
  assert.equal(hexOf(lockOf(`lock_${visit.lock_id}`, await pointOfScalar(visit.sk_lock)).credential), visit.lock_credential);
});

// [rule: BT2]
test("A lock of another identity, or another id, hears nothing of the phone", async () => {
  for (const more of [{ identity: await pointOfScalar(visit.sk_phone) }, { lock: `lock_${visit.lock_id.replace(/^../, "00")}` }]) {
    const other = await begin(await leaseOf(more));
    await assert.rejects(other.take(bytesOf(visit.message_2)), /another lock/);
  }
});

test("A visit is that of the vectors: the list first, where the lock's is older", async () => {
  const known = await begin(await leaseOf());
  assert.equal(hexOf(known.first), visit.message_1);
  for (const [heard, said] of [["message_2", "message_3"], ["ready", "brought"], ["listed", "open"]] as const)
    assert.equal(hexOf((await known.take(bytesOf(visit[heard]))) as Bytes), visit[said]);
  assert.equal(known.step.state, "proved");
  assert.equal(await known.take(bytesOf(visit.verdict)), undefined);
  assert.deepEqual(known.step, { state: "answered", answer: { isOpened: true, reason: 0 } });
});

test("Without a newer list it asks to open at once, and what no lock says ends the visit", async () => {
  const none = await begin(await leaseOf({ list: new Uint8Array() }));
  await none.take(bytesOf(visit.message_2));
  await assert.rejects(none.take(flipped(bytesOf(visit.ready), 60)));
  const asks = (await none.take(bytesOf(visit.ready))) as Bytes;
  assert.equal(asks.length, 13); // one byte in a record
  await assert.rejects(none.take(bytesOf(visit.ready)));
});

test("Leases are those of the vectors; what is too short or too long is refused whole", () => {
  for (const vector of phone.leases) {
    const bytes = bytesOf(vector.bytes);
    for (let size = 0; size < bytes.length; size += 1 + Math.floor(size / 40)) assert.throws(() => readLeases(bytes.slice(0, size)));
    assert.throws(() => readLeases(join(bytes, Uint8Array.of(0))));
    const { renewAt, leases } = readLeases(bytes);
    assert.equal(renewAt, vector.content.renew_at);
    assert.equal(leases.length, vector.content.entries.length);
    for (const [at, entry] of vector.content.entries.entries())
      assert.deepEqual([leases[at]?.door, hexOf(leases[at]?.key as Bytes), hexOf(leases[at]?.list as Bytes)], [entry.door, entry.key, entry.list]);
  }
  assert.equal(endOf(bytesOf(visit.credential)), visit.to);
  assert.throws(() => endOf(bytesOf(visit.lock_credential)));
});
