// SPDX-License-Identifier: Apache-2.0
// One thing that happened, in one row: when, what, where, who and how.
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import type { Schemas } from "../api.ts";
import { AskerName, DoorName, PersonName, useDoor } from "./names.tsx";
import { State } from "./state.tsx";
import { timeText, When } from "./time.tsx";
import { eventTone, eventWords, methodWords, reasonWords } from "./words.ts";

type Event = Schemas["Event"];

function Detail({ event }: { event: Event }) {
  const { i18n } = useLingui();
  const detail = (event.detail ?? {}) as Record<string, unknown>;
  if (event.reason) return <>{reasonWords(event.reason)}</>;
  if (event.type === "lock.battery" && typeof detail.percent === "number") return <>{new Intl.NumberFormat(i18n.locale, { style: "percent" }).format(detail.percent / 100)}</>;
  const asked = event.type.startsWith("access.") || event.type.startsWith("clock.");
  if (asked && event.method && event.method !== "none") return <>{methodWords(event.method)}</>;
  return null;
}

export function EventRow({ event, hideDoor }: { event: Event; hideDoor?: boolean }) {
  const { i18n } = useLingui();
  const door = useDoor(event.door_id);
  const at = event.at ?? event.recorded_at;
  const late = event.at !== undefined && Date.parse(event.recorded_at) - Date.parse(event.at) > 120_000;
  return (
    <div className="line event" data-position={event.position} data-hide-door={hideDoor || undefined}>
      <span className="when">
        <When at={at} style="log" zone={door?.zone} />
        {(late || event.sandbox) && (
          <span className="secondary cut">
            {late && <Trans>arrived {timeText(i18n.locale, event.recorded_at, "short")}</Trans>}
            {event.sandbox && <Trans>Practice lock</Trans>}
          </span>
        )}
      </span>
      <State tone={eventTone(event.type)} quiet={eventTone(event.type) === "ok" || eventTone(event.type) === "wait" || eventTone(event.type) === "none"}>{eventWords(event.type)}</State>
      {!hideDoor && <span className="cut where">{event.door_id ? <DoorName id={event.door_id} /> : <span className="dim">–</span>}</span>}
      <span className="cut who">{event.person_id ? <PersonName id={event.person_id} /> : event.by ? <AskerName id={event.by} /> : <span className="dim">{(hideDoor && event.reason && reasonWords(event.reason)) || "–"}</span>}</span>
      <span className="cut how dim"><Detail event={event} /></span>
    </div>
  );
}
