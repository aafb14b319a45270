// SPDX-License-Identifier: Apache-2.0
// The keys of this telephone: the one that was used last lies open, with the code of this half minute.
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, Notice, Title, useNow } from "../parts.tsx";
import type { Near } from "../near/bluetooth.ts";
import { clockApartSeconds, hasBluetooth, type Key } from "../phones.ts";
import { codeAt, stepSeconds } from "../schedule.ts";
import type { StoredPhone } from "../store.ts";
import { clock, moment } from "../time.ts";
import { unlock, type Progress } from "../unlock.ts";
import { useSpeech } from "../words.ts";

const nextCodeSeconds = 5;
const soonSeconds = 6 * 3600;
const hueCount = 6;
const openedShownMs = 15_000;

export type Contact = "fetched" | "asking" | "offline" | "unanswered" | "clock";

export function hueOf(key: { lock: string }): number {
  return parseInt(key.lock.slice(-2), 16) % hueCount;
}

/** In halves, as a person types it. */
function spaced(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)} ${code.slice(half)}`;
}

function Ring({ now }: { now: number }) {
  const { words } = useSpeech();
  const left = stepSeconds - (now % stepSeconds);
  const arc = useRef<SVGCircleElement>(null);
  // Drawn by the browser alone, in phase with the clock.
  useEffect(() => {
    if (arc.current !== null) arc.current.style.animationDelay = `-${(Date.now() / 1000) % stepSeconds}s`;
  }, []);
  return (
    <div class="ring">
      <svg viewBox="0 0 60 60" aria-hidden="true">
        <circle cx="30" cy="30" r="26" />
        <circle ref={arc} class="arc" cx="30" cy="30" r="26" pathLength={100} />
      </svg>
      <span key={left} aria-hidden="true">{words.seconds(left)}</span>
      <span class="unseen">{words.secondsLeft(left)}</span>
    </div>
  );
}

/** The code of a key at `now`, and the one after it. */
function useCodes(key: Key, now: number): { code?: string; next?: string } | undefined {
  const step = Math.floor(now / stepSeconds);
  const [codes, setCodes] = useState<{ code?: string; next?: string }>();
  useEffect(() => {
    let isWanted = true;
    const { entry } = key;
    if (entry === undefined) return setCodes(undefined);
    void Promise.all([codeAt(entry, Math.max(now, step * stepSeconds)), codeAt(entry, (step + 1) * stepSeconds)]).then(([code, next]) => {
      if (isWanted) setCodes({ code, next });
    });
    return () => {
      isWanted = false;
    };
  }, [key, step, now >= key.from, key.to !== 0 && now >= key.to]);
  return codes;
}

function Code({ value, now }: { value: Key; now: number }) {
  const { language, words } = useSpeech();
  const codes = useCodes(value, now);
  const [said, setSaid] = useState("");
  if (codes === undefined) return <div class="code-room" />;
  if (codes.code === undefined) {
    const isEarly = now < value.from;
    return (
      <div class="code-room">
        <p class="no-code">{isEarly ? words.notYet : words.noCodes}</p>
        <p>{isEarly ? words.notYetHow(moment(language, value.from, value.facts?.zone)) : words.noCodesHow}</p>
      </div>
    );
  }
  const left = stepSeconds - (now % stepSeconds);
  const { code, next } = codes;
  // A new element for new words, here and in the ring: a browser counts centred words that change in place as a page that moves.
  const under = left <= nextCodeSeconds && next !== undefined ? `${words.nextCode} ${spaced(next)}` : words.typeCode;
  return (
    <div class="code-room">
      <p class="code" data-code={code}>
        {spaced(code)}
      </p>
      <p class="under-code" key={under}>{under}</p>
      <button type="button" class="unseen-until-focus" onClick={() => setSaid(words.codeIs([...code].join(" ")))}>
        {words.readCode}
      </button>
      <span class="unseen" role="status">
        {said}
      </span>
    </div>
  );
}

/** Opens the door from afar; what it says is what is known, and no more. */
function Unlock({ value, door, zone }: { value: Key; door: string; zone: string }) {
  const { language, words } = useSpeech();
  const [progress, setProgress] = useState<Progress>();
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const isBusy = progress?.state === "sending" || progress?.state === "sent";

  function start() {
    clearTimeout(timer.current);
    void unlock(value, door, (told) => {
      setProgress(told);
      if (told.state === "opened") timer.current = window.setTimeout(() => setProgress(undefined), openedShownMs);
    });
  }
  function text(): string {
    if (progress === undefined || progress.state === "sending") return "";
    if (progress.state === "opened") return words.opened(clock(language, progress.at, zone));
    if (progress.state !== "refused") return words[progress.state];
    if (progress.reason === "lock_offline") return words.lockOffline;
    if (progress.reason === "lock_busy") return words.lockBusy;
    return progress.reason === "too_many_requests" ? words.tooOften : words.notOpened;
  }
  const face = progress?.state === "opened" ? text() : progress?.state === "sending" ? words.sending : progress?.state === "sent" ? words.sent : words.unlock;
  const isNote = progress?.state === "silent" || progress?.state === "refused";
  return <Opening face={face} isBusy={isBusy} isOpened={progress?.state === "opened"} isNote={isNote} said={text()} onTap={start} />;
}

/** By virtual key, at the door and without a network. */
function Nearby({ value, zone }: { value: Key; zone: string | undefined }) {
  const { language, words } = useSpeech();
  const [near, setNear] = useState<Near>();
  const timer = useRef(0);
  useEffect(() => {
    void loadNear(); // a browser lets a person choose a lock only soon after the tap
    return () => clearTimeout(timer.current);
  }, []);
  const isBusy = near?.state === "looking" || near?.state === "connected" || near?.state === "asked";

  async function start() {
    clearTimeout(timer.current);
    const { openNear } = await loadNear();
    await openNear(value, (told) => {
      setNear(told);
      if (told.state === "opened") timer.current = window.setTimeout(() => setNear(undefined), openedShownMs);
    });
  }
  function text(): string {
    if (near === undefined) return "";
    if (near.state === "opened") return words.opened(clock(language, near.at, zone));
    return near.state === "refused" ? (words.nearReasons[near.reason] ?? words.notOpened) : words.near[near.state];
  }
  const isOpened = near?.state === "opened";
  const isNote = near !== undefined && !isBusy && !isOpened;
  return <Opening face={isBusy || isOpened ? text() : words.openNear} isBusy={isBusy} isOpened={isOpened} isNote={isNote} said={text()} isQuiet onTap={() => void start()} />;
}

const loadNear = () => import("../near/bluetooth.ts");

interface OpeningProps {
  face: string;
  isBusy: boolean;
  isOpened: boolean;
  isNote: boolean; // what is said stands below, for everybody
  said: string;
  isQuiet?: boolean;
  onTap: () => void;
}

function Opening({ face, isBusy, isOpened, isNote, said, isQuiet, onTap }: OpeningProps) {
  return (
    <div class="unlock">
      <button type="button" class={`on-pass${isOpened ? " opened" : isQuiet ? " quiet" : ""}`} aria-disabled={isBusy} onClick={() => !isBusy && onTap()}>
        {isOpened && <Icon name="done" />}
        {face}
      </button>
      <p class={isNote ? "said" : "unseen"} role="status">
        {said}
      </p>
    </div>
  );
}

/** Behind the code: the door from afar, where that is to be had. */
function FromAfar({ value, contact }: { value: Key; contact: Contact }) {
  const { words } = useSpeech();
  const { facts } = value;
  const { unlockReason } = facts ?? { unlockReason: "no_credential" };
  if (facts === undefined || (unlockReason !== null && unlockReason !== "lock_offline")) return null;
  if (contact === "offline" || contact === "unanswered") return <p class="from-afar">{words.noNetwork}</p>;
  if (unlockReason === "lock_offline") return <p class="from-afar">{words.lockOffline}</p>;
  return <Unlock value={value} door={facts.id} zone={facts.zone} />;
}

interface PassProps {
  value: Key;
  now: number;
  contact: Contact;
  onBringOut: (phone: StoredPhone) => void;
}

function Pass({ value, now, contact, onBringOut }: PassProps) {
  const { language, words } = useSpeech();
  const isGuarded = value.entry === undefined && value.phone.wrapped !== undefined;
  const hasCode = value.entry !== undefined && now >= value.from && now < value.keysUntil;
  const lease = value.phone.leases?.doors.find(({ credential }) => credential === value.credential);
  const canOpenNear = hasBluetooth && !isGuarded && lease !== undefined && now < lease.until && now >= value.from;
  return (
    <section class={`pass hue${hueOf(value)}`} aria-labelledby="open-key">
      <div class="pass-head">
        <div>
          <h2 id="open-key">{value.door}</h2>
          <p class="pass-from">{value.phone.workspace}</p>
        </div>
        {hasCode && <Ring now={now} />}
      </div>
      {isGuarded ? (
        <div class="code-room">
          <p class="under-code">{words.guarded}</p>
          <button type="button" class="on-pass" onClick={() => onBringOut(value.phone)}>
            {words.showCode}
          </button>
        </div>
      ) : (
        <Code value={value} now={now} />
      )}
      {hasCode && <FromAfar value={value} contact={contact} />}
      {canOpenNear && <Nearby value={value} zone={value.facts?.zone} />}
      <p class="pass-foot">{value.to === 0 ? words.always : words.ends(moment(language, value.to, value.facts?.zone))}</p>
    </section>
  );
}

function Contacts({ contact, phones, value, now }: { contact: Contact; phones: StoredPhone[]; value: Key | undefined; now: number }) {
  const { language, words } = useSpeech();
  const hasCodes = value !== undefined && value.keysUntil > now;
  const ahead = value?.phone.clockAheadSeconds ?? 0;
  const minutes = Math.max(1, Math.round(Math.abs(ahead) / 60));
  const runsOut = hasCodes && value.keysUntil !== value.to && value.keysUntil - now < soonSeconds;
  return (
    <div class="notices" role="status">
      {phones.filter((phone) => phone.endedAt !== 0).map((phone) => <Notice key={phone.id}>{words.phoneEnded(phone.workspace)}</Notice>)}
      {contact === "clock" && <Notice isWarning>{words.clockOff}</Notice>}
      {contact !== "clock" && Math.abs(ahead) > clockApartSeconds && <Notice isWarning>{ahead > 0 ? words.clockAhead(minutes) : words.clockBehind(minutes)}</Notice>}
      {runsOut && <Notice isWarning>{words.codesNotLasting}</Notice>}
      <p class="small">
        {(contact === "offline" || contact === "unanswered") && <strong>{hasCodes ? words[contact] : words.offlineNone}</strong>}
        {hasCodes && <span>{words.codesLast(moment(language, value.keysUntil, value.facts?.zone))}</span>}
      </p>
    </div>
  );
}

/** Whether a door of one's own waits for its lock's button. */
function hasSleepingLock(phones: StoredPhone[]): boolean {
  return phones.some(({ facts }) => facts.some(({ own, unlockReason }) => own && unlockReason === "lock_not_active"));
}

interface Props {
  keys: Key[];
  phones: StoredPhone[];
  chosen: string;
  contact: Contact;
  onChoose: (credential: string) => void;
  onBringOut: (phone: StoredPhone) => void;
  onThisPhone: () => void;
}

export function Keys({ keys, phones, chosen, contact, onChoose, onBringOut, onThisPhone }: Props) {
  const { language, words } = useSpeech();
  const now = useNow();
  const isOver = (key: Key) => key.to !== 0 && key.to <= now;
  const good = keys.filter((key) => !isOver(key));
  const open = good.find((key) => key.credential === chosen) ?? good.find((key) => key.from <= now) ?? good[0];
  const others = good.filter((key) => key !== open);
  const ended = [...keys.filter(isOver).map((key) => ({ door: key.door, at: key.to, zone: key.facts?.zone })), ...phones.flatMap((phone) => phone.ended)].sort((one, other) => other.at - one.at);
  return (
    <main class="page">
      <Title
        action={
          <button type="button" class="round" aria-label={words.thisPhone} onClick={onThisPhone}>
            <Icon name="phone" />
          </button>
        }
      >
        {words.keys}
      </Title>
      {open !== undefined && <Pass key={open.credential} value={open} now={now} contact={contact} onBringOut={onBringOut} />}
      {open === undefined && ended.length === 0 && <Notice>{contact === "asking" ? words.wait : hasSleepingLock(phones) ? words.ownNotYet : words.noKeyYet}</Notice>}
      <Contacts contact={contact} phones={phones} value={open} now={now} />
      {others.length > 0 && (
        <section>
          <h2 class="group">{words.otherKeys}</h2>
          <ul class="rows">
            {others.map((key) => (
              <li key={key.credential}>
                <button type="button" class="row" onClick={() => onChoose(key.credential)}>
                  <span class={`chip hue${hueOf(key)}`}>
                    <Icon name="key" size={20} />
                  </span>
                  <span class="row-text">
                    <strong>{key.door}</strong>
                    <span>{key.from > now ? words.starts(moment(language, key.from, key.facts?.zone)) : key.to === 0 ? key.phone.workspace : words.ends(moment(language, key.to, key.facts?.zone))}</span>
                  </span>
                  <Icon name="chevron" size={20} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {ended.length > 0 && (
        <section>
          <h2 class="group">{words.endedKeys}</h2>
          <ul class="rows">
            {ended.map(({ door, at, zone }) => (
              <li key={door + at} class="row ended">
                <span class="row-text">
                  <strong>{door}</strong>
                  <span>{words.endedAt(moment(language, at, zone))}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {open !== undefined && (
        <details>
          <summary>{words.refused}</summary>
          <p>{words.refusedHow}</p>
        </details>
      )}
    </main>
  );
}
