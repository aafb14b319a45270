// SPDX-License-Identifier: Apache-2.0
// The languages that the apps speak, and which of them a person gets: the one they chose here, or the first one of their browser's
// that there is, or English.
export const languages = ["en", "de", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** Each in its own words, for the switch. */
export const languageNames: Record<Language, string> = { en: "English", de: "Deutsch", "zh-CN": "中文" };

const key = "cardea.language";

/** Every Chinese is given the one that there is. */
export function languageOf(tag: string): Language | undefined {
  const first = tag.toLowerCase().split("-")[0];
  return languages.find((language) => language.toLowerCase().split("-")[0] === first);
}

function preference(): Language | undefined {
  return [localStorage.getItem(key) ?? "", ...navigator.languages].map(languageOf).find((language) => language !== undefined);
}

/** Whether they chose one here, or their browser asks for one that there is. */
export function hasPreference(): boolean {
  return preference() !== undefined;
}

export function preferredLanguage(): Language {
  return preference() ?? "en";
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(key, language);
}

/** Calls `changed` when another window of this app was told another language; the answer ends that. */
export function onLanguageElsewhere(changed: (language: Language) => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key === key) changed(preferredLanguage());
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
