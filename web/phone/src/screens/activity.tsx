// SPDX-License-Identifier: Apache-2.0
// Who came in: everybody at doors of one's own, and at every other door one's own openings alone.
import { useEffect, useState } from "preact/hooks";
import { Notice, Title } from "../parts.tsx";
import { Guarded, order } from "../phones.ts";
import { Refused, Unreachable, type Schemas } from "../platform.ts";
import type { StoredPhone } from "../store.ts";
import { dayOf, timeOf } from "../time.ts";
import { useSpeech, type Speech } from "../words.ts";

type Event = Schemas["PhoneEvent"];

interface Seen {
  event: Event;
  at: number;
  zone: string;
}

/** How far one phone's list has been read. */
interface Rest {
  phone: StoredPhone;
  before: number | undefined;
}

function who({ words }: Speech, event: Event): string {
  return event.mine ? words.you : (event.person ?? words.somebody);
}

function how({ words }: Speech, event: Event): string {
  const methods: Record<string, string> = words.methods;
  return methods[event.method ?? ""] ?? words.methods.other;
}

function wordsFor({ words }: Speech, error: unknown): string {
  if (error instanceof Guarded) return words.guarded;
  if (error instanceof Refused && error.status === 429) return words.tooMany;
  return error instanceof Unreachable ? words.needsNetwork : words.failed;
}

export function Activity({ phones }: { phones: StoredPhone[] }) {
  const speech = useSpeech();
  const { language, words } = speech;
  const [seen, setSeen] = useState<Seen[]>();
  const [rests, setRests] = useState<Rest[]>(phones.filter((phone) => phone.endedAt === 0).map((phone) => ({ phone, before: undefined })));
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);

  async function more() {
    setBusy(true);
    setWrong("");
    const found: Seen[] = [];
    const left: Rest[] = [];
    for (const { phone, before } of rests) {
      try {
        const page = await order<Schemas["PhoneEvents"]>(phone, "/v1/phones/events", before === undefined ? {} : { before });
        const zoneOf = (event: Event) => phone.facts.find((fact) => fact.id === event.door_id)?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
        found.push(...page.items.map((event) => ({ event, at: Date.parse(event.at) / 1000, zone: zoneOf(event) })));
        if (page.next !== null) left.push({ phone, before: page.next });
      } catch (error) {
        setWrong(wordsFor(speech, error));
        left.push({ phone, before });
      }
    }
    setSeen([...(seen ?? []), ...found].sort((one, other) => other.at - one.at));
    setRests(left);
    setBusy(false);
  }
  useEffect(() => void more(), []);

  const days = new Map<string, Seen[]>();
  for (const one of seen ?? []) {
    const day = dayOf(language, one.at, one.zone);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return (
    <main class="page">
      <Title>{words.activity}</Title>
      <div role="status">
        {wrong !== "" && <Notice isWarning>{wrong}</Notice>}
        {seen === undefined && <p class="small">{words.wait}</p>}
        {seen?.length === 0 && wrong === "" && <p class="empty">{words.noActivity}</p>}
      </div>
      {[...days].map(([day, rows]) => (
        <section key={day}>
          <h2 class="group">{day}</h2>
          <ul class="rows">
            {rows.map(({ event, at, zone }) => (
              <li key={event.id} class="row">
                <span class="row-text">
                  <strong>{who(speech, event)}</strong>
                  <span>{`${event.door} · ${how(speech, event)}`}</span>
                </span>
                <time dateTime={event.at}>{timeOf(language, at, zone)}</time>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {seen !== undefined && rests.length > 0 && (
        <button type="button" class="second" disabled={busy} onClick={more}>
          {wrong === "" ? words.older : words.again}
        </button>
      )}
    </main>
  );
}
