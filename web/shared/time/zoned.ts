// SPDX-License-Identifier: Apache-2.0
// What both apps need to show times in a door's zone. How a time is written is each app's own: a table is not a card.
import type { Language } from "../i18n/language.ts";

export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const made = new Map<string, Intl.DateTimeFormat>();

/** Formatters are dear to make: a list of 10,000 doors shares one. */
export function formatter(language: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, zone, options]);
  let found = made.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
    made.set(key, found);
  }
  return found;
}

/** What people call a zone: its city in their language, where the browser has it, or the city as IANA writes it. */
export function zoneName(zone: string, language: Language, when = new Date()): string {
  const generic = formatter(language, zone, { timeZoneName: "shortGeneric" }).formatToParts(when);
  const named = generic.find(({ type }) => type === "timeZoneName")?.value ?? zone;
  // "Germany Time" says enough; "GMT+1" does not.
  return /^(GMT|UTC)/.test(named) && zone.includes("/") ? (zone.split("/").at(-1) ?? zone).replaceAll("_", " ") : named;
}
