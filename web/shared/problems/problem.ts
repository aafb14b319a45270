// SPDX-License-Identifier: Apache-2.0
// What went wrong, in the person's language: by the problem's code, which is stable, or by what kind of problem it is.
//
//   const words = await problemWords(language);
//   catch (error) { show(explain(error, words)); }
//
// A form shows `errors` beside the fields that they point to; their details are English, for whoever writes programs.
import { Refused, type Schemas } from "../api/client.ts";
import type { Language } from "../i18n/language.ts";
import type { words as english } from "./en.ts";

export type ProblemCode = keyof typeof english;
export type Words = Record<ProblemCode, string>;
export type Problem = Schemas["Problem"];

const files: Record<Language, () => Promise<{ words: Words }>> = {
  en: () => import("./en.ts"),
  de: () => import("./de.ts"),
  "zh-CN": () => import("./zh-CN.ts"),
};

export async function problemWords(language: Language): Promise<Words> {
  return (await files[language]()).words;
}

function kindOf({ status, code }: Problem): ProblemCode {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404 || code.endsWith("_not_found")) return "not_found";
  if (status === 409 || status === 412 || status === 422) return "clash";
  if (status === 413) return "too_large";
  if (status === 429) return "too_many_requests";
  if (status === 503) return "busy";
  return status < 500 ? "bad_input" : "fault";
}

export function isKnown(code: string, words: Words): code is ProblemCode {
  return Object.hasOwn(words, code);
}

/** One sentence or two for whatever was thrown by a call of the API: a refusal, or no answer at all. */
export function explain(error: unknown, words: Words): string {
  if (error instanceof Refused) {
    const { problem } = error;
    return words[isKnown(problem.code, words) ? problem.code : kindOf(problem)];
  }
  // fetch() throws a TypeError when nobody answers.
  return error instanceof TypeError ? words.unreachable : words.fault;
}
