// SPDX-License-Identifier: Apache-2.0
// The platform's API for TypeScript, in browsers and Node.js: openapi-fetch over the types of spec/openapi.yaml.
//
//   const api = cardea({ url: "https://cardea.example.org", key });
//   const door = must(await api.GET("/v1/doors/{door_id}", { params: { path: { door_id } } }));
//
// Answers are read leniently: a member that this version does not know is passed on and hurts nobody (docs/api.md).
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

export type Schemas = components["schemas"];
export type Cardea = Client<paths>;

const tryCountMax = 3;

/** `key`: an API key, or the token of a session; nothing where a browser has the cookie. */
export function cardea({ url, key }: { url: string; key?: string }): Cardea {
  const headers = key === undefined ? undefined : { Authorization: `Bearer ${key}` };
  return createClient<paths>({ baseUrl: url, headers, fetch: send });
}

/**
 * Sends once more what got no answer, or found the store busy: what reads, and what carries an Idempotency-Key, which every POST does.
 * A PATCH or DELETE is sent once: with If-Match, the second would hear of the first.
 */
async function send(request: Request): Promise<Response> {
  if (request.method === "POST" && !request.headers.has("Idempotency-Key"))
    request.headers.set("Idempotency-Key", crypto.randomUUID());
  const tries = request.method === "GET" || request.method === "POST" ? tryCountMax : 1;
  for (let made = 1; ; made++) {
    try {
      const answer = await fetch(request.clone());
      if (answer.status !== 503 || made === tries) return answer;
    } catch (error) {
      if (made === tries) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250 * made));
  }
}

/** What the platform refused, and why. */
export class Refused extends Error {
  readonly problem: Schemas["Problem"];
  constructor(problem: Schemas["Problem"]) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "Refused";
    this.problem = problem;
  }
}

/** The data of an answer; throws Refused when there is a problem instead. */
export function must<T>(answer: { data?: T; error?: Schemas["Problem"] | undefined; response: Response }): T {
  if (answer.error !== undefined) throw new Refused(answer.error);
  return answer.data as T;
}

/** Every item of a list, page by page: `for await (const door of each((cursor) => api.GET("/v1/doors", { params: { query: { cursor } } })))`. */
export async function* each<T>(
  page: (cursor?: string) => Promise<{ data?: { items: T[]; next: string | null }; error?: Schemas["Problem"] | undefined; response: Response }>,
): AsyncGenerator<T> {
  for (let cursor: string | undefined; ; ) {
    const { items, next } = must(await page(cursor));
    yield* items;
    if (next === null) return;
    cursor = next;
  }
}
