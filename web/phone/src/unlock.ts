// SPDX-License-Identifier: Apache-2.0
// Opening a door from afar, told honestly: "opened" is only the lock's own word.
import { hexOf } from "./bytes.ts";
import { order, type Key } from "./phones.ts";
import { Refused, type Schemas } from "./platform.ts";

export type Progress =
  | { state: "sending" | "sent" | "silent" }
  | { state: "opened"; at: number }
  | { state: "refused"; reason: string };

const stepsMs = [300, ...Array<number>(59).fill(1000)];
const silentMs = 8_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What one answer says; undefined: nothing new. */
function progressOf(answer: Schemas["PhoneUnlock"]): Progress | undefined {
  const at = Date.parse(answer.opened_at ?? answer.answered_at ?? answer.asked_at) / 1000;
  if (answer.state === "opened") return { state: "opened", at };
  if (answer.state === "refused") return { state: "refused", reason: answer.reason ?? "" };
  return answer.state === "sent" ? { state: "sent" } : undefined;
}

/**
 * Opens once: the same attempt is shown again until there is an answer, so that one that was lost on its way opens nothing twice.
 * `tell` hears each step; after 8 s without the lock's word "silent", and what comes after that still.
 */
export async function unlock(key: Key, door: string, tell: (progress: Progress) => void): Promise<void> {
  const attempt = hexOf(crypto.getRandomValues(new Uint8Array(16)));
  let last: Progress["state"] = "sending";
  const isOver = () => last === "opened" || last === "refused";
  const say = (progress: Progress) => {
    const isOld = progress.state === last || (last === "silent" && progress.state === "sent");
    if (isOver() || isOld) return;
    last = progress.state;
    tell(progress);
  };
  const ask = async () => {
    try {
      const told = progressOf(await order<Schemas["PhoneUnlock"]>(key.phone, "/v1/phones/unlock", { door_id: door, attempt }));
      if (told !== undefined) say(told);
    } catch (error) {
      // phone_clock: a later one of these was answered first, and speaks for this one.
      if (error instanceof Refused && error.code !== "phone_clock") say({ state: "refused", reason: error.code });
    }
  };
  tell({ state: "sending" });
  const began = performance.now();
  for (const step of stepsMs) {
    void ask();
    await pause(step);
    if (isOver()) return;
    if (performance.now() - began >= silentMs) say({ state: "silent" });
  }
}
