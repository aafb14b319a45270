// SPDX-License-Identifier: Apache-2.0
// The way to the organisation's provider and back: what comes back is worth something only with the handle that this browser kept.
import type { Schemas } from "./api.ts";

const key = "cardea.oidc";
/** `links`: for who is signed in and adds the account; otherwise it signs in, and goes on at `to`. */
export type Kept = { handle?: string; to?: string; links?: boolean };

export const redirectUri = `${location.origin}/sign-in/oidc`;

export function leaveFor(offer: Schemas["OidcOffer"], more: Omit<Kept, "handle">) {
  sessionStorage.setItem(key, JSON.stringify({ handle: offer.handle, ...more }));
  location.assign(offer.authorization_url);
}

export function kept(): Kept {
  return JSON.parse(sessionStorage.getItem(key) ?? "{}") as Kept;
}

export function forget() {
  sessionStorage.removeItem(key);
}
