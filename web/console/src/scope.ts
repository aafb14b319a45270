// SPDX-License-Identifier: Apache-2.0
// Which site the pages show. It stays chosen from page to page and from day to day.
import { useSyncExternalStore } from "react";

const key = "cardea.site";
const watchers = new Set<() => void>();
let site = localStorage.getItem(key) ?? undefined;

export function chooseSite(id: string | undefined) {
  site = id;
  if (id) localStorage.setItem(key, id);
  else localStorage.removeItem(key);
  for (const watcher of watchers) watcher();
}

/** The site's id; undefined: all of them. */
export function useSite(): string | undefined {
  return useSyncExternalStore(
    (watcher) => (watchers.add(watcher), () => void watchers.delete(watcher)),
    () => site,
  );
}
