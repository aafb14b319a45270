// SPDX-License-Identifier: Apache-2.0
// The console's words, for one language at a time. A page's words come with the page: loadWords() before it is shown.
import { i18n, type Messages } from "@lingui/core";
import { rememberLanguage, type Language } from "../../shared/i18n/language.ts";
import { problemWords, type Words } from "../../shared/problems/problem.ts";

type Catalog = { messages: Messages };
const frame = import.meta.glob<Catalog>("./locales/*.po");
const pages = import.meta.glob<Catalog>("./pages/*/locales/*.po");
const brought = new Set<string>();
let problems: Words;

const wordsOf = (page: string, language: string) => pages[`./pages/${page}/locales/${language}.po`]?.();

/** Says everything in this language from now on. */
export async function speak(language: Language): Promise<void> {
  const [texts, ...catalogs] = await Promise.all([problemWords(language), frame[`./locales/${language}.po`]?.(), ...[...brought].map((page) => wordsOf(page, language))]);
  problems = texts;
  i18n.load(language, Object.assign({}, ...catalogs.map((catalog) => catalog?.messages)));
  i18n.activate(language);
  document.documentElement.lang = language;
}

/** As speak(), and from now on whenever this browser comes back. */
export async function choose(language: Language): Promise<void> {
  rememberLanguage(language);
  await speak(language);
}

/** Brings the words of a page's folder. */
export async function loadWords(page: string): Promise<void> {
  brought.add(page);
  const catalog = await wordsOf(page, i18n.locale);
  if (catalog) i18n.load(i18n.locale, catalog.messages);
}

/** What problems are called in the language that is spoken. */
export function problemTexts(): Words {
  return problems;
}

/** The API's name for the language that is spoken. */
export function apiLanguage(): "en" | "de" | "zh" {
  return i18n.locale === "zh-CN" ? "zh" : (i18n.locale as "en" | "de");
}

export { i18n };
