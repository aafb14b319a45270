// SPDX-License-Identifier: Apache-2.0
// The rows of a list that may be very long: only those in sight are in the page, some around them, and the one that has the focus with its neighbours.
// Pages are read as somebody comes near the end of what is there; a screen reader hears which row of how many it is on.
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { LoadingRows } from "./page.tsx";

const rowsAround = 12;
const rowsAhead = 50;

export type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; isError: boolean; fetchNextPage: () => Promise<unknown> };

export function LongList<T>({ label, items, pages, height, keyOf, children }: { label: string; items: T[]; pages: Pages; height: () => number; keyOf: (item: T) => string | number; children: (item: T, scrolling: boolean) => ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(box.current ? box.current.getBoundingClientRect().top + scrollY : 0), []);
  // Whoever goes on by keyboard after scrolling away goes on from where they were.
  const [focused, setFocused] = useState<number>();
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = new Set(defaultRangeExtractor(range));
      for (const row of focused === undefined ? [] : [focused - 1, focused, focused + 1]) if (row >= 0 && row < range.count) shown.add(row);
      return [...shown].sort((a, b) => a - b);
    },
    [focused],
  );
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: height,
    overscan: rowsAround,
    scrollMargin: top,
    rangeExtractor,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  const last = rows.range?.endIndex ?? 0;
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError && last >= items.length - rowsAhead) void fetchNextPage();
  }, [last, items.length, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);

  return (
    <>
      <div ref={box} role="list" aria-label={label} style={{ height: rows.getTotalSize(), position: "relative" }} onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && setFocused(undefined)}>
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          return item === undefined ? null : (
            <div key={row.key} role="listitem" aria-posinset={row.index + 1} aria-setsize={hasNextPage ? -1 : items.length} style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${row.start - top}px)` }} onFocus={() => setFocused(row.index)}>
              {children(item, rows.isScrolling)}
            </div>
          );
        })}
      </div>
      {isFetchingNextPage && <LoadingRows count={2} height={height()} />}
      {isError && <div className="row" style={{ justifyContent: "center", padding: 8 }}><Button variant="default" onClick={() => void fetchNextPage()}><Trans>Try again</Trans></Button></div>}
    </>
  );
}
