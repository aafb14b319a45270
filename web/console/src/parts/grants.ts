// SPDX-License-Identifier: Apache-2.0
// Access grants and what hangs on them, as they are read; and an instant as a door's clock shows it.
import { queryOptions } from "@tanstack/react-query";
import { api, must, type Schemas } from "../api.ts";
import { all, paged, queryClient } from "../queries.ts";

export type GrantState = Schemas["AccessGrant"]["state"];
export type GrantFilter = { person?: string; site?: string; door?: string; state?: GrantState };

const grantsAtOnce = 30;

export const grantsQuery = (filter: GrantFilter) =>
  paged(["grants", "pages", filter], async (cursor) =>
    must(await api.GET("/v1/access-grants", { params: { query: { limit: grantsAtOnce, cursor, person_id: filter.person, site_id: filter.site, door_id: filter.door, state: filter.state } } })),
  );
export const grantQuery = (id: string) =>
  queryOptions({ queryKey: ["grants", id], queryFn: async () => must(await api.GET("/v1/access-grants/{grant_id}", { params: { path: { grant_id: id } } })) });
/** Those of a person that are not over. */
export const openGrantsQuery = (person: string) =>
  queryOptions({
    queryKey: ["grants", "open", person],
    queryFn: async () =>
      (await Promise.all((["active", "upcoming"] as const).map((state) => all((cursor) => api.GET("/v1/access-grants", { params: { query: { person_id: person, state, limit: 200, cursor } } }))))).flat(),
  });
export const credentialsQuery = (grant: string) =>
  queryOptions({ queryKey: ["credentials", grant], queryFn: () => all((cursor) => api.GET("/v1/access-grants/{grant_id}/credentials", { params: { path: { grant_id: grant }, query: { limit: 200, cursor } } })) });
export const invitationsQuery = (grant: string) =>
  queryOptions({ queryKey: ["invitations", grant], queryFn: () => all((cursor) => api.GET("/v1/access-grants/{grant_id}/invitations", { params: { path: { grant_id: grant }, query: { limit: 200, cursor } } })) });
export const phonesQuery = (person: string) =>
  queryOptions({ queryKey: ["phones", person], queryFn: () => all((cursor) => api.GET("/v1/persons/{person_id}/phones", { params: { path: { person_id: person }, query: { limit: 200, cursor } } })) });
export const schedulesQuery = queryOptions({ queryKey: ["schedules"], queryFn: () => all((cursor) => api.GET("/v1/schedules", { params: { query: { limit: 200, cursor } } })) });

/** What a change of grants makes old here at once; the event that follows does the same everywhere. */
export function forgetAccess(): Promise<unknown> {
  return Promise.all(["grants", "credentials", "invitations", "phones", "persons", "access", "explain"].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}

/** Every door of these grants, once. */
export function doorsOf(grants: Schemas["AccessGrant"][]): string[] {
  return [...new Set(grants.flatMap((grant) => grant.door_ids))];
}

/** "2026-11-22T11:00", as the clocks of a zone show it. */
export function clockAt(instant: Date | string, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(instant)).replace(" ", "T");
}

/** The instant at which the clocks of a zone show this; undefined where it is no time. */
export function instantAt(clock: string, zone: string): string | undefined {
  const wanted = Date.parse(`${clock}Z`);
  if (Number.isNaN(wanted)) return undefined;
  const ahead = (at: number) => Date.parse(`${clockAt(new Date(at), zone)}Z`) - Math.floor(at / 60_000) * 60_000;
  const near = wanted - ahead(wanted);
  return new Date(wanted - ahead(near)).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A day from now on, at an hour of the zone's clock: 1 is tomorrow. */
export function dayAt(days: number, time: string, zone: string): string {
  const day = clockAt(new Date(Date.now() + days * 86_400_000), zone).slice(0, 10);
  return instantAt(`${day}T${time}`, zone) as string;
}
