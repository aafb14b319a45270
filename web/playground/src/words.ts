// SPDX-License-Identifier: Apache-2.0
// The words of one language, loaded by itself, and how it writes moments and numbers.
import type { Language } from "../../shared/i18n/language.ts";
import { speechContext } from "../../shared/i18n/speech.ts";
import { formatter } from "../../shared/time/zoned.ts";
import type { Words } from "./words/en.ts";

const loads: Record<Language, () => Promise<Words>> = {
  en: async () => (await import("./words/en.ts")).en,
  de: async () => (await import("./words/de.ts")).de,
  "zh-CN": async () => (await import("./words/zh.ts")).zh,
};

export interface Speech {
  language: Language;
  words: Words;
  /** A moment in UTC, which is not said: the lock knows no zone. */
  moment: (time: number) => string;
  number: (value: number) => string;
  /** A length of time: 45s, 32m, 1h 3m. */
  length: (seconds: number) => string;
  /** A difference: +3s. */
  signed: (seconds: number) => string;
}

const tags: Record<Language, string> = { en: "en-GB", de: "de-DE", "zh-CN": "zh-CN" };

export async function speak(language: Language): Promise<Speech> {
  const words = await loads[language]();
  document.documentElement.lang = language;
  document.title = `${words.title} · Cardea`;
  const tag = tags[language];
  const unit = (value: number, name: string, signDisplay: "auto" | "exceptZero" = "auto"): string =>
    new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "narrow", signDisplay }).format(value);
  return {
    language,
    words,
    moment: (time) => formatter(tag, "UTC", { dateStyle: "medium", timeStyle: "medium" }).format(time * 1_000),
    number: (value) => new Intl.NumberFormat(tag).format(value),
    signed: (seconds) => unit(seconds, "second", "exceptZero"),
    length(seconds) {
      const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
      const parts = [hours > 0 && unit(hours, "hour"), minutes > 0 && unit(minutes, "minute"), (rest > 0 || seconds === 0) && hours === 0 && unit(rest, "second")];
      return parts.filter(Boolean).join(" ");
    },
  };
}

export const { SpeechContext, useSpeech } = speechContext<Speech>();
