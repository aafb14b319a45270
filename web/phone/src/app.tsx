// SPDX-License-Identifier: Apache-2.0
// Which screen is shown, what it is given, and when the platform is asked.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { hasPreference, onLanguageElsewhere, rememberLanguage, type Language } from "../../shared/i18n/language.ts";
import { bringOut, Guarded, nowSeconds, readKeys, refreshPhone, type Key } from "./phones.ts";
import { Refused, Unreachable } from "./platform.ts";
import { Tabs, type Tab } from "./parts.tsx";
import { Accept } from "./screens/accept.tsx";
import { Activity } from "./screens/activity.tsx";
import { Keys, type Contact } from "./screens/keys.tsx";
import { Shared } from "./screens/shared.tsx";
import { Telephone } from "./screens/telephone.tsx";
import { Welcome } from "./screens/welcome.tsx";
import { sendStops } from "./stops.ts";
import { writeSetting, type StoredPhone } from "./store.ts";
import { speak, SpeechContext, type Speech } from "./words.ts";

/** The platform is asked when the app comes to the front, at most this often, and whenever a schedule is due. */
const askAgainSeconds = 60;
const lookMs = 30_000;

export interface Start {
  speech: Speech;
  token: string | undefined;
  phones: StoredPhone[];
  keys: Key[];
  chosen: string;
}

type Screen = Tab | "telephone" | "own";

/** What few people come to is loaded when they do. */
function useLoaded<T>(isWanted: boolean, load: () => Promise<T>): T | undefined {
  const [loaded, setLoaded] = useState<T>();
  useEffect(() => {
    if (isWanted && loaded === undefined) void load().then((found) => setLoaded(() => found));
  }, [isWanted]);
  return loaded;
}

function contactOf(error: unknown): Contact {
  if (error instanceof Unreachable) return navigator.onLine ? "unanswered" : "offline";
  if (error instanceof Refused && error.code === "phone_clock") return "clock";
  return "unanswered";
}

export function App({ start }: { start: Start }) {
  const [speech, setSpeech] = useState(start.speech);
  const [token, setToken] = useState(start.token);
  const [held, setHeld] = useState({ phones: start.phones, keys: start.keys });
  const [chosen, setChosen] = useState(start.chosen);
  const [contact, setContact] = useState<Contact>(navigator.onLine ? "asking" : "offline");
  const [screen, setScreen] = useState<Screen>("keys");

  const own = useLoaded(screen === "own", () => import("./screens/ownLock.tsx"));

  const reread = useCallback(async () => setHeld(await readKeys()), []);

  /** Fetches what is due; with `isAsked` also what is not. One round at a time, also among the windows of this app. */
  const refresh = useCallback(async (isAsked: boolean) => {
    await navigator.locks.request("refresh", async () => {
      await sendStops();
      const { phones } = await readKeys();
      const now = nowSeconds();
      let found: Contact = "fetched";
      for (const phone of phones) {
        const isDue = phone.endedAt === 0 && (now >= phone.renewAt || now - phone.fetchedAt >= askAgainSeconds || isAsked);
        if (!isDue) continue;
        try {
          await refreshPhone(phone);
        } catch (error) {
          if (!(error instanceof Guarded)) found = contactOf(error);
        }
      }
      setContact(found);
      await reread();
    });
  }, []);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void refresh(false);
    };
    const wentOffline = () => setContact("offline");
    void refresh(true);
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    addEventListener("offline", wentOffline);
    const timer = setInterval(look, lookMs);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
      removeEventListener("offline", wentOffline);
      clearInterval(timer);
    };
  }, []);

  async function changeLanguage(language: Language) {
    setSpeech(await speak(language));
  }

  // What had the focus goes with its screen: the next one's heading takes it.
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && document.activeElement === document.body) document.querySelector("h1")?.focus();
    isFirst.current = false;
  }, [token, screen]);
  useEffect(() => onLanguageElsewhere((language) => void changeLanguage(language)), []);

  async function claimed(phone: StoredPhone) {
    void navigator.storage.persist();
    await refresh(true);
    const mine = (await readKeys()).keys.find((key) => key.phone.id === phone.id);
    if (mine !== undefined) choose(mine.credential);
    setToken(undefined);
  }

  function choose(credential: string) {
    setChosen(credential);
    void writeSetting("chosen", credential);
    scrollTo({ top: 0 });
  }

  async function show(phone: StoredPhone) {
    try {
      await bringOut(phone);
    } catch {
      return; // the person thought better of it, and the button is still there
    }
    await reread();
    void refresh(true);
  }

  function body() {
    if (token !== undefined)
      return (
        <Accept
          key={token}
          token={token}
          onLanguage={(language) => {
            if (!hasPreference()) void changeLanguage(language);
          }}
          onClaimed={claimed}
          onLeave={() => setToken(undefined)}
        />
      );
    if (screen === "own") return ownLock();
    if (screen === "telephone")
      return (
        <Telephone
          phones={held.phones}
          onBack={() => history.back()}
          onOwnLock={() => go("own")}
          onLanguage={(language) => {
            rememberLanguage(language);
            void changeLanguage(language);
          }}
          onChanged={reread}
        />
      );
    if (held.phones.length === 0) return <Welcome onToken={setToken} onOwnLock={() => go("own")} />;
    return (
      <div class="has-tabs">
        {tabScreen()}
        <Tabs tab={screen} onTab={go} />
      </div>
    );
  }

  function ownLock() {
    if (own === undefined) return <main class="page" aria-busy="true" />;
    const look = async () => {
      await refresh(true);
      return (await readKeys()).keys;
    };
    const keep = () => {
      void navigator.storage.persist();
      void reread();
    };
    const finish = (credential: string) => {
      choose(credential);
      go("keys");
    };
    return <own.OwnLock look={look} onClaimed={keep} onBack={() => history.back()} onDone={finish} />;
  }

  function tabScreen() {
    if (screen === "shared") return <Shared {...held} />;
    if (screen === "activity") return <Activity phones={held.phones} />;
    return <Keys {...held} chosen={chosen} contact={contact} onChoose={choose} onBringOut={show} onThisPhone={() => go("telephone")} />;
  }

  function go(to: Screen) {
    if (to === screen) return;
    history.pushState(to, "");
    setScreen(to);
    scrollTo({ top: 0 });
  }
  useEffect(() => {
    const moved = () => setScreen((history.state as Screen | null) ?? "keys");
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  }, []);

  return <SpeechContext.Provider value={speech}>{body()}</SpeechContext.Provider>;
}
