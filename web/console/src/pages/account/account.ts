// SPDX-License-Identifier: Apache-2.0
// What belongs to whoever is signed in, as it is read.
import { queryOptions } from "@tanstack/react-query";
import { api, must } from "../../api.ts";
import { queryClient } from "../../queries.ts";

export const passkeysQuery = queryOptions({ queryKey: ["passkeys"], queryFn: async () => must(await api.GET("/v1/account/passkeys")).items });
export const sessionsQuery = queryOptions({ queryKey: ["sessions"], queryFn: async () => must(await api.GET("/v1/sessions")).items });
export const oidcLinksQuery = queryOptions({ queryKey: ["oidc-links"], queryFn: async () => must(await api.GET("/v1/account/oidc-links")).items });

/** After a change of how one signs in: it may have ended other sessions too. */
export function forgetAccount(): Promise<unknown> {
  return Promise.all(["account", "passkeys", "sessions", "oidc-links"].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}
