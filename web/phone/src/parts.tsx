// SPDX-License-Identifier: Apache-2.0
// Small pieces that several screens are made of.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useSpeech } from "./words.ts";

const paths = {
  key: "M15 3a6 6 0 0 0-5.7 7.9L3 17.2V21h4v-2.5h2.5V16H12l1.1-1.1A6 6 0 1 0 15 3Zm2 4.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1Z",
  share: "M8.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-3.6 2.6-6 6-6s6 2.4 6 6M18 8v6M15 11h6",
  activity: "M12 7v5l3.5 2M21 12a9 9 0 1 1-9-9 9 9 0 0 1 9 9Z",
  phone: "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3Zm3 15h2",
  chevron: "m9 6 6 6-6 6",
  back: "m15 6-6 6 6 6",
  done: "m5 12.5 4.5 4.5L19 7.5",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z",
};

export function Icon({ name, size = 24 }: { name: keyof typeof paths; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The second that it is, and again with each one. */
export function useNow(): number {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    let timer = 0;
    const tick = () => {
      setNow(Math.floor(Date.now() / 1000));
      timer = window.setTimeout(tick, 1000 - (Date.now() % 1000));
    };
    timer = window.setTimeout(tick, 1000 - (Date.now() % 1000));
    return () => clearTimeout(timer);
  }, []);
  return now;
}

/** What it keeps is not what the same app has on the home screen. */
export const isIPhoneTab = /iPhone|iPad/.test(navigator.userAgent) && !matchMedia("(display-mode: standalone)").matches;

/** What goes on, or is wrong, in a line of its own. */
export function Notice({ isWarning = false, children }: { isWarning?: boolean; children: ComponentChildren }) {
  return <p class={isWarning ? "notice warning" : "notice"}>{children}</p>;
}

/** What had the focus before there was a sheet. */
let opener: Element | null = null;

/** The browser gives the focus back to it when a sheet is closed, but not when one goes because it is done, or another follows. */
function giveBack() {
  if (document.querySelector("dialog[open]") !== null) return;
  if (document.activeElement === document.body) (opener?.isConnected ? (opener as HTMLElement) : document.querySelector("h1"))?.focus();
  opener = null;
}

/** A question over the page, from below. The browser keeps the focus in it. */
export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { words } = useSpeech();
  useEffect(() => {
    if (document.activeElement !== document.body) opener = document.activeElement;
    dialog.current?.showModal();
    return () => void setTimeout(giveBack);
  }, []);
  // A button that was pressed may go, and the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) dialog.current?.focus();
  });
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog.current) dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="sheet" tabIndex={-1} aria-labelledby="sheet-title" onClose={onClose} onClick={onClick}>
      <div class="sheet-content">
        <div class="sheet-head">
          <h2 id="sheet-title">{title}</h2>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            {words.close}
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

export function Title({ children, action }: { children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <header class="title">
      <h1 tabIndex={-1}>{children}</h1>
      {action}
    </header>
  );
}

/** A link that is shown once, and the ways to hand it over. */
export function PassLink({ link }: { link: string }) {
  const { words } = useSpeech();
  const [isCopied, setIsCopied] = useState(false);
  const canPass = "share" in navigator;
  return (
    <>
      <p class="link-shown">{link}</p>
      {canPass && (
        <button type="button" class="primary" onClick={() => void navigator.share({ text: link }).catch(() => {})}>
          {words.passOn}
        </button>
      )}
      <button type="button" class={canPass ? "second" : "primary"} onClick={() => void navigator.clipboard.writeText(link).then(() => setIsCopied(true), () => {})}>
        {isCopied ? words.copied : words.copyLink}
      </button>
    </>
  );
}

export const tabs = ["keys", "shared", "activity"] as const;
export type Tab = (typeof tabs)[number];

export function Tabs({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  const { words } = useSpeech();
  const icons = { keys: "key", shared: "share", activity: "activity" } as const;
  return (
    <nav class="tabs" aria-label="Cardea">
      {tabs.map((one) => (
        <button key={one} type="button" aria-current={one === tab ? "page" : undefined} onClick={() => onTab(one)}>
          <Icon name={icons[one]} />
          {words[one]}
        </button>
      ))}
    </nav>
  );
}
