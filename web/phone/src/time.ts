// SPDX-License-Identifier: Apache-2.0
// Moments as a person reads them: in the door's zone where it is known, and with the zone named when it is not the reader's.
import { languageOf, type Language } from "../../shared/i18n/language.ts";

const daySeconds = 86_400;

function offset(moment: Date, zone: string | undefined): string | undefined {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(moment);
  return parts.find((part) => part.type === "timeZoneName")?.value;
}

/** The reader's own way of writing the language, as their browser has it: 24 hours in Britain, 12 in America. */
function localeFor(language: Language): string {
  return navigator.languages.find((tag) => languageOf(tag) === language) ?? language;
}

/** In `zone`, which is named where its clock shows something else than the reader's. */
function shown(language: Language, seconds: number, options: Intl.DateTimeFormatOptions, zone?: string): string {
  const date = new Date(seconds * 1000);
  const isElsewhere = zone !== undefined && offset(date, zone) !== offset(date, undefined);
  return new Intl.DateTimeFormat(localeFor(language), { ...options, timeZone: zone, timeZoneName: isElsewhere ? "short" : undefined }).format(date);
}

/** Day and time; the year only when it is another one. `seconds`: since 1970. */
export function moment(language: Language, seconds: number, zone?: string, now = Date.now() / 1000): string {
  const away = Math.abs(seconds - now);
  const weekday = away < 6 * daySeconds ? "short" : undefined;
  const year = away < 300 * daySeconds ? undefined : "numeric";
  return shown(language, seconds, { weekday, day: "numeric", month: "short", year, hour: "2-digit", minute: "2-digit" }, zone);
}

/** Hours, minutes and seconds: for what just happened. */
export function clock(language: Language, seconds: number, zone?: string): string {
  return shown(language, seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit" }, zone);
}

function partsIn(zone: string, date: Date): number[] {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" });
  const of = (type: string) => Number(format.formatToParts(date).find((part) => part.type === type)?.value);
  return [of("year"), of("month") - 1, of("day"), of("hour"), of("minute")];
}

/** What the wall shows in `zone`, as if that were UTC. */
function wall(zone: string, seconds: number): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = partsIn(zone, new Date(seconds * 1000));
  return Date.UTC(year, month, day, hour, minute) / 1000;
}

/** When the clocks in `zone` show the wall time `shown` (seconds, as if of UTC). One that is skipped in spring is the hour after it. */
export function secondsAt(zone: string, shown: number): number {
  const guess = shown - (wall(zone, shown) - shown);
  return guess - (wall(zone, guess) - shown);
}

/** `days` from today, at `hour`, by the clocks in `zone`. */
export function dayAt(zone: string, days: number, hour: number, now = Date.now() / 1000): number {
  const [year = 0, month = 0, day = 0] = partsIn(zone, new Date(now * 1000));
  return secondsAt(zone, Date.UTC(year, month, day + days, hour) / 1000);
}

/** For a field of `datetime-local`, and back. */
export function fieldOf(zone: string, seconds: number): string {
  return new Date(wall(zone, seconds) * 1000).toISOString().slice(0, 16);
}
export function ofField(zone: string, text: string): number {
  return secondsAt(zone, Date.parse(`${text}Z`) / 1000);
}

/** The day alone: today and yesterday by name. */
export function dayOf(language: Language, seconds: number, zone: string, now = Date.now() / 1000): string {
  const dayNumber = (moment: number) => Math.floor(wall(zone, moment) / daySeconds);
  const ago = dayNumber(seconds) - dayNumber(now);
  if (ago === 0 || ago === -1) {
    const text = new Intl.RelativeTimeFormat(localeFor(language), { numeric: "auto" }).format(ago, "day");
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
  return new Intl.DateTimeFormat(localeFor(language), { timeZone: zone, weekday: "long", day: "numeric", month: "long" }).format(new Date(seconds * 1000));
}

/** The time of day alone. */
export function timeOf(language: Language, seconds: number, zone?: string): string {
  return shown(language, seconds, { hour: "2-digit", minute: "2-digit" }, zone);
}
