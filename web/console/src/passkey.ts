// SPDX-License-Identifier: Apache-2.0
// Passkeys: between the browser's own calls and the platform's.
import { api, must, type Schemas } from "./api.ts";

export const passkeysWork = "PublicKeyCredential" in window;

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}

export function textOf(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Signs in by cookie with whichever passkey of this place the person picks. Throws what the browser says when they pick none. */
export async function signInWithPasskey(): Promise<Schemas["SignedIn"]> {
  const offer = must(await api.POST("/v1/passkey-challenges"));
  const made = (await navigator.credentials.get({
    publicKey: { challenge: bytesOf(offer.challenge), rpId: offer.relying_party_id, userVerification: "required", timeout: 300_000 },
  })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAssertionResponse;
  return must(
    await api.POST("/v1/sessions/passkey", {
      body: { credential_id: textOf(made.rawId), client_data: textOf(answer.clientDataJSON), authenticator_data: textOf(answer.authenticatorData), signature: textOf(answer.signature), cookie: true },
    }),
  );
}

/** Makes a passkey for whoever is signed in, and tells the platform. */
export async function addPasskey(name: string, password: string): Promise<Schemas["Passkey"]> {
  const offer = must(await api.POST("/v1/account/passkeys/begin", { body: { password } }));
  const made = (await navigator.credentials.create({
    publicKey: {
      challenge: bytesOf(offer.challenge),
      rp: { id: offer.relying_party_id, name: "Cardea" },
      user: { id: bytesOf(offer.user.id), name: offer.user.name, displayName: offer.user.display_name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: offer.known.map((id) => ({ type: "public-key" as const, id: bytesOf(id) })),
      attestation: "none",
      timeout: 300_000,
    },
  })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return must(await api.POST("/v1/account/passkeys", { body: { name, client_data: textOf(answer.clientDataJSON), authenticator_data: textOf(answer.getAuthenticatorData()) } }));
}
