// SPDX-License-Identifier: Apache-2.0
// A lock of one's own, from its box to a key on this phone, without anybody who invites: label, names, the button inside. The
// key comes as every other does, by an invitation that this phone claims. The lock is alive once the platform has heard it.
import { useEffect, useRef, useState } from "preact/hooks";
import { isLabel } from "../../../shared/label/label.ts";
import { hexOf } from "../bytes.ts";
import { Icon, isIPhoneTab, Notice, Title } from "../parts.tsx";
import { hasPasskeys } from "../passkey.ts";
import { claim, type Key } from "../phones.ts";
import { platform, Refused, Unreachable, type Schemas } from "../platform.ts";
import type { StoredPhone } from "../store.ts";
import { moment } from "../time.ts";
import { useSpeech } from "../words.ts";
import { ownWords, type OwnWords } from "../words/own.ts";

const lookEveryMs = 3_000;
const longMs = 60_000;
/** A lock that has its keys connects anew: so often it is looked for before that is said with the lock offline. */
const looksForLink = 5;

interface Props {
  look: () => Promise<Key[]>; // asks the platform, and says which keys this phone has then
  onClaimed: () => void;
  onBack: () => void;
  onDone: (credential: string) => void;
}

/** What the platform is still to hear about. */
interface Waiting {
  phone: StoredPhone;
  door: string;
  until: number;
  hasOwner: boolean;
}

export function OwnLock({ look, onClaimed, onBack, onDone }: Props) {
  const { language, words } = useSpeech();
  const own = ownWords[language];
  const [waiting, setWaiting] = useState<Waiting>();
  const [key, setKey] = useState<Key>();
  const step = key !== undefined ? "done" : waiting !== undefined ? "button" : "label";
  const page = useRef<HTMLElement>(null);
  // What had the focus is gone with its step.
  useEffect(() => {
    page.current?.querySelector("h1")?.focus();
    scrollTo({ top: 0 });
  }, [step]);
  return (
    <main class="page" ref={page}>
      {step !== "done" && (
        <button type="button" class="back" onClick={onBack}>
          <Icon name="back" />
          {words.back}
        </button>
      )}
      {waiting === undefined ? (
        <Label
          own={own}
          onWaiting={(begun) => {
            setWaiting(begun);
            onClaimed();
          }}
        />
      ) : key === undefined ? (
        <Button own={own} waiting={waiting} look={look} onKey={setKey} />
      ) : (
        <>
          <Title>{own.alive}</Title>
          <p class="lead">{own.aliveHow(key.door)}</p>
          {!waiting.hasOwner && <Notice isWarning>{own.noOwner}</Notice>}
          <button type="button" class="primary" onClick={() => onDone(key.credential)}>
            {own.showKey}
          </button>
        </>
      )}
    </main>
  );
}

function wordsFor(own: OwnWords, error: unknown): string {
  if (error instanceof Unreachable) return own.unreachable;
  if (error instanceof DOMException || (error instanceof Error && error.message === "no_prf")) return own.guardStopped;
  if (!(error instanceof Refused)) return own.failed;
  if (error.code === "lock_claimed") return own.taken;
  if (error.code === "homes_off") return own.off;
  return error.status === 429 ? own.tooMany : own.failed;
}

