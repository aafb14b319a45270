// SPDX-License-Identifier: Apache-2.0
// This phone: whose keys it has, in what language it speaks, and what to do when there is a new one or one is lost.
import { useEffect, useState } from "preact/hooks";
import { languageNames, languages, type Language } from "../../../shared/i18n/language.ts";
import { Icon, isIPhoneTab, Notice, PassLink, Sheet, Title } from "../parts.tsx";
import { order, refreshPhone, removePhone } from "../phones.ts";
import type { Schemas } from "../platform.ts";
import type { OwnPhone, StoredPhone } from "../store.ts";
import { moment, timeOf } from "../time.ts";
import { useSpeech } from "../words.ts";
import { OwnLockOffer } from "./ownLockOffer.tsx";

interface Props {
  phones: StoredPhone[];
  onBack: () => void;
  onOwnLock: () => void;
  onLanguage: (language: Language) => void;
  onChanged: () => void;
}

function Installing() {
  const { words } = useSpeech();
  const [offer, setOffer] = useState(installOffer);
  if (offer === undefined) return null;
  return (
    <button
      type="button"
      class="primary"
      onClick={() => {
        void offer.prompt();
        installOffer = undefined;
        setOffer(undefined);
      }}
    >
      {words.install}
    </button>
  );
}

/** The browser's offer to install the app; it comes once, at any time. */
interface InstallOffer extends Event {
  prompt(): Promise<void>;
}
let installOffer: InstallOffer | undefined;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installOffer = event as InstallOffer;
});

interface Lost {
  phone: StoredPhone;
  other: OwnPhone;
}

/** Ends another phone of the same person; whoever finds it has no key. */
function LostSheet({ lost: { phone, other }, onClose }: { lost: Lost; onClose: () => void }) {
  const { words } = useSpeech();
  const [state, setState] = useState<"asked" | "busy" | "ended" | "failed">("asked");
  async function end() {
    setState("busy");
    try {
      await order<Schemas["OwnPhone"]>(phone, "/v1/phones/end", { ended_phone_id: other.id, lost: true });
      await refreshPhone(phone);
      setState("ended");
    } catch {
      setState("failed");
    }
  }
  return (
    <Sheet title={other.name} onClose={onClose}>
      <p role="status">{state === "ended" ? words.phoneIsEnded : state === "failed" ? words.needsNetwork : words.endPhoneHow}</p>
      {state !== "ended" && (
        <button type="button" class="primary danger" disabled={state === "busy"} onClick={end}>
          {words.endPhone}
        </button>
      )}
    </Sheet>
  );
}

/** A link for one more phone of the same person, or for the home screen of this one. */
function LinkSheet({ phone, isForHomeScreen, onClose }: { phone: StoredPhone; isForHomeScreen: boolean; onClose: () => void }) {
  const { language, words } = useSpeech();
  const [made, setMade] = useState<Schemas["PhoneLink"]>();
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    order<Schemas["PhoneLink"]>(phone, "/v1/phones/link").then(setMade, () => setHasFailed(true));
  }, []);
  const how = isForHomeScreen ? words.toHomeScreenHow : words.addPhoneHow;
  return (
    <Sheet title={isForHomeScreen ? words.toHomeScreen : words.addPhone} onClose={onClose}>
      <p role="status">{hasFailed ? words.needsNetwork : made === undefined ? words.wait : how(timeOf(language, Date.parse(made.expires_at) / 1000))}</p>
      {made !== undefined && <PassLink link={made.link} />}
    </Sheet>
  );
}

export function Telephone({ phones, onBack, onOwnLock, onLanguage, onChanged }: Props) {
  const { language, words } = useSpeech();
  const [removing, setRemoving] = useState<StoredPhone>();
  const [lost, setLost] = useState<Lost>();
  const [linking, setLinking] = useState<{ phone: StoredPhone; isForHomeScreen: boolean }>();
  const [isKept, setIsKept] = useState(true);
  useEffect(() => void navigator.storage.persisted().then(setIsKept), []);
  const at = (seconds: number) => moment(language, seconds);
  return (
    <main class="page">
      <button type="button" class="back" onClick={onBack}>
        <Icon name="back" />
        {words.keys}
      </button>
      <Title>{words.thisPhone}</Title>
      {phones.map((phone) => (
        <section key={phone.id}>
          <h2 class="group">{words.keysFrom}</h2>
          <div class="panel">
            <p class="big">{phone.workspace}</p>
            <p>{phone.person}</p>
            <p class="small">
              {words.addedAt(at(phone.claimedAt))} · {phone.fetchedAt === 0 ? words.neverFetched : words.fetchedAt(at(phone.fetchedAt))}
              {phone.wrapped !== undefined && ` · ${words.guardedPhone}`}
            </p>
            <button type="button" class="plain danger" onClick={() => setRemoving(phone)}>
              {words.remove}
            </button>
          </div>
          {phone.others.length > 0 && (
            <>
              <h3 class="group">{words.otherPhones}</h3>
              <ul class="rows">
                {phone.others.map((other) => (
                  <li key={other.id}>
                    <button type="button" class="row" onClick={() => setLost({ phone, other })}>
                      <span class="row-text">
                        <strong>{other.name}</strong>
                        <span>{words.addedAt(at(other.createdAt))}</span>
                      </span>
                      <Icon name="chevron" size={20} />
                    </button>
                  </li>
                ))}
              </ul>
            </>
          )}
          {phone.endedAt === 0 && phone.doors.length > 0 && (
            <>
              {isIPhoneTab && (
                <button type="button" class="primary apart" onClick={() => setLinking({ phone, isForHomeScreen: true })}>
                  {words.toHomeScreen}
                </button>
              )}
              <button type="button" class="second apart" onClick={() => setLinking({ phone, isForHomeScreen: false })}>
                {words.addPhone}
              </button>
            </>
          )}
        </section>
      ))}
      <OwnLockOffer onTap={onOwnLock} />
      <Notice>{isKept ? words.kept : words.mayBeDeleted}</Notice>
      <Installing />
      <section>
        <h2 class="group" id="language">
          {words.language}
        </h2>
        <div class="segments" role="group" aria-labelledby="language">
          {languages.map((one) => (
            <button key={one} type="button" lang={one} aria-pressed={one === language} onClick={() => onLanguage(one)}>
              {languageNames[one]}
            </button>
          ))}
        </div>
      </section>
      <section>
        <details>
          <summary>{words.newPhone}</summary>
          <p>{words.newPhoneHow}</p>
        </details>
        <details>
          <summary>{words.lostPhone}</summary>
          <p>{words.lostPhoneHow}</p>
        </details>
      </section>
      {lost !== undefined && (
        <LostSheet
          lost={lost}
          onClose={() => {
            setLost(undefined);
            onChanged();
          }}
        />
      )}
      {linking !== undefined && <LinkSheet {...linking} onClose={() => setLinking(undefined)} />}
      {removing !== undefined && (
        <Sheet title={words.removeSure} onClose={() => setRemoving(undefined)}>
          <p>{words.removeHow}</p>
          <button
            type="button"
            class="primary danger"
            onClick={async () => {
              await removePhone(removing.id);
              setRemoving(undefined);
              onChanged();
            }}
          >
            {words.removeYes}
          </button>
        </Sheet>
      )}
    </main>
  );
}
