// SPDX-License-Identifier: Apache-2.0
// Power, guessing and the clock: each control says in a sentence what it does.
import { useState } from "preact/hooks";
import { errorUnknown } from "./chips.ts";
import { Card, Control, type Play } from "./parts.tsx";
import { useSpeech } from "./words.ts";

const hourS = 3_600;
const dayS = 24 * hourS;
const operationMax = 40;
const triesBeforeWait = 3;

export function PowerCard({ world, act }: Play) {
  const { words } = useSpeech();
  const [operation, setOperation] = useState(2);
  const left = world.board.untilCut;
  return (
    <Card id="power" title={words.power}>
      <div class="control">
        <button type="button" class={world.hasPower ? "danger" : "primary"} onClick={() => act(() => (world.hasPower ? world.pullPlug() : world.plugIn()))}>
          {world.hasPower ? words.pull : words.plug}
        </button>
        <p class="hint">{words.powerHint}</p>
      </div>
      <div class="arm">
        <label for="operation">{words.pullAt}</label>
        <input id="operation" type="number" min={1} max={operationMax} value={operation} disabled={left > 0}
          onInput={(event) => setOperation(Math.min(operationMax, Math.max(1, event.currentTarget.valueAsNumber || 1)))} />
        <button type="button" class="second" disabled={!world.hasPower} onClick={() => act(() => world.arm(left > 0 ? 0 : operation))}>
          {left > 0 ? words.disarm : words.arm}
        </button>
      </div>
      <p class={left > 0 ? "armed" : "hint"} role="status">
        {left > 0 ? words.armed(left) : words.armHint}
      </p>
    </Card>
  );
}

export function GuessCard({ world, act }: Play) {
  const { words, number, length } = useSpeech();
  const { state } = world;
  const value = (count: number | undefined) => (count === undefined ? "–" : number(count));
  return (
    <Card id="guessing" title={words.guessing} hint={words.guessingHint}>
      <dl class="facts">
        <dt>{words.triesLeft}</dt>
        <dd>{value(state && Math.max(0, triesBeforeWait - state.failuresOfDay))}</dd>
        <dt>{words.triesDay}</dt>
        <dd>{value(state?.failuresOfDay)}</dd>
        <dt>{words.triesMonth}</dt>
        <dd>{value(state?.failuresOfMonth)}</dd>
      </dl>
      {state && (state.off || state.waitS > 0) && (
        <div class="wait">
          <p>{state.off ? words.off : words.waits(length(state.waitS))}</p>
          {state.off ? (
            <button type="button" class="second" onClick={() => act(() => world.release())}>
              {words.release}
            </button>
          ) : (
            <Control label={words.pass} hint={words.passHint} onClick={() => act(() => world.letWaitPass())} />
          )}
        </div>
      )}
    </Card>
  );
}

const crystals = { exact: 0, fast: 50, slow: -50 };
type Crystal = keyof typeof crystals;

export function ClockCard({ world, act }: Play) {
  const { words, moment, length, signed } = useSpeech();
  const { state, time } = world;
  const isLost = state === undefined || state.quality === "lost";
  const crystal = (Object.keys(crystals) as Crystal[]).find((name) => crystals[name] === world.board.driftPpm) ?? "exact";
  return (
    <Card id="clock" title={words.clock} hint={state ? words.qualities[state.quality] : words.unpowered}>
      <dl class="facts">
        <dt>{words.lockTime}</dt>
        <dd class={isLost ? "bad" : ""}>{isLost ? words.unknown : moment(state.time)}</dd>
        <dt>{words.wallTime}</dt>
        <dd>{moment(time)}</dd>
        <dt>{words.offBy}</dt>
        <dd>{isLost ? words.unknown : signed(state.time - time)}</dd>
        <dt>{words.sureTo}</dt>
        <dd>{isLost || state.errorS === errorUnknown ? words.unknown : length(state.errorS)}</dd>
      </dl>
      <div class="buttons">
        <button type="button" class="second" onClick={() => act(() => world.advance(hourS))}>
          {words.hour}
        </button>
        <button type="button" class="second" onClick={() => act(() => world.advance(dayS))}>
          {words.day}
        </button>
        <button type="button" class="second" onClick={() => act(() => days(world, 30))}>
          {words.month}
        </button>
      </div>
      <Control label={words.week} hint={words.weekHint} onClick={() => act(() => world.withoutPowerFor(7 * dayS))} />
      <Control label={words.hear} hint={words.hearHint} disabled={!world.hasPower} onClick={() => act(() => world.hearTime())} />
      <label class="pick">
        {words.crystal}
        <select value={crystal} onChange={(event) => act(() => (world.board.driftPpm = crystals[event.currentTarget.value as Crystal]))}>
          {(Object.keys(crystals) as Crystal[]).map((name) => (
            <option key={name} value={name}>
              {words.crystals[name]}
            </option>
          ))}
        </select>
      </label>
    </Card>
  );
}

/** Day by day, as a lock would live through them. */
function days(world: Play["world"], count: number): void {
  for (let i = 0; i < count; i++) world.advance(dayS);
}
