// SPDX-License-Identifier: Apache-2.0
// Three experiments on the lock as it stands, each with what it showed.
import { useState } from "preact/hooks";
import type { KeypadResult } from "./chips.ts";
import type { Play } from "./parts.tsx";
import { reasonOf } from "./records.ts";
import { purposeOf } from "./told.tsx";
import { useSpeech, type Speech } from "./words.ts";
import type { CutTrial } from "./world.ts";

const guessCount = 10;

type Shown =
  | { lesson: "replay"; results: [KeypadResult | undefined, KeypadResult | undefined] }
  | { lesson: "guess"; waits: number[] }
  | { lesson: "cut"; trials: CutTrial[] };

function verdictOf({ words }: Speech, result: KeypadResult | undefined): string {
  if (result === undefined) return words.cutShort;
  return result.verdict === "granted" ? words.opened : words.refused(words.reasons[reasonOf(result.reason)]);
}

function sentenceOf(speech: Speech, shown: Shown): string {
  const { words, length } = speech;
  if (shown.lesson === "replay") return words.replayResult(verdictOf(speech, shown.results[0]), verdictOf(speech, shown.results[1]));
  if (shown.lesson === "cut") return words.cutResult(shown.trials.length);
  const before = shown.waits.slice(0, -1).reduce((sum, wait) => sum + wait, 0);
  return words.guessResult(length(before), length(shown.waits.at(-1) ?? 0));
}

export function Lessons({ world, act }: Play) {
  const speech = useSpeech();
  const { words } = speech;
  const [shown, setShown] = useState<Shown>();
  const show = (make: () => Shown) => act(() => setShown(make()));
  return (
    <section class="lessons" aria-labelledby="lessons-title">
      <h2 id="lessons-title">{words.lessons}</h2>
      <div class="lessons-row">
        <Lesson title={words.replayTitle} text={words.replayText} isShown={shown?.lesson === "replay"} onShow={() => show(() => ({ lesson: "replay", results: world.replay() }))} />
        <Lesson title={words.guessTitle} text={words.guessText} isShown={shown?.lesson === "guess"} onShow={() => show(() => ({ lesson: "guess", waits: world.guess(guessCount) }))} />
        <Lesson title={words.cutTitle} text={words.cutText} isShown={shown?.lesson === "cut"} onShow={() => show(() => ({ lesson: "cut", trials: world.cutEverywhere() }))} />
      </div>
      <p class="unseen" role="status">
        {shown && sentenceOf(speech, shown)}
      </p>
      {shown && <Result shown={shown} />}
    </section>
  );
}

function Lesson({ title, text, isShown, onShow }: { title: string; text: string; isShown: boolean; onShow: () => void }) {
  const { words } = useSpeech();
  return (
    <div class={isShown ? "lesson shown" : "lesson"}>
      <h3>{title}</h3>
      <p>{text}</p>
      <button type="button" class="primary" aria-label={`${words.showMe}: ${title}`} onClick={onShow}>
        {words.showMe}
      </button>
    </div>
  );
}

function Result({ shown }: { shown: Shown }) {
  const speech = useSpeech();
  return (
    <div class="card result" data-lesson={shown.lesson}>
      <p>{sentenceOf(speech, shown)}</p>
      {shown.lesson === "guess" && <Waits waits={shown.waits} />}
      {shown.lesson === "cut" && <Cuts trials={shown.trials} />}
    </div>
  );
}

function Waits({ waits }: { waits: number[] }) {
  const { words, length } = useSpeech();
  return (
    <ol class="waits">
      {waits.map((wait, i) => (
        <li key={i}>
          <span>{words.guessTry(i + 1)}</span>
          <strong>{wait === 0 ? words.guessNoWait : words.guessWait(length(wait))}</strong>
        </li>
      ))}
    </ol>
  );
}

function Cuts({ trials }: { trials: CutTrial[] }) {
  const speech = useSpeech();
  const { words } = speech;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={words.cutTitle}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.cutAt}</th>
            <th scope="col">{words.cutBolt}</th>
            <th scope="col">{words.cutAgain}</th>
            <th scope="col">{words.cutOpenings}</th>
          </tr>
        </thead>
        <tbody>
          {trials.map((trial) => (
            <tr key={trial.operation}>
              <th scope="row">
                {trial.operation}. {purposeOf(speech, trial.write)}
              </th>
              <td>{trial.moved ? words.cutBoltMoved : words.cutBoltStayed}</td>
              <td>{verdictOf(speech, trial.again)}</td>
              <td class="count">{trial.openings}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
