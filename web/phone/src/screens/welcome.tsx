// SPDX-License-Identifier: Apache-2.0
// No key here: how to get one, and how to get a lost one back.
import { useState } from "preact/hooks";
import { tokenPattern } from "../keys.ts";
import { Icon } from "../parts.tsx";
import { useSpeech } from "../words.ts";
import { OwnLockOffer } from "./ownLockOffer.tsx";

export function Welcome({ onToken, onOwnLock }: { onToken: (token: string) => void; onOwnLock: () => void }) {
  const { words } = useSpeech();
  const [wrong, setWrong] = useState(false);

  const canPaste = "readText" in (navigator.clipboard ?? {});

  function submit(event: SubmitEvent) {
    event.preventDefault();
    take(String(new FormData(event.currentTarget as HTMLFormElement).get("link")));
  }
  /** Whoever says no to their browser still has the field. */
  const paste = () => void navigator.clipboard.readText().then(take, () => {});

  function take(text: string) {
    const token = tokenPattern.exec(text)?.[0];
    setWrong(token === undefined);
    if (token !== undefined) onToken(token);
  }

  return (
    <main class="page centred">
      <span class="emblem">
        <Icon name="key" size={40} />
      </span>
      <h1>{words.noKeys}</h1>
      <p class="lead">{words.noKeysHow}</p>
      {canPaste && (
        <button type="button" class="primary" onClick={paste}>
          {words.paste}
        </button>
      )}
      <form onSubmit={submit}>
        <label for="link">{words.link}</label>
        <input id="link" name="link" type="url" inputMode="url" autocomplete="off" placeholder="https://…" aria-invalid={wrong} aria-describedby="link-wrong" />
        <p id="link-wrong" class="wrong" role="alert">
          {wrong && words.noLink}
        </p>
        <button type="submit" class={canPaste ? "second" : "primary"}>
          {words.openLink}
        </button>
      </form>
      <OwnLockOffer onTap={onOwnLock} />
      <details>
        <summary>{words.lost}</summary>
        <p>{words.lostHow}</p>
      </details>
    </main>
  );
}
