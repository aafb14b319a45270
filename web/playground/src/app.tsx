// SPDX-License-Identifier: Apache-2.0
// The page: a world, what a person does in it, and what then is to be seen. Nothing here decides; the lock does.
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { languageNames, languages, rememberLanguage, type Language } from "../../shared/i18n/language.ts";
import type { Happening } from "./board.ts";
import type { Modules } from "./chips.ts";
import { ClockCard, GuessCard, PowerCard } from "./controls.tsx";
import { CodesCard, DoorCard } from "./door.tsx";
import { FlashMap } from "./flash_map.tsx";
import { Lessons } from "./lessons.tsx";
import { Card, type Play } from "./parts.tsx";
import { RecordsCard, WritesCard } from "./told.tsx";
import { speak, SpeechContext, useSpeech, type Speech } from "./words.ts";
import { World } from "./world.ts";

const noHappenings: Happening[] = [];

const nowS = (): number => Math.floor(Date.now() / 1_000);

/** Follows the wall clock, so that a second here is a second there. */
function useSeconds(pass: (seconds: number) => void): void {
  const latest = useRef(pass);
  latest.current = pass;
  useEffect(() => {
    let before = nowS();
    const timer = setInterval(() => {
      const now = nowS();
      if (now > before) latest.current(now - before);
      before = Math.max(before, now);
    }, 250);
    return () => clearInterval(timer);
  }, []);
}

export function App({ start }: { start: { speech: Speech; modules: Modules } }) {
  const [speech, setSpeech] = useState(start.speech);
  const [world, setWorld] = useState(() => new World(start.modules, nowS()));
  const [round, setRound] = useState(1);
  const [, changed] = useReducer((count: number) => count + 1, 0);
  const act = (action: (world: World) => void): void => {
    action(world);
    changed(undefined);
  };
  useSeconds((seconds) => act(() => world.advance(seconds)));
  const play: Play = { world, act };
  const isNew = world.last?.what === "made";
  const choose = async (language: Language) => {
    rememberLanguage(language);
    setSpeech(await speak(language));
  };
  const begin = () => {
    setWorld(new World(start.modules, nowS()));
    setRound(round + 1);
  };
  return (
    <SpeechContext.Provider value={speech}>
      <Head onLanguage={(language) => void choose(language)} onAgain={begin} />
      <main key={round}>
        <Lessons {...play} />
        <div class="column">
          <DoorCard {...play} />
          <CodesCard {...play} />
        </div>
        <div class="column">
          <WritesCard {...play} />
          <PowerCard {...play} />
          <RecordsCard {...play} />
        </div>
        <div class="column">
          <Card id="map" title={speech.words.flash} hint={speech.words.flashHint}>
            <FlashMap flash={world.board.flash} last={isNew ? noHappenings : (world.last?.happenings ?? noHappenings)} />
          </Card>
          <GuessCard {...play} />
          <ClockCard {...play} />
        </div>
      </main>
      <footer>
        <p>{speech.words.footer}</p>
      </footer>
    </SpeechContext.Provider>
  );
}

function Head({ onLanguage, onAgain }: { onLanguage: (language: Language) => void; onAgain: () => void }) {
  const { language, words } = useSpeech();
  return (
    <header>
      <div class="head-text">
        <h1>{words.title}</h1>
        <p>{words.lead}</p>
      </div>
      <div class="head-tools">
        <select aria-label={words.language} value={language} onChange={(event) => onLanguage(event.currentTarget.value as Language)}>
          {languages.map((each) => (
            <option key={each} value={each} lang={each}>
              {languageNames[each]}
            </option>
          ))}
        </select>
        <button type="button" class="second" onClick={onAgain}>
          {words.again}
        </button>
      </div>
    </header>
  );
}
