// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { preferredLanguage } from "../../shared/i18n/language.ts";
import "../../shared/look/base.css";
import { App } from "./app.tsx";
import "./app.css";
import type { Modules } from "./chips.ts";
import { speak } from "./words.ts";

async function load(name: string): Promise<WebAssembly.Module> {
  const answer = await fetch(new URL(`${name}.wasm`, document.baseURI));
  if (!answer.ok) throw new Error(`${name}.wasm: ${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer()); // from bytes: a plain file server may not know the type
}

const modules = Promise.all([load("lock"), load("platform")]).then(([lock, platform]): Modules => ({ lock, platform }));
modules.catch(() => {}); // told below, when there are words for it
const speech = await speak(preferredLanguage());
const place = document.getElementById("app") as HTMLElement;
try {
  render(<App start={{ speech, modules: await modules }} />, place);
} catch (error) {
  render(<p class="failed">{speech.words.failed}</p>, place);
  throw error;
}
