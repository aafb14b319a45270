// SPDX-License-Identifier: Apache-2.0
// A PIN to type, for whoever has a link that brings one (pin.md P15): chosen here, or made by the platform and shown once.
import { useState } from "preact/hooks";
import { platform, Refused, type Schemas } from "../platform.ts";
import { useSpeech } from "../words.ts";
import type { Words } from "../words/en.ts";

type Door = NonNullable<Schemas["OpenedInvitation"]["pins"]>[number];

function wordsFor(words: Words, error: unknown, digits: number): string {
  if (!(error instanceof Refused)) return words.failed;
  if (error.status === 429) return words.tooMany;
  if (error.status === 400 && error.code !== "pin_weak") return words.pinDigits(digits);
  const said: Record<string, string> = {
    pin_weak: words.pinWeak, pin_taken: words.pinTaken, pin_choices_spent: words.pinSpent, credential_exists: words.pinExists, invitation_not_found: words.linkOver,
  };
  return said[error.code] ?? words.pinNotNow;
}

function Pin({ token, door }: { token: string; door: Door }) {
  const { words } = useSpeech();
  const [made, setMade] = useState<string>();
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const id = `pin-${door.door_id}`;

  async function take(pin: string | undefined) {
    setBusy(true);
    setWrong("");
    try {
      const chosen = await platform.pin(pin === undefined ? { invitation: token, door_id: door.door_id } : { invitation: token, door_id: door.door_id, pin });
      setMade(pin === undefined ? (chosen.code ?? "") : "");
    } catch (error) {
      setWrong(wordsFor(words, error, door.digits));
    }
    setBusy(false);
  }
  function choose(event: SubmitEvent) {
    event.preventDefault();
    void take(String(new FormData(event.currentTarget as HTMLFormElement).get("pin")));
  }

  if (made !== undefined)
    return (
      <div class="made" role="status">
        <p>{made === "" ? words.pinChosen(door.name) : words.pinMade(door.name)}</p>
        {made !== "" && <p class="made-pin">{made}</p>}
        <p class="small">{words.pinSoon}</p>
      </div>
    );
  if (door.has_pin) return <p>{`${door.name}: ${words.pinExists}`}</p>;
  return (
    <form onSubmit={choose}>
      <label for={id}>{words.pinFor(door.name)}</label>
      <p id={`${id}-hint`} class="small">
        {words.pinHint(door.digits)}
      </p>
      <input
        id={id}
        name="pin"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        maxLength={door.digits}
        aria-invalid={wrong !== ""}
        aria-describedby={`${id}-wrong ${id}-hint`}
      />
      <p id={`${id}-wrong`} class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="second" disabled={busy}>
        {words.pinTake}
      </button>
      <button type="button" class="plain" disabled={busy} onClick={() => void take(undefined)}>
        {words.pinMake}
      </button>
    </form>
  );
}

export function Pins({ token, doors }: { token: string; doors: Door[] }) {
  const { words } = useSpeech();
  return (
    <details>
      <summary>{words.pins}</summary>
      <div class="folded">{doors.length === 0 ? <p>{words.pinNone}</p> : doors.map((door) => <Pin key={door.door_id} token={token} door={door} />)}</div>
    </details>
  );
}