/** Step one: what is on the label, and what the door and the person are called. */
function Label({ own, onWaiting }: { own: OwnWords; onWaiting: (begun: Waiting) => void }) {
  const { language, words } = useSpeech();
  const [label, setLabel] = useState("");
  const [isScanning, setIsScanning] = useState(false);
  const [canGuard, setCanGuard] = useState(false);
  const [isGuarded, setIsGuarded] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [wrongLabel, setWrongLabel] = useState("");
  const [wrong, setWrong] = useState("");
  // Said again when no answer came, so that one label makes one home.
  const tried = useRef({ label: "", attempt: "" });
  const field = useRef<HTMLInputElement>(null);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  useEffect(() => void hasPasskeys().then(setCanGuard), []);

  function refuseLabel(why: string) {
    setWrongLabel(why);
    field.current?.focus();
  }

  async function add(door: string, person: string, email: string) {
    if (tried.current.label !== label) tried.current = { label, attempt: hexOf(crypto.getRandomValues(new Uint8Array(32))) };
    const body: Schemas["HomeCreate"] = { attempt: tried.current.attempt, label, door_name: door, zone, person_name: person, language: language === "zh-CN" ? "zh" : language };
    if (email !== "") body.email = email;
    const home = await platform.home(body);
    const invitation = await platform.open(home.invitation);
    const phone = await claim(home.invitation, invitation, isGuarded);
    onWaiting({ phone, door, until: Date.parse(home.claim_expires_at) / 1000, hasOwner: email !== "" });
  }

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name)).trim();
    setWrong("");
    setWrongLabel("");
    if (!isLabel(label)) return refuseLabel(own.noLabel);
    setIsBusy(true);
    try {
      await add(text("door"), text("person"), text("email"));
    } catch (error) {
      setIsBusy(false);
      if (error instanceof Refused && error.code === "label_malformed") refuseLabel(own.badLabel);
      else setWrong(wordsFor(own, error));
    }
  }

  return (
    <>
      <Title>{own.title}</Title>
      <p class="lead">{own.how}</p>
      {isIPhoneTab && <Notice>{own.homeScreen}</Notice>}
      {isScanning ? (
        <Camera
          own={own}
          onLabel={(seen) => {
            setLabel(seen);
            setIsScanning(false);
            setWrongLabel("");
          }}
        />
      ) : (
        <button type="button" class={isLabel(label) ? "second" : "primary"} onClick={() => setIsScanning(true)}>
          {isLabel(label) ? own.scanAgain : own.scan}
        </button>
      )}
      <form class="own-lock" onSubmit={submit}>
        <label for="lock-label">{own.label}</label>
        <input
          ref={field}
          id="lock-label"
          required
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="CARDEA1:…"
          value={label}
          aria-invalid={wrongLabel !== ""}
          aria-describedby="label-wrong"
          onInput={(event) => setLabel(event.currentTarget.value.trim())}
        />
        <p id="label-wrong" class="wrong" role="alert">
          {wrongLabel}
        </p>
        <label for="door">{own.door}</label>
        <input id="door" name="door" required maxLength={80} autocomplete="off" defaultValue={own.doorName} />
        <label for="person">{own.person}</label>
        <input id="person" name="person" required maxLength={80} autocomplete="name" />
        <label for="email">{own.email}</label>
        <input id="email" name="email" type="email" maxLength={254} autocomplete="email" aria-describedby="email-hint" />
        <p id="email-hint" class="small">
          {own.emailHint}
        </p>
        {canGuard && (
          <label class="switch">
            <span>{words.guard}</span>
            <input type="checkbox" role="switch" checked={isGuarded} onChange={(event) => setIsGuarded(event.currentTarget.checked)} />
          </label>
        )}
        <div role="alert">{wrong !== "" && <Notice isWarning>{wrong}</Notice>}</div>
        <button type="submit" class={isLabel(label) ? "primary" : "second"} disabled={isBusy}>
          {isBusy ? own.adding : own.add}
        </button>
        <p class="small">{own.zone(zone)}</p>
      </form>
    </>
  );
}

function Camera({ own, onLabel }: { own: OwnWords; onLabel: (label: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [seen, setSeen] = useState<"nothing" | "foreign" | "failed">("nothing");
  useEffect(() => {
    let stop = () => {};
    let isGone = false;
    const onFailed = () => setSeen("failed");
    void import("../../../shared/label/camera.ts").then(({ lookForLabel }) => {
      if (!isGone && video.current !== null) stop = lookForLabel(video.current, { onLabel, onForeign: () => setSeen("foreign"), onFailed });
    }, onFailed);
    return () => {
      isGone = true;
      stop();
    };
  }, []);
  return (
    <div>
      {seen !== "failed" && <video ref={video} class="camera" muted playsInline aria-label={own.picture} />}
      <p class="small" role="status">
        {seen === "failed" ? own.noCamera : seen === "foreign" ? own.foreign : own.hold}
      </p>
    </div>
  );
}

/** Step two: somebody stands at the lock. What is said here is what the platform has heard, and no more. */
function Button({ own, waiting, look, onKey }: { own: OwnWords; waiting: Waiting; look: () => Promise<Key[]>; onKey: (key: Key) => void }) {
  const { language } = useSpeech();
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    let isGone = false;
    let timer = 0;
    let looks = 0;
    const ask = async () => {
      const mine = (await look()).find((key) => key.phone.id === waiting.phone.id);
      if (isGone) return;
      if (mine !== undefined && (mine.facts?.unlockReason === null || ++looks > looksForLink)) onKey(mine);
      else timer = window.setTimeout(() => void ask(), lookEveryMs);
    };
    void ask();
    const patience = window.setTimeout(() => setIsLong(true), longMs);
    return () => {
      isGone = true;
      clearTimeout(timer);
      clearTimeout(patience);
    };
  }, []);
  return (
    <>
      <Title>{own.press}</Title>
      <p class="lead">{own.pressHow(waiting.door)}</p>
      <div role="status">
        <Notice>{own.waiting}</Notice>
        {isLong && (
          <div class="panel">
            <p>{own.long}</p>
            <ul class="hints">
              {own.hints.map((hint) => (
                <li key={hint}>{hint}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <p class="small">{own.leave(moment(language, waiting.until))}</p>
    </>
  );
}
