// SPDX-License-Identifier: Apache-2.0
// What a link brings, and the one tap that takes it. Looking uses nothing up: only "Add key" does.
import { useEffect, useState } from "preact/hooks";
import { languageOf, type Language } from "../../../shared/i18n/language.ts";
import { Icon, isIPhoneTab, Notice } from "../parts.tsx";
import { hasPasskeys } from "../passkey.ts";
import { claim } from "../phones.ts";
import { platform, Refused, Unreachable, type Schemas } from "../platform.ts";
import type { StoredPhone } from "../store.ts";
import { moment } from "../time.ts";
import { Pins } from "./pins.tsx";
import { useSpeech } from "../words.ts";
import type { Words } from "../words/en.ts";

type Shown = { state: "asking" | "over" | "unreachable" } | { state: "good"; invitation: Schemas["OpenedInvitation"] };

function wordsFor(words: Words, error: unknown): string {
  if (error instanceof Refused && error.status === 429) return words.tooMany;
  if (error instanceof Unreachable) return words.linkOfflineWhy;
  if (error instanceof Error && error.message === "no_prf") return words.noPrf;
  if (error instanceof Error && error.message === "unconfirmed") return words.unconfirmed;
  if (error instanceof DOMException) return words.guardStopped;
  return words.failed;
}

interface Props {
  token: string;
  onLanguage: (language: Language) => void;
  onClaimed: (phone: StoredPhone) => void;
  onLeave: () => void;
}

export function Accept({ token, onLanguage, onClaimed, onLeave }: Props) {
  const { words } = useSpeech();
  const [shown, setShown] = useState<Shown>({ state: "asking" });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    platform.open(token).then(
      (invitation) => {
        onLanguage(languageOf(invitation.language) ?? "en");
        setShown({ state: "good", invitation });
      },
      (error) => setShown({ state: error instanceof Refused && error.status === 404 ? "over" : "unreachable" }),
    );
  }, [token, attempt]);

  if (shown.state === "asking") return <main class="page" aria-busy="true" />;
  if (shown.state === "good") return <Offer token={token} invitation={shown.invitation} onClaimed={onClaimed} onOver={() => setShown({ state: "over" })} />;
  const isOver = shown.state === "over";
  return (
    <main class="page centred">
      <span class="emblem quiet">
        <Icon name={isOver ? "lock" : "key"} size={40} />
      </span>
      <h1>{isOver ? words.linkOver : words.linkOffline}</h1>
      <p class="lead">{isOver ? words.linkOverWhy : words.linkOfflineWhy}</p>
      {!isOver && (
        <button type="button" class="primary" onClick={() => setAttempt(attempt + 1)}>
          {words.again}
        </button>
      )}
      <button type="button" class={isOver ? "primary" : "plain"} onClick={onLeave}>
        {words.allKeys}
      </button>
    </main>
  );
}

interface OfferProps {
  token: string;
  invitation: Schemas["OpenedInvitation"];
  onClaimed: (phone: StoredPhone) => void;
  onOver: () => void;
}

function Offer({ token, invitation, onClaimed, onOver }: OfferProps) {
  const { language, words } = useSpeech();
  const [canGuard, setCanGuard] = useState(false);
  const [guarded, setGuarded] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const at = (text: string) => moment(language, Date.parse(text) / 1000, invitation.zone);

  useEffect(() => void hasPasskeys().then(setCanGuard), []);

  async function add() {
    setBusy(true);
    setWrong("");
    try {
      onClaimed(await claim(token, invitation, guarded));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) onOver();
      else setWrong(wordsFor(words, error));
      setBusy(false);
    }
  }

  return (
    <main class="page accept">
      <div class="pass invitation">
        <p class="pass-from">{words.invitedBy(invitation.workspace)}</p>
        <h1>{words.invited(invitation.person)}</h1>
        <dl>
          <dt>{words.doors(invitation.doors.length)}</dt>
          {invitation.doors.map((door) => (
            <dd key={door} class="door">
              {door}
            </dd>
          ))}
          <dt>{words.from}</dt>
          <dd>{at(invitation.from)}</dd>
          <dt>{words.until}</dt>
          <dd>{invitation.to === null ? words.noEnd : at(invitation.to)}</dd>
        </dl>
      </div>
      {isIPhoneTab && <Notice>{words.homeScreen}</Notice>}
      {canGuard && (
        <label class="switch">
          <span>{words.guard}</span>
          <input type="checkbox" role="switch" checked={guarded} onChange={(event) => setGuarded(event.currentTarget.checked)} />
        </label>
      )}
      {invitation.pins !== null && <Pins token={token} doors={invitation.pins} />}
      <div role="alert">{wrong !== "" && <Notice isWarning>{wrong}</Notice>}</div>
      <div class="actions">
        <button type="button" class="primary" disabled={busy} onClick={add}>
          {busy ? words.addingKey : words.addKey}
        </button>
        <p class="small">{words.linkUsesNothing}</p>
        <p class="small">{words.linkUntil(at(invitation.expires_at), invitation.phones_left)}</p>
      </div>
    </main>
  );
}
