// SPDX-License-Identifier: Apache-2.0
// What the lock wrote: the writes of its last step, and its records.
import { Card, type Play } from "./parts.tsx";
import type { AuditRecord } from "./records.ts";
import { useSpeech, type Speech } from "./words.ts";
import type { Write } from "./writes.ts";

const writeCountShown = 8;
const recordCountShown = 40;

/** What a write is for, as the end of a sentence that begins with the lock. */
export function purposeOf({ words }: Speech, write: Write): string {
  switch (write.kind) {
    case "motor": return words.wroteMotor;
    case "record": return words.wroteRecord(write.seq);
    case "erase": return words.wroteErase;
    case "header": return words.wroteHeader;
    case "journal": return write.meanings.map((meaning) => words.meanings[meaning]).join(words.separator);
  }
}

export function WritesCard({ world }: Play) {
  const speech = useSpeech();
  const { words } = speech;
  const { last } = world;
  const isNew = last === undefined || last.what === "made";
  const writes = isNew ? [] : last.writes;
  const shown = writes.slice(-writeCountShown);
  const hidden = writes.length - shown.length;
  return (
    <Card id="writes" title={words.writes} hint={words.writesHint}>
      {last && <p class="what">{words.whats[last.what]}</p>}
      {writes.length === 0 && <p>{isNew ? words.writesFirst : last.what === "entered" ? words.nothing : words.nothingElse}</p>}
      {hidden > 0 && <p class="hint">{words.more(hidden)}</p>}
      <ol class="writes-list">
        {shown.map((write, i) => (
          <li key={hidden + i} class={write.kind === "motor" ? "moved" : write.torn ? "torn" : ""}>
            <span class="number" aria-hidden="true">
              {write.kind === "motor" ? "→" : write.first === write.last ? write.first : `${write.first}–${write.last}`}
            </span>
            {write.kind !== "motor" && <span class="unseen">{words.writeNumber(write.first, write.last)}</span>}
            <span class="purpose">
              {purposeOf(speech, write)}
              {write.bytes > 0 && <span class="size"> · {words.bytes(write.bytes)}</span>}
              {write.torn && <strong class="torn-told">{words.torn}</strong>}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function told({ words }: Speech, record: AuditRecord): string {
  switch (record.kind) {
    case "restarted": return words.restarted(record.clockKept, record.cutShort);
    case "entry_refused": return words.record(words.kinds[record.kind], words.reasons[record.reason]);
    case "opening":
    case "opened":
    case "open_failed":
    case "clock_set": return words.record(words.kinds[record.kind], words.methods[record.method]);
    default: return words.kinds[record.kind];
  }
}

export function RecordsCard({ world }: Play) {
  const speech = useSpeech();
  const { words, moment } = speech;
  const newest = world.records.slice(-recordCountShown).reverse();
  return (
    <Card id="records" title={words.records} hint={words.recordsHint}>
      <ol class="records-list" tabIndex={0} aria-label={words.records} reversed start={newest[0]?.seq ?? 0}>
        {newest.map((record) => (
          <li key={record.seq} data-kind={record.kind} value={record.seq}>
            <span class="seq">{record.seq}</span>
            <span class="row-text">
              <span>{told(speech, record)}</span>
              <time>{record.time === 0 ? words.noTime : moment(record.time)}</time>
            </span>
            <span class={record.good ? "tick" : "tick bad"} role="img" aria-label={record.good ? words.checked : words.changed}>
              {record.good ? "✓" : "✗"}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
