// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { preferredLanguage } from "../../shared/i18n/language.ts";
import "../../shared/look/base.css";
import { App } from "./app.tsx";
import "./app.css";
import { tokenPattern } from "./keys.ts";
import { readKeys } from "./phones.ts";
import { readSetting } from "./store.ts";
import { speak } from "./words.ts";

/** The token of a link, which is then no part of the address any more: neither of what is shown nor of what the history has. */
function takeToken(): string | undefined {
  const token = tokenPattern.exec(location.hash)?.[0];
  if (token !== undefined) history.replaceState(null, "", "/");
  return token;
}

/** With it the app opens without a network. Trusted Types let this one address through, and no other. */
function register(): void {
  const types = (window as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(text: string): string } } }).trustedTypes;
  const policy = types?.createPolicy("cardea", { createScriptURL: () => "/worker.js" });
  // Without it (a private window) the app works as long as there is a network.
  navigator.serviceWorker?.register(policy?.createScriptURL("") ?? "/worker.js").catch(() => {});
}

const token = takeToken();
const [speech, held, chosen] = await Promise.all([speak(preferredLanguage()), readKeys(), readSetting("chosen")]);
const start = { speech, token, ...held, chosen: chosen ?? "" };
render(<App start={start} />, document.getElementById("app") as HTMLElement);
register();
// A link that is opened while the app is already shown changes only what follows the #.
addEventListener("hashchange", () => {
  if (tokenPattern.test(location.hash)) location.reload();
});
