// SPDX-License-Identifier: Apache-2.0
// What happened, newest first: as many rows as fit are drawn, pages are read as somebody scrolls, and what happens now comes on top.
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { eventsQuery, type EventFilter } from "../queries.ts";
import { EventRow } from "./event.tsx";
import { once, rowHeight, useFresh } from "./events.tsx";
import { LongList } from "./longList.tsx";
import { Empty, Failed, LoadingRows } from "./page.tsx";

function EventHead({ hideDoor }: { hideDoor?: boolean }) {
  return (
    <div className="line head event" data-hide-door={hideDoor || undefined} aria-hidden>
      <span className="when"><Trans>When</Trans></span>
      <span><Trans>What</Trans></span>
      {!hideDoor && <span className="where"><Trans>Door</Trans></span>}
      <span className="who"><Trans>Who</Trans></span>
      <span className="how"><Trans>How or why</Trans></span>
    </div>
  );
}

export function EventList({ filter, hideDoor, empty }: { filter: EventFilter; hideDoor?: boolean; empty?: ReactNode }) {
  const { t } = useLingui();
  const events = useInfiniteQuery({ ...eventsQuery(filter), staleTime: Infinity, gcTime: 0 });
  const fresh = useFresh(filter);
  const read = useMemo(() => events.data?.pages.flatMap((page) => page.items) ?? [], [events.data]);
  const items = useMemo(() => once(fresh, read), [fresh, read]);

  if (events.isPending) return <div className="panel"><EventHead hideDoor={hideDoor} /><LoadingRows count={14} height={rowHeight()} /></div>;
  if (events.isError && items.length === 0) return <div className="panel"><Failed error={events.error} retry={() => void events.refetch()} /></div>;
  if (items.length === 0) return <div className="panel"><Empty title={<Trans>Nothing happened in this period</Trans>}>{empty}</Empty></div>;
  return (
    <div className="panel">
      <EventHead hideDoor={hideDoor} />
      <LongList label={t`Events`} items={items} pages={events} height={rowHeight} keyOf={(event) => event.position}>
        {(event) => <EventRow event={event} hideDoor={hideDoor} />}
      </LongList>
    </div>
  );
}
