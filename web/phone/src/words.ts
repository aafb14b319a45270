// SPDX-License-Identifier: Apache-2.0
// The words of one language, loaded by itself, and how it writes moments.
import type { Language } from "../../shared/i18n/language.ts";
import { speechContext } from "../../shared/i18n/speech.ts";
import type { Words } from "./words/en.ts";

const loads: Record<Language, () => Promise<Words>> = {
  en: async () => (await import("./words/en.ts")).en,
  de: async () => (await import("./words/de.ts")).de,
  "zh-CN": async () => (await import("./words/zh.ts")).zh,
};

export interface Speech {
  language: Language;
  words: Words;
}

export async function speak(language: Language): Promise<Speech> {
  const words = await loads[language]();
  document.documentElement.lang = language;
  return { language, words };
}

export const { SpeechContext, useSpeech } = speechContext<Speech>();
