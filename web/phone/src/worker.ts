// SPDX-License-Identifier: Apache-2.0
// Keeps the app itself on the phone, so that it opens without a network. It keeps no answer of the API, and nothing of a person's.
export {};
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asking extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", then: (event: Lasting) => void): void;
  addEventListener(name: "fetch", then: (event: Asking) => void): void;
}
const worker = self as unknown as Worker;

/** Put in by the build: each file of the app, and a digest of all. */
declare const __FILES__: string[];
declare const __DIGEST__: string;

const cacheName = `cardea-${__DIGEST__}`;
const page = "/";

worker.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName);
      await cache.addAll(__FILES__.map((file) => new Request(file, { cache: "reload" })));
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin || address.pathname.startsWith("/v1/")) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(cacheName);
      return (await cache.match(request.mode === "navigate" ? page : address.pathname)) ?? fetch(request);
    })(),
  );
});
