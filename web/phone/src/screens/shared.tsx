// SPDX-License-Identifier: Apache-2.0
// Who has a key from me: share one, and stop it again.
import { useEffect, useRef, useState } from "preact/hooks";
import { languageNames, languages, type Language } from "../../../shared/i18n/language.ts";
import { Icon, Notice, PassLink, Sheet, Title } from "../parts.tsx";
import { nowSeconds, order, type Key } from "../phones.ts";
import { Refused, Unreachable, type Schemas } from "../platform.ts";
import type { DoorFacts, StoredPhone } from "../store.ts";
import { planStop, readStops, sendStops, stopNow, undoSeconds, undoStop } from "../stops.ts";
import { dayAt, fieldOf, moment, ofField } from "../time.ts";
import { useSpeech, type Speech } from "../words.ts";

type Share = Schemas["Share"];

/** A share, and the phone whose it is. */
interface Given {
  phone: StoredPhone;
  share: Share;
  isPlanned: boolean; // it is to be stopped as soon as there is a network
}

const hourSeconds = 3600;
const apiLanguages: Record<Language, Schemas["Language"]> = { en: "en", de: "de", "zh-CN": "zh" };

function zoneOf(given: Given): string | undefined {
  return given.phone.facts.find((fact) => fact.id === given.share.doors[0]?.door_id)?.zone;
}

/** What is known of it, and no more: "ended" is only what the locks have acknowledged. */
function stateOf({ language, words }: Speech, given: Given): string {
  const { share } = given;
  if (given.isPlanned && share.state !== "ended") return words.stopsLater;
  const ending = share.doors.filter((door) => door.delivery === "ending");
  if (ending.length > 0) {
    const last = ending.map((door) => door.last_possible_use).filter((one) => one !== null).sort().at(-1);
    return last === undefined ? words.ending(ending.length) : words.endingUntil(ending.length, moment(language, Date.parse(last) / 1000, zoneOf(given)));
  }
  return words.shareStates[share.state];
}

function wordsFor({ words }: Speech, error: unknown): string {
  if (error instanceof Unreachable) return words.needsNetwork;
  if (!(error instanceof Refused)) return words.failed;
  if (error.status === 429) return words.tooMany;
  const said: Record<string, string> = { not_shareable: words.notShareable, shares_spent: words.sharesSpent };
  return said[error.code] ?? (error.status === 400 ? words.shareWrong : words.failed);
}

interface Props {
  phones: StoredPhone[];
  keys: Key[];
}

export function Shared({ phones, keys }: Props) {
  const speech = useSpeech();
  const { language, words } = speech;
  const [given, setGiven] = useState<Given[]>();
  const [wrong, setWrong] = useState("");
  const [open, setOpen] = useState<Given>();
  const [isSharing, setIsSharing] = useState(false);
  const shareable = keys.filter((key) => key.facts?.mayShare === true);

  async function load() {
    const found: Given[] = [];
    let wrongNow = "";
    await sendStops();
    const stopping = await readStops();
    for (const phone of phones.filter((one) => one.endedAt === 0)) {
      try {
        const { items } = await order<Schemas["Shares"]>(phone, "/v1/phones/shares/list");
        found.push(...items.map((share) => ({ phone, share, isPlanned: stopping.includes(share.id) })));
      } catch (error) {
        wrongNow = wordsFor(speech, error);
      }
    }
    setWrong(wrongNow);
    setGiven(found);
  }
  useEffect(() => void load(), []);

  const row = (one: Given) => (
    <li key={one.share.id}>
      <button type="button" class={one.share.state === "ended" ? "row ended" : "row"} onClick={() => setOpen(one)}>
        <span class="row-text">
          <strong>{one.share.name}</strong>
          <span>{one.share.doors.map((door) => door.name).join(", ")}</span>
          <span>
            {stateOf(speech, one)}
            {one.share.state !== "ended" && one.share.until !== null && ` · ${words.ends(moment(language, Date.parse(one.share.until) / 1000, zoneOf(one)))}`}
          </span>
        </span>
        <Icon name="chevron" size={20} />
      </button>
    </li>
  );
  return (
    <main class="page">
      <Title>{words.shared}</Title>
      {shareable.length > 0 && (
        <button type="button" class="primary" onClick={() => setIsSharing(true)}>
          {words.shareKey}
        </button>
      )}
      {wrong !== "" && <Notice isWarning>{wrong}</Notice>}
      {given === undefined ? (
        <p class="small" role="status">
          {words.wait}
        </p>
      ) : given.length > 0 ? (
        <ul class="rows">{given.map(row)}</ul>
      ) : (
        wrong === "" && <p class="empty">{shareable.length > 0 ? words.sharedNone : words.shareNever}</p>
      )}
      {isSharing && (
        <ShareSheet
          keys={shareable}
          onClose={() => {
            setIsSharing(false);
            void load();
          }}
        />
      )}
      {open !== undefined && (
        <OpenShare
          given={open}
          onClose={() => {
            setOpen(undefined);
            void load();
          }}
        />
      )}
    </main>
  );
}

