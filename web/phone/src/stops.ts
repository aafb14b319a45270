// SPDX-License-Identifier: Apache-2.0
// A share is stopped ten seconds after the tap, so that its giver may think better of it: once ended, it cannot be brought back.
// What is to be stopped is kept, so that an app that is closed meanwhile, or has no network, stops it as soon as it can.
import { nowSeconds, order } from "./phones.ts";
import { Refused, type Schemas } from "./platform.ts";
import { readPhones, readSetting, writeSetting, type Settings, type StoredPhone } from "./store.ts";

export const undoSeconds = 10;

type Stop = Settings["stopping"][number];

async function others(share: string): Promise<Stop[]> {
  return ((await readSetting("stopping")) ?? []).filter((stop) => stop.share !== share);
}

async function plan(phone: StoredPhone, share: string, at: number): Promise<void> {
  await writeSetting("stopping", [...(await others(share)), { phone: phone.id, share, at }]);
}

export function planStop(phone: StoredPhone, share: string): Promise<void> {
  return plan(phone, share, nowSeconds() + undoSeconds);
}

/** The giver thought better of it. */
export async function undoStop(share: string): Promise<void> {
  await writeSetting("stopping", await others(share));
}

/** The shares that are to be stopped. */
export async function readStops(): Promise<string[]> {
  return ((await readSetting("stopping")) ?? []).map((stop) => stop.share);
}

/** Throws as order() does; when nobody answered it is sent again as soon as somebody may. */
export async function stopNow(phone: StoredPhone, share: string): Promise<Schemas["Share"]> {
  try {
    const stopped = await order<Schemas["Share"]>(phone, "/v1/phones/shares/end", { share_id: share });
    await undoStop(share);
    return stopped;
  } catch (error) {
    await (error instanceof Refused ? undoStop(share) : plan(phone, share, 0));
    throw error;
  }
}

/** Whatever is due, and was not sent. */
export async function sendStops(): Promise<void> {
  const phones = await readPhones();
  for (const { phone: id, share, at } of (await readSetting("stopping")) ?? []) {
    const phone = phones.find((one) => one.id === id);
    if (phone === undefined) await undoStop(share);
    else if (at <= nowSeconds()) await stopNow(phone, share).catch(() => {});
  }
}
