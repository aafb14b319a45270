// SPDX-License-Identifier: Apache-2.0
// Who is signed in here, and what they may do.
import { useQuery } from "@tanstack/react-query";
import { api, must, type Schemas } from "./api.ts";
import { stopLive } from "./live.ts";
import { accountQuery, queryClient } from "./queries.ts";
import { router } from "./router.tsx";

export function useAccount(): Schemas["Account"] | null | undefined {
  return useQuery(accountQuery).data;
}

/** Whether whoever is signed in may do this. What they may not, they are not offered. */
export function useMay(): (permission: Schemas["Permission"]) => boolean {
  const account = useAccount();
  return (permission) => account?.permissions.includes(permission) ?? false;
}

/** After signing in: to where they wanted to go, or home. */
export async function enter(to?: string) {
  queryClient.clear();
  await queryClient.fetchQuery(accountQuery);
  // Only within this console.
  const inside = to?.startsWith("/") && !to.startsWith("//") ? to : "/";
  await router.navigate({ href: inside, replace: true } as never);
}

/** First away from what needs somebody: a frame that finds nobody remembers its page as where to go next. */
async function leave() {
  stopLive();
  await router.navigate({ to: "/sign-in" as never });
  queryClient.clear();
  queryClient.setQueryData(accountQuery.queryKey, null);
}

export async function signOut(session: string) {
  await api.DELETE("/v1/sessions/{session_id}", { params: { path: { session_id: session } } });
  await leave();
}

/** Here too. Throws when the platform has not done it. */
export async function signOutEverywhere() {
  must(await api.DELETE("/v1/sessions"));
  await leave();
}