function OpenShare({ given, onClose }: { given: Given; onClose: () => void }) {
  const speech = useSpeech();
  const { language, words } = speech;
  const [now, setNow] = useState(given);
  const [left, setLeft] = useState<number>(); // seconds to think better of it
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const { share } = now;
  const isStopping = left !== undefined;

  async function stop() {
    setBusy(true);
    setLeft(undefined);
    try {
      setNow({ ...now, share: await stopNow(given.phone, share.id), isPlanned: false });
    } catch (error) {
      setNow({ ...now, isPlanned: error instanceof Unreachable });
      if (!(error instanceof Unreachable)) setWrong(wordsFor(speech, error));
    }
    setBusy(false);
  }
  async function wait() {
    setWrong("");
    await planStop(given.phone, share.id);
    setLeft(undoSeconds);
  }
  async function undo() {
    setLeft(undefined);
    setNow({ ...now, isPlanned: false });
    await undoStop(share.id);
  }
  const stopping = useRef(stop);
  stopping.current = stop;
  useEffect(() => {
    if (!isStopping) return;
    const began = performance.now();
    const timer = setInterval(() => {
      const seconds = Math.ceil(undoSeconds - (performance.now() - began) / 1000);
      if (seconds > 0) setLeft(seconds);
      else void stopping.current();
    }, 250);
    return () => clearInterval(timer);
  }, [isStopping]);
  async function close() {
    if (isStopping) await stop();
    onClose();
  }
  return (
    <Sheet title={share.name} onClose={() => void close()}>
      <dl>
        <dt>{words.doors(share.doors.length)}</dt>
        <dd>{share.doors.map((door) => door.name).join(", ")}</dd>
        <dt>{words.until}</dt>
        <dd>{share.until === null ? words.noEnd : moment(language, Date.parse(share.until) / 1000, zoneOf(given))}</dd>
      </dl>
      <p role="status">{isStopping ? words.stopping : stateOf(speech, now)}</p>
      {wrong !== "" && <Notice isWarning>{wrong}</Notice>}
      {isStopping || (now.isPlanned && share.state !== "ended") ? (
        <button type="button" class="second" onClick={undo}>
          {words.undo} {isStopping && <span aria-hidden="true">· {words.seconds(left)}</span>}
        </button>
      ) : (
        share.state !== "ended" && (
          <button type="button" class="primary danger" disabled={busy} onClick={wait}>
            {words.stopSharing}
          </button>
        )
      )}
    </Sheet>
  );
}

interface Choice {
  label: string;
  until: number;
}

function choicesOf(speech: Speech, key: Key, facts: DoorFacts): Choice[] {
  const now = nowSeconds();
  const tomorrow = dayAt(facts.zone, 1, 11);
  const choices = [
    { label: speech.words.fourHours, until: now + 4 * hourSeconds },
    { label: speech.words.untilTomorrow(moment(speech.language, tomorrow, facts.zone)), until: tomorrow },
    { label: speech.words.oneWeek, until: now + 7 * 24 * hourSeconds },
  ];
  const latest = Math.min(key.to === 0 ? Infinity : key.to, now + key.phone.shareSecondsMax);
  return choices.filter(({ until }) => until <= latest);
}

