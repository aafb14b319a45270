// SPDX-License-Identifier: Apache-2.0
// The phone's cryptography in TypeScript against spec/vectors/phone_v1.json, which an independent implementation made.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesOf, hexOf, idBytes, join, type Bytes } from "./bytes.ts";
import { deriveKeys, isConfirmed, leaseRequestMac, openLeases, openSchedule, orderMac, requestMac, type Claim, type PhoneKeys } from "./keys.ts";
import { codeAt, keysUntil, readSchedule } from "./schedule.ts";

const vectors = JSON.parse(readFileSync(new URL("../../../spec/vectors/phone_v1.json", import.meta.url), "utf8"));
const phoneOf = (claim: { phone_id: string }) => `phone_${claim.phone_id}`;

function claimOf(vector: Record<string, string>): Claim {
  return {
    invitation: bytesOf(vector["invitation_id"] as string),
    phone: bytesOf(vector["phone_id"] as string),
    phoneKey: bytesOf(vector["phone_public"] as string),
    platformKey: bytesOf(vector["platform_public"] as string),
  };
}

async function privateKey(scalar: string, point: Bytes): Promise<CryptoKey> {
  const text = (bytes: Bytes) => Buffer.from(bytes).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", d: text(bytesOf(scalar)), x: text(point.slice(0, 32)), y: text(point.slice(32)) };
  return crypto.subtle.importKey("jwk", jwk, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
}

async function keysOf(vector: Record<string, string>): Promise<PhoneKeys> {
  const claim = claimOf(vector);
  return deriveKeys(`cardea_phone_${vector["token"]}`, await privateKey(vector["phone_private"] as string, claim.phoneKey), claim);
}

test("A claim's confirmation is good with its own keys, and with no other", async () => {
  for (const vector of vectors.claims) {
    const [keys, claim, confirmation] = [await keysOf(vector), claimOf(vector), bytesOf(vector.confirmation)];
    for (let bit = 0; bit < 8; bit++) {
      const other = confirmation.slice();
      other[bit * 4] = (other[bit * 4] as number) ^ (1 << bit);
      assert.equal(await isConfirmed(keys, claim, other), false);
    }
    assert.equal(await isConfirmed(keys, { ...claim, phone: claim.invitation }, confirmation), false);
    assert.equal(await isConfirmed(keys, claim, confirmation), true);
  }
});

test("The keys that are kept cannot be read", async () => {
  const keys = await keysOf(vectors.claims[0]);
  for (const key of [keys.auth, keys.seal]) {
    assert.equal(key.extractable, false);
    await assert.rejects(crypto.subtle.exportKey("raw", key));
  }
});

test("A request is proved as the platform expects", async () => {
  for (const vector of vectors.claims) {
    const keys = await keysOf(vector);
    assert.equal(hexOf(await requestMac(keys.auth, phoneOf(vector), vector.at)), vector.mac);
  }
  const keys = await keysOf(vectors.claims[0]);
  for (const vector of vectors.leases) {
    const mac = await leaseRequestMac(keys.auth, phoneOf(vectors.claims[0]), vector.at, bytesOf(vector.virtual_key));
    assert.equal(hexOf(mac), vector.mac);
  }
});

test("An order is proved as the platform expects, and with no other path or body", async () => {
  const { auth } = await keysOf(vectors.claims[0]);
  for (const { path, body, mac } of vectors.orders) {
    assert.equal(hexOf(await orderMac(auth, path, body)), mac);
    assert.notEqual(hexOf(await orderMac(auth, path, `${body} `)), mac);
    assert.notEqual(hexOf(await orderMac(auth, `${path}/`, body)), mac);
  }
});

test("An answer is opened only with the phone and the moment that it was asked with", async () => {
  const keys = await keysOf(vectors.claims[0]);
  const phone = phoneOf(vectors.claims[0]);
  for (const vector of vectors.schedules) {
    const sealed = bytesOf(vector.sealed);
    await assert.rejects(openSchedule(keys.seal, phone, vector.at + 1, sealed));
    await assert.rejects(openSchedule(keys.seal, phoneOf(vectors.claims[1]), vector.at, sealed));
    await assert.rejects(openLeases(keys.seal, phone, vector.at, sealed));
    assert.equal(hexOf(await openSchedule(keys.seal, phone, vector.at, sealed)), vector.bytes);
  }
  for (const vector of vectors.leases) assert.equal(hexOf(await openLeases(keys.seal, phone, vector.at, bytesOf(vector.sealed))), vector.bytes);
});

test("A schedule that is too short, too long or of another version is refused whole", () => {
  for (const vector of vectors.schedules) {
    const bytes = bytesOf(vector.bytes);
    for (let size = 0; size < bytes.length; size += 1 + Math.floor(size / 40)) assert.throws(() => readSchedule(bytes.slice(0, size)));
    assert.throws(() => readSchedule(join(bytes, Uint8Array.of(0))));
    assert.throws(() => readSchedule(join(Uint8Array.of(2), bytes.slice(1))));
  }
});

test("Codes are those of the vectors, and none are shown outside their time or without the key of the hour", async () => {
  let shown = 0;
  for (const vector of vectors.schedules) {
    const schedule = readSchedule(bytesOf(vector.bytes));
    assert.deepEqual([schedule.time, schedule.renewAt], [vector.content.time, vector.content.renew_at]);
    assert.deepEqual(schedule.entries.map((entry) => entry.door), vector.content.entries.map((entry: { door: string }) => entry.door));
    for (const { entry, at, code } of vector.codes) {
      const found = schedule.entries[entry];
      assert.ok(found);
      assert.equal((await codeAt(found, at)) ?? null, code, `entry ${entry} at ${at}`);
      if (code !== null) shown++;
      if (at >= keysUntil(found)) assert.equal(code, null);
    }
  }
  assert.ok(shown > 10);
});

test("Ids are read strictly", () => {
  assert.throws(() => idBytes("phone_00"));
  assert.throws(() => idBytes("phone_0123456789ABCDEF0123456789abcdef"));
  assert.equal(hexOf(idBytes("phone_0123456789abcdef0123456789abcdef")), "0123456789abcdef0123456789abcdef");
});
