// SPDX-License-Identifier: Apache-2.0
// What the pages read, under keys that begin with the resource's name, and which of it an event makes old.
import { QueryClient, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, codeOf, must, Refused, type Schemas } from "./api.ts";
import { onEvent, onLiveState } from "./live.ts";

type Event = Schemas["Event"];

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays one; only what got no answer is tried again.
      retry: (count, error) => !(error instanceof Refused) && count < 2,
    },
  },
});

export const pageSize = 100;
type Page<T> = { items: T[]; next: string | null };

/** A list that grows page by page. */
export function paged<T>(key: readonly unknown[], get: (cursor?: string) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => get(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<T>) => last.next,
  });
}

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async () => {
    const answer = await api.GET("/v1/account");
    return answer.error?.status === 401 ? null : must(answer);
  },
  staleTime: Infinity,
});
export const workspaceQuery = queryOptions({ queryKey: ["workspace"], queryFn: async () => must(await api.GET("/v1/workspace")) });
export const sitesQuery = queryOptions({
  queryKey: ["sites"],
  queryFn: async () => all((cursor) => api.GET("/v1/sites", { params: { query: { limit: 200, cursor } } })),
  staleTime: 60_000,
});
/** Every door, for what needs them all at once. */
export const allDoorsQuery = queryOptions({
  queryKey: ["doors", "all"],
  queryFn: async () => {
    const doors = await all((cursor) => api.GET("/v1/doors", { params: { query: { limit: 200, cursor } } }));
    for (const door of doors) queryClient.setQueryData(["doors", door.id], door);
    return doors;
  },
  staleTime: 60_000,
});
export type DoorFilter = { site?: string; q?: string; hasLock?: boolean };
const foundMax = 20;
/** What somebody typed, as the platform takes it; undefined for nothing. */
export const typedQuery = (text: string | undefined) => text?.trim().slice(0, 100) || undefined;
async function readDoors({ site, q, hasLock }: DoorFilter, limit: number, cursor?: string) {
  const page = must(await api.GET("/v1/doors", { params: { query: { limit, cursor, site_id: site, has_lock: hasLock, q: typedQuery(q) } } }));
  for (const door of page.items) queryClient.setQueryData(["doors", door.id], door);
  return page;
}
export const doorsQuery = (filter: DoorFilter) => paged(["doors", "pages", filter], (cursor) => readDoors(filter, pageSize, cursor));
/** The best of a search, and whether there are more. */
export const doorsFoundQuery = (filter: DoorFilter, most = foundMax) =>
  queryOptions({
    queryKey: ["doors", "found", filter, most],
    queryFn: async () => {
      const { items, next } = await readDoors(filter, most);
      return { items, hasMore: next !== null };
    },
  });
async function readPersons(q: string | undefined, limit: number, cursor?: string) {
  return must(await api.GET("/v1/persons", { params: { query: { limit, cursor, q: typedQuery(q) } } }));
}
export const personsQuery = (q?: string) => paged(["persons", "pages", q ?? null], (cursor) => readPersons(q, pageSize, cursor));
export const personsFoundQuery = (q: string) => queryOptions({ queryKey: ["persons", "found", q], queryFn: async () => (await readPersons(q, foundMax)).items });
export const doorQuery = (id: string) =>
  queryOptions({ queryKey: ["doors", id], queryFn: async () => must(await api.GET("/v1/doors/{door_id}", { params: { path: { door_id: id } } })) });
export const lockQuery = (id: string) =>
  queryOptions({ queryKey: ["locks", id], queryFn: async () => must(await api.GET("/v1/locks/{lock_id}", { params: { path: { lock_id: id } } })) });
// What is refused now may be let in with the next minute.
export const explainQuery = (door: string) =>
  queryOptions({ refetchInterval: 30_000, queryKey: ["explain", door], queryFn: async () => must(await api.GET("/v1/doors/{door_id}/explain", { params: { path: { door_id: door } } })) });
export const accessQuery = (door: string) =>
  paged(["access", door], async (cursor) => must(await api.GET("/v1/doors/{door_id}/access", { params: { path: { door_id: door }, query: { limit: pageSize, cursor } } })));
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["persons", id],
    queryFn: async () => must(await api.GET("/v1/persons/{person_id}", { params: { path: { person_id: id } } })),
    staleTime: 300_000,
  });
export const alertsQuery = (state: "open" | "acknowledged" | "closed") =>
  queryOptions({ queryKey: ["alerts", state], queryFn: async () => must(await api.GET("/v1/alerts", { params: { query: { state, limit: 50 } } })).items });

export type EventFilter = { site?: string; door?: string; lock?: string; person?: string; type?: Schemas["EventType"]; from?: string; to?: string };
export const eventParameters = (filter: EventFilter) => ({
  site_id: filter.site,
  door_id: filter.door,
  lock_id: filter.lock,
  person_id: filter.person,
  type: filter.type,
  from: filter.from,
  to: filter.to,
});
export const eventsQuery = (filter: EventFilter) =>
  paged(["events", filter], async (cursor) => must(await api.GET("/v1/events", { params: { query: { ...eventParameters(filter), limit: pageSize, cursor } } })));

/** Every item of a list that is short enough to be held at once. */
export async function all<T>(page: (cursor?: string) => Promise<{ data?: Page<T>; error?: Schemas["Problem"]; response: Response }>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const got = must(await page(cursor));
    items.push(...got.items);
    if (got.next === null) return items;
    cursor = got.next;
  }
}

/** The resources that an event is about. */
function touched(event: Event): unknown[][] {
  const family = event.type.split(".")[0];
  const lock = event.lock_id ? [["locks", event.lock_id]] : [];
  const access = [["access"], ["explain"], ["credentials"], ["grants"]];
  switch (family) {
    case "access": return [...lock, ...access];
    case "lock": case "door": case "keypad": case "clock": case "command": return [...lock, ["locks", "list"], ["explain"], ...(event.type === "lock.activated" ? [["doors"]] : []), ...(event.type === "lock.configured" ? access : [])];
    case "grant": case "credential": case "phone": case "invitation": case "schedule": case "calendar":
      return [...access, ["persons"], ["phones"], ["invitations"], ["schedules"], ["calendars"]];
    case "alert": return [["alerts"]];
    case "alert_rule": return [["alert-rules"]];
    case "operator": case "session": case "recovery": return [["operators"], ["account"], ["sessions"], ["passkeys"], ["oidc-links"]];
    case "key": return [["keys"]];
    case "webhook": return [["webhooks"]];
    default: return [];
  }
}

// Many events at once (a lock that comes back brings a hundred) make one reading, not a hundred.
const waiting = new Map<string, unknown[]>();
let timer: ReturnType<typeof setTimeout> | undefined;
onEvent((event) => {
  for (const key of touched(event)) waiting.set(JSON.stringify(key), key);
  timer ??= setTimeout(() => {
    timer = undefined;
    for (const key of waiting.values()) void queryClient.invalidateQueries({ queryKey: key });
    waiting.clear();
  }, 120);
});

// A session that ended anywhere ends here: the next answer says so.
queryClient.getQueryCache().subscribe((change) => {
  if (change.type === "updated" && change.action.type === "error" && codeOf(change.action.error) === "unauthorized") queryClient.setQueryData(accountQuery.queryKey, null);
});
onLiveState((state) => {
  if (state.is === "refused") void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
});
