// SPDX-License-Identifier: Apache-2.0
// The door with its keypad, and what somebody could type.
import { useEffect, useRef, useState } from "preact/hooks";
import { Card, Control, type Play } from "./parts.tsx";
import { reasonOf } from "./records.ts";
import { useSpeech } from "./words.ts";

const digitCountMax = 16;

export function DoorCard({ world, act }: Play) {
  const { words } = useSpeech();
  const boltOpen = world.boltIsDrawn;
  const [typed, setTyped] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const add = (digit: number) => setTyped((before) => (before + digit).slice(0, digitCountMax));
  const enter = (event: Event) => {
    event.preventDefault();
    if (typed === "") return field.current?.focus();
    act(() => world.enter(typed));
    setTyped("");
  };
  useKeys(field);
  return (
    <Card id="door" title={words.door}>
      <Door isOpen={world.board.door === "open"} boltOpen={boltOpen} power={world.hasPower} refused={world.result?.verdict === "refused"} />
      <p class="bolt-state">{!world.hasPower ? words.noPower : boltOpen ? words.bolt.open : words.bolt.shut}</p>
      <Verdict world={world} />
      <form onSubmit={enter}>
        <label class="unseen" for="code">
          {words.code}
        </label>
        <input id="code" ref={field} inputMode="none" autocomplete="off" maxLength={digitCountMax} pattern="[0-9]*" placeholder="········" value={typed}
          onInput={(event) => setTyped(event.currentTarget.value.replace(/\D/g, ""))} />
        <div class="keypad" role="group" aria-label={words.keypad}>
          {[1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => (
            <button key={digit} type="button" aria-label={words.digit(digit)} onClick={() => add(digit)}>
              {digit}
            </button>
          ))}
          <button type="button" aria-label={words.back} onClick={() => setTyped((before) => before.slice(0, -1))}>
            ⌫
          </button>
          <button type="button" aria-label={words.digit(0)} onClick={() => add(0)}>
            0
          </button>
          <button type="submit" class="enter" aria-label={words.enter} disabled={!world.hasPower}>
            ⏎
          </button>
        </div>
      </form>
      <Control label={words.inside} hint={words.insideHint} disabled={!world.hasPower} onClick={() => act(() => world.press())} />
      <Control label={world.board.door === "open" ? words.doorClose : words.doorOpen} hint={words.doorHint} disabled={world.board.door === "closed" && !boltOpen}
        onClick={() => act(() => world.setDoor(world.board.door === "open" ? "closed" : "open"))} />
    </Card>
  );
}

/** Digits typed anywhere on the page go to the keypad, unless a field wants them. */
function useKeys(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTaken = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (/^\d$/.test(event.key) && !isTaken && !event.ctrlKey && !event.metaKey && !event.altKey) field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function Verdict({ world }: { world: Play["world"] }) {
  const { words } = useSpeech();
  const { result, last } = world;
  let told = "";
  if (result) told = result.verdict === "granted" ? words.opened : words.refused(words.reasons[reasonOf(result.reason)]);
  else if (last?.cut) told = words.cutShort;
  const tone = result?.verdict === "granted" ? "good" : told === "" ? "" : "bad";
  return (
    <p class={`verdict ${tone}`} role="status">
      {told === "" ? words.typeHint : told}
    </p>
  );
}

function Door({ isOpen, boltOpen, power, refused }: { isOpen: boolean; boltOpen: boolean; power: boolean; refused: boolean }) {
  const light = !power ? "dark" : boltOpen ? "green" : refused ? "red" : "idle";
  return (
    <svg class="picture" viewBox="0 0 240 132" aria-hidden="true">
      <rect class="wall" x="0" y="0" width="240" height="132" rx="14" />
      <rect class="gap" x="26" y="14" width="134" height="118" />
      <g class={isOpen ? "leaf open" : "leaf"}>
        <rect class="wood" x="26" y="14" width="134" height="118" />
        <rect class="panel" x="42" y="30" width="72" height="86" rx="6" />
        <rect class="plate" x="124" y="38" width="26" height="66" rx="8" />
        <circle class={`light ${light}`} cx="137" cy="50" r="5" />
        <rect class="handle" x="118" y="72" width="26" height="8" rx="4" />
        <rect class={boltOpen ? "bolt drawn" : "bolt"} x="146" y="88" width="32" height="10" rx="3" />
      </g>
      <rect class="strike" x="166" y="82" width="20" height="22" rx="3" />
    </svg>
  );
}

export function CodesCard({ world, act }: Play) {
  const { words } = useSpeech();
  const codes = world.codes();
  const rows = [
    { key: "app", name: words.app, hint: words.appHint, code: codes.app, left: codes.appLeftS },
    { key: "sms", name: words.sms, hint: words.smsHint, code: codes.sms, left: codes.smsLeftS },
    { key: "pin", name: words.pin, hint: words.pinHint, code: codes.pin, left: undefined },
  ];
  const type = (code: string) => act(() => world.enter(code));
  return (
    <Card id="codes" title={words.codes}>
      <ul class="codes-list">
        {rows.map(({ key, name, hint, code, left }) => (
          <li key={key} data-code={key}>
            <div class="code-head">
              <h3>{name}</h3>
              {left !== undefined && <span class="left">{words.left(left)}</span>}
            </div>
            <div class="code-line">
              <span class="code">{code.replace(/^(\d{4})(\d{4})$/, "$1 $2").replace(/^(\d{3})(\d{3})$/, "$1 $2")}</span>
              <button type="button" class="primary" aria-label={words.typeThis(name)} disabled={!world.hasPower} onClick={() => type(code)}>
                {words.typeIt}
              </button>
            </div>
            <p class="hint">{hint}</p>
          </li>
        ))}
        <li data-code="wrong">
          <div class="code-line">
            <h3>{words.wrong}</h3>
            <button type="button" class="second" aria-label={words.typeThis(words.wrong)} disabled={!world.hasPower} onClick={() => type(world.wrongCode())}>
              {words.typeIt}
            </button>
          </div>
          <p class="hint">{words.wrongHint}</p>
        </li>
      </ul>
    </Card>
  );
}
