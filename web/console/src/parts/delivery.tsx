// SPDX-License-Identifier: Apache-2.0
// Where a credential stands at its lock, as the lock itself has acknowledged it, and until when it can open at the latest.
import { useLingui as useI18n } from "@lingui/react";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../api.ts";
import { State } from "./state.tsx";
import { timeText } from "./time.tsx";

type Credential = Schemas["Credential"];
type Standing = Pick<Credential, "delivery" | "last_possible_use" | "kind">;

/** One credential at one lock. `online`: whether its lock is, where that is known. */
export function DeliveryState({ credential, zone, online }: { credential: Standing; zone?: string; online?: boolean }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const last = credential.last_possible_use === null ? undefined : timeText(i18n.locale, credential.last_possible_use, "short", zone);
  switch (credential.delivery) {
    case "on_lock":
      return <State tone="ok" quiet>{credential.kind === "offline" ? t`Good at the lock` : t`On the lock`}</State>;
    case "on_its_way":
      return <State tone="wait" quiet>{online === false ? t`On its way: the lock is offline` : t`On its way to the lock`}</State>;
    case "ending":
      return (
        <State tone="warn">
          {online === false ? (
            last ? <Trans>Ending: the lock is offline, last possible use {last}</Trans> : <Trans>Ending: the lock is offline, and opens until it hears of it</Trans>
          ) : last ? (
            <Trans>Ending: last possible use {last}</Trans>
          ) : (
            <Trans>Ending: opens until the lock hears of it</Trans>
          )}
        </State>
      );
    case "ended":
      return <State tone="none">{t`Ended`}</State>;
    default:
      return <State tone="unknown">{t`Unknown`}</State>;
  }
}

/** All credentials of a grant or a person in one line: the worst first. `offline`: the locks among theirs that are known to be offline. */
export function DeliverySummary({ credentials, zone, offline }: { credentials: Standing[]; zone?: string; offline?: number }) {
  const { i18n } = useI18n();
  const open = credentials.filter((one) => one.delivery !== "ended");
  const ending = open.filter((one) => one.delivery === "ending");
  const waiting = open.filter((one) => one.delivery === "on_its_way");
  const there = open.length - waiting.length - ending.length;
  const count = open.length;
  if (ending.length > 0) {
    const uses = ending.map((one) => one.last_possible_use);
    const latest = uses.includes(null) ? null : (uses as string[]).reduce((a, b) => (a > b ? a : b));
    const last = latest && timeText(i18n.locale, latest, "short", zone);
    const locks = offline || ending.length;
    return (
      <State tone="warn">
        {offline ? <Plural value={locks} one="Ending: # lock offline" other="Ending: # locks offline" /> : <Plural value={locks} one="Ending at # lock" other="Ending at # locks" />}
        {", "}
        {last ? <Trans>last possible use {last}</Trans> : <Trans>until the lock hears of it</Trans>}
      </State>
    );
  }
  if (count === 0) return <State tone="none">{credentials.length ? <Trans>Ended</Trans> : <Trans>Nothing issued</Trans>}</State>;
  if (waiting.length > 0)
    return (
      <State tone="wait" quiet>
        <Trans>
          On {there} of <Plural value={count} one="# lock" other="# locks" />
        </Trans>
      </State>
    );
  return (
    <State tone="ok" quiet>
      <Plural value={count} one="On the lock" other="On all # locks" />
    </State>
  );
}
