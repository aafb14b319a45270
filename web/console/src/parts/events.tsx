// SPDX-License-Identifier: Apache-2.0
// The newest events, and what comes: what a page shows of them beside other things. All of them: eventList.tsx.
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { api, must, type Schemas } from "../api.ts";
import { useEvents } from "../live.ts";
import { eventParameters, type EventFilter } from "../queries.ts";
import { EventRow } from "./event.tsx";
import { Empty, Failed, LoadingRows } from "./page.tsx";

type Event = Schemas["Event"];

function fits(event: Event, filter: EventFilter): boolean {
  return (
    (!filter.site || event.site_id === filter.site) &&
    (!filter.door || event.door_id === filter.door) &&
    (!filter.lock || event.lock_id === filter.lock) &&
    (!filter.person || event.person_id === filter.person) &&
    (!filter.type || event.type === filter.type) &&
    (!filter.from || event.recorded_at >= filter.from) &&
    (!filter.to || event.recorded_at < filter.to)
  );
}

/** What has come since the list was read, newest first. */
export function useFresh(filter: EventFilter): Event[] {
  const [fresh, setFresh] = useState<Event[]>([]);
  const key = JSON.stringify(filter);
  useEffect(() => setFresh([]), [key]);
  useEvents(
    useCallback(
      (event: Event) => {
        if (fits(event, JSON.parse(key) as EventFilter)) setFresh((now) => [event, ...now]);
      },
      [key],
    ),
  );
  return fresh;
}

/** Each event once: one may come by the stream and in the list. */
export function once(fresh: Event[], read: Event[]): Event[] {
  const newest = read[0]?.position ?? 0;
  return [...fresh.filter((event) => event.position > newest), ...read];
}

export const rowHeight = () => (matchMedia("(max-width: 767px)").matches ? 64 : 44);

/** The newest few, and what comes. Its height is that of `count` rows from the start. */
export function LatestEvents({ filter, count, hideDoor, empty }: { filter: EventFilter; count: number; hideDoor?: boolean; empty: ReactNode }) {
  const { t } = useLingui();
  const latest = useQuery({
    queryKey: ["events", "latest", filter, count],
    queryFn: async () => must(await api.GET("/v1/events", { params: { query: { ...eventParameters(filter), limit: count } } })).items,
    staleTime: 0,
  });
  const fresh = useFresh(filter);
  const height = rowHeight();
  if (latest.isPending) return <LoadingRows count={count} height={height} />;
  if (latest.isError) return <div style={{ minHeight: count * height }}><Failed error={latest.error} retry={() => void latest.refetch()} /></div>;
  const items = once(fresh, latest.data).slice(0, count);
  return (
    <div style={{ minHeight: count * height }}>
      {items.length === 0 ? (
        <Empty title={empty} />
      ) : (
        <ul className="rows" aria-label={t`Events`}>
          {items.map((event) => <li key={event.position}><EventRow event={event} hideDoor={hideDoor} /></li>)}
        </ul>
      )}
    </div>
  );
}