function ShareSheet({ keys, onClose }: { keys: Key[]; onClose: () => void }) {
  const speech = useSpeech();
  const { language, words } = speech;
  const [at, setAt] = useState(0);
  const [choice, setChoice] = useState<number>();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [made, setMade] = useState<Schemas["NewShare"]>();
  const key = keys[at] as Key;
  const facts = key.facts as DoorFacts;
  const choices = choicesOf(speech, key, facts);
  const chosen = choice ?? Math.min(1, Math.max(0, choices.length - 1)); // until tomorrow, where the key lasts that long
  const isOther = chosen >= choices.length;

  async function share(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const until = isOther ? ofField(facts.zone, text("until")) : (choices[chosen] as Choice).until;
    if (text("name") === "" || !Number.isFinite(until)) return setWrong(words.shareWrong);
    setBusy(true);
    setWrong("");
    try {
      const email = text("email");
      const body = { door_ids: [facts.id], until: new Date(until * 1000).toISOString().replace(".000", ""), name: text("name"), language: apiLanguages[text("language") as Language] };
      setMade(await order<Schemas["NewShare"]>(key.phone, "/v1/phones/shares", email === "" ? body : { ...body, email }));
    } catch (error) {
      setWrong(wordsFor(speech, error));
    }
    setBusy(false);
  }

  if (made !== undefined) return <Made made={made} onClose={onClose} />;
  return (
    <Sheet title={words.shareKey} onClose={onClose}>
      <form onSubmit={share} noValidate>
        {keys.length > 1 && (
          <fieldset class="choices">
            <legend>{words.doors(1)}</legend>
            {keys.map((one, index) => (
              <label key={one.credential}>
                <input type="radio" name="door" checked={index === at} onChange={() => setAt(index)} />
                {one.door}
              </label>
            ))}
          </fieldset>
        )}
        <label for="share-name">{words.guest}</label>
        <input id="share-name" name="name" autocomplete="off" maxLength={100} required aria-describedby="share-wrong" />
        <label for="share-email">{words.email}</label>
        <input id="share-email" name="email" type="email" inputMode="email" autocomplete="off" aria-describedby="share-email-hint" />
        <p id="share-email-hint" class="small">
          {words.emailHint}
        </p>
        <fieldset class="choices">
          <legend>{words.howLong}</legend>
          {choices.map((one, index) => (
            <label key={one.label}>
              <input type="radio" name="choice" checked={index === chosen} onChange={() => setChoice(index)} />
              {one.label}
            </label>
          ))}
          <label>
            <input type="radio" name="choice" checked={isOther} onChange={() => setChoice(choices.length)} />
            {words.otherTime}
          </label>
        </fieldset>
        {isOther && (
          <>
            <label for="share-until">{words.until}</label>
            <input id="share-until" name="until" type="datetime-local" min={fieldOf(facts.zone, nowSeconds())} max={key.to === 0 ? undefined : fieldOf(facts.zone, key.to)} />
          </>
        )}
        <label for="share-language">{words.language}</label>
        <select id="share-language" name="language">
          {languages.map((one) => (
            <option key={one} value={one} selected={one === language}>
              {languageNames[one]}
            </option>
          ))}
        </select>
        <p id="share-wrong" class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? words.wait : words.share}
        </button>
      </form>
    </Sheet>
  );
}

function Made({ made: { link, share }, onClose }: { made: Schemas["NewShare"]; onClose: () => void }) {
  const { words } = useSpeech();
  return (
    <Sheet title={words.shareMade(share.name)} onClose={onClose}>
      <p role="status">{link === null ? words.linkMailed : words.linkPass}</p>
      {link !== null && <PassLink link={link} />}
    </Sheet>
  );
}
