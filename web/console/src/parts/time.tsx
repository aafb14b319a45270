// SPDX-License-Identifier: Apache-2.0
// Times as they are at a door: in its zone, which is named where its clock says something else than the viewer's.
import { useLingui } from "@lingui/react";
import { useEffect, useState } from "react";
import type { Language } from "../../../shared/i18n/language.ts";
import { formatter, viewerZone as zoneOfViewer, zoneName } from "../../../shared/time/zoned.ts";

export const viewerZone = zoneOfViewer();

/** Whether a time in this zone needs its zone named. */
export function differs(zone: string | undefined): zone is string {
  return zone !== undefined && zone !== viewerZone;
}

export type TimeStyle = "time" | "seconds" | "short" | "log" | "day" | "full";

const styles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  short: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  log: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  day: { weekday: "short", day: "numeric", month: "short" },
  full: { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** The moment in words. Another year than this one is said; in a log, so is another day than today. */
export function timeText(locale: string, at: string | Date, style: TimeStyle = "short", zone?: string): string {
  const moment = new Date(at);
  const day = (one: Date) => formatter("en", zone ?? viewerZone, { dateStyle: "short" }).format(one);
  if (style === "log" && day(moment) === day(new Date())) return timeText(locale, at, "seconds", zone);
  const options = { ...styles[style] };
  if (style !== "time" && style !== "seconds" && moment.getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  const text = formatter(locale, zone ?? viewerZone, options).format(moment);
  // "New York (Ortszeit)": the brackets are ours.
  return differs(zone) ? `${text} (${zoneName(zone, locale as Language, moment).replace(/ \(.*\)$/, "")})` : text;
}

export function When({ at, style = "short", zone }: { at: string; style?: TimeStyle; zone?: string }) {
  const { i18n } = useLingui();
  return (
    <time dateTime={at} className="clock nowrap" title={timeText(i18n.locale, at, "full", zone)}>
      {timeText(i18n.locale, at, style, zone)}
    </time>
  );
}

/** Now, looked at every `everyMs`. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** "3 hours ago", "in 2 days". */
export function agoText(locale: string, at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
  for (const [unit, size] of units) if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  return words.format(0, "minute");
}

export function Ago({ at, zone }: { at: string; zone?: string }) {
  const { i18n } = useLingui();
  const now = useNow();
  return (
    <time dateTime={at} className="clock nowrap" title={timeText(i18n.locale, at, "full", zone)}>
      {agoText(i18n.locale, at, now)}
    </time>
  );
}
