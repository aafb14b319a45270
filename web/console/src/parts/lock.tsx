// SPDX-License-Identifier: Apache-2.0
// What is known of a door's lock. A lock that is silent is unknown, whatever it said before; and online is no promise that a door is shut.
import { useLingui } from "@lingui/react";
import { Trans, useLingui as useMacro } from "@lingui/react/macro";
import { IconBattery1, IconBattery2, IconBattery3, IconBattery4 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../api.ts";
import { useLive } from "../live.ts";
import { lockQuery } from "../queries.ts";
import { State } from "./state.tsx";
import { agoText, useNow } from "./time.tsx";

type Lock = Schemas["Lock"];

/** `asks`: false while nothing is to be asked for; what is known is there all the same. */
export function useLock(id: string | null | undefined, asks = true) {
  return useQuery({ ...lockQuery(id ?? ""), enabled: !!id && asks });
}

/** Online as far as this page knows: undefined once it hears nothing from the platform itself. */
export function LockState({ lock }: { lock: Lock | null | undefined }) {
  const { i18n } = useLingui();
  const live = useLive();
  const now = useNow();
  if (lock === undefined) return <span className="dim">…</span>;
  if (lock === null) return <State tone="none"><Trans>No lock</Trans></State>;
  if (lock.state === "claimed") return <State tone="wait" quiet><Trans>Waiting for its button</Trans></State>;
  if (lock.state === "written_off") return <State tone="none"><Trans>Written off</Trans></State>;
  const seen = lock.last_seen_at && agoText(i18n.locale, lock.last_seen_at, now);
  if (live.is === "stale") return <State tone="unknown">{lock.online ? <Trans>Was online</Trans> : <Trans>Was offline</Trans>}</State>;
  if (lock.online) return <State tone="ok" quiet><Trans>Online</Trans></State>;
  return <State tone="unknown">{seen ? <Trans>Offline, seen {seen}</Trans> : <Trans>Never seen</Trans>}</State>;
}

export function Battery({ percent }: { percent: number | null | undefined }) {
  const { t } = useMacro();
  const { i18n } = useLingui();
  if (percent === null || percent === undefined) return <span className="dim" aria-label={t`Battery unknown`}>–</span>;
  const Icon = percent > 75 ? IconBattery4 : percent > 45 ? IconBattery3 : percent > 20 ? IconBattery2 : IconBattery1;
  const text = new Intl.NumberFormat(i18n.locale, { style: "percent" }).format(percent / 100);
  return (
    <span className={`state number ${percent <= 10 ? "bad" : percent <= 20 ? "warn" : ""}`} style={{ gap: 4 }}>
      <Icon size={16} stroke={1.6} aria-hidden /> {text}
    </span>
  );
}

/** Whether the door stands open, by its lock's own word; unknown while the lock is silent. */
export function DoorLeaf({ lock }: { lock: Lock }) {
  const live = useLive();
  if (!lock.online || live.is === "stale" || lock.door_state === "unknown") return <State tone="unknown"><Trans>Unknown</Trans></State>;
  return lock.door_state === "open" ? <State tone="warn"><Trans>Stands open</Trans></State> : <State tone="ok" quiet><Trans>Closed</Trans></State>;
}
