// SPDX-License-Identifier: Apache-2.0
// What happens, as it happens: /v1/events/stream, read with fetch() because EventSource tells nobody that it has gone silent.
// Comes back by itself after the last position that it knows, so that nothing is missing and nothing comes twice.
//
//   const live = follow({ onEvent: (event) => …, onState: (state) => … });
//   live.close();
//
// A page that nobody looks at holds no connection: a browser has six for an origin, and every tab wants one.
import type { Schemas } from "../api/client.ts";

export type LiveEvent = Schemas["Event"];

/**
 * connecting: not yet; live: what is shown is so; stale: not heard from since `at`, which the page must say; refused: the platform
 * will not have us (the session has ended), and nobody tries again.
 */
export type LiveState =
  | { is: "connecting" }
  | { is: "live" }
  | { is: "stale"; at: Date }
  | { is: "refused"; status: number };

export interface LiveOptions {
  onEvent(event: LiveEvent, position: number): void;
  onState(state: LiveState): void;
  /** "" in a browser: the own origin. */
  base?: string;
  key?: string;
  /** The stream's filters: door_id, type … */
  filters?: Record<string, string>;
  /** Begin after this position; else with what happens from now on. */
  after?: number;
  /** The platform is heard at least every 15 s. */
  silenceMs?: number;
  retryMs?: { first: number; most: number };
}

export interface Live {
  close(): void;
}

/** Takes a stream's text in whatever pieces it comes, and says what is in it. */
export class ServerSent {
  #rest = "";
  #id: string | undefined;
  #data: string[] = [];
  readonly #take: (id: string | undefined, data: string | undefined) => void;

  constructor(take: (id: string | undefined, data: string | undefined) => void) {
    this.#take = take;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line.endsWith("\r") ? line.slice(0, -1) : line);
  }

  #line(line: string): void {
    if (line === "") {
      if (this.#id !== undefined || this.#data.length > 0)
        this.#take(this.#id, this.#data.length > 0 ? this.#data.join("\n") : undefined);
      this.#id = undefined;
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") this.#id = value;
    if (name === "data") this.#data.push(value);
  }
}

export function follow(options: LiveOptions): Live {
  const { onEvent, onState, base = "", key, filters = {}, silenceMs = 25_000, retryMs = { first: 1_000, most: 15_000 } } = options;
  let position = options.after;
  let heardAt: Date | undefined;
  let closed = false;
  let current: AbortController | undefined;
  let wake: (() => void) | undefined;
  let waitMs = retryMs.first;
  const page = typeof document === "undefined" ? undefined : document;

  const say = (state: LiveState): void => {
    if (!closed) onState(state);
  };
  const lost = (): void => {
    say(heardAt === undefined ? { is: "connecting" } : { is: "stale", at: heardAt });
  };

  /** The platform sends a position at once, so there is always one to come back to. */
  const heard = (): void => {
    heardAt = new Date();
    waitMs = retryMs.first;
  };

  async function read(body: ReadableStream<Uint8Array<ArrayBuffer>>, abort: AbortController): Promise<void> {
    const sent = new ServerSent((id, data) => {
      if (closed) return;
      if (data !== undefined) onEvent(JSON.parse(data) as LiveEvent, Number(id));
      if (id !== undefined) position = Number(id);
    });
    const text = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const silence = setTimeout(() => abort.abort(), silenceMs);
      try {
        const { done, value } = await text.read();
        if (done) return;
        heard();
        sent.push(value);
      } finally {
        clearTimeout(silence);
      }
    }
  }

  /** Until it breaks off. */
  async function connect(abort: AbortController): Promise<void> {
    const query = new URLSearchParams(filters);
    if (position !== undefined) query.set("after", String(position));
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (key !== undefined) headers["Authorization"] = `Bearer ${key}`;
    const silence = setTimeout(() => abort.abort(), silenceMs);
    const answer = await fetch(`${base}/v1/events/stream?${query}`, { headers, signal: abort.signal, cache: "no-store" }).finally(() =>
      clearTimeout(silence),
    );
    if (answer.status === 401 || answer.status === 403) {
      say({ is: "refused", status: answer.status });
      close();
      return;
    }
    if (!answer.ok || answer.body === null) return;
    heard();
    say({ is: "live" });
    await read(answer.body, abort);
  }

  const isHidden = (): boolean => page?.visibilityState === "hidden";

  /** A while, or until somebody looks. */
  const pause = (ms: number | undefined): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function run(): Promise<void> {
    while (!closed) {
      if (isHidden()) {
        await pause(undefined);
        continue;
      }
      current = new AbortController();
      try {
        await connect(current);
      } catch {
        // The network, or silence: it comes back.
      }
      if (closed) return;
      lost();
      await pause(waitMs);
      waitMs = Math.min(waitMs * 2, retryMs.most);
    }
  }

  const looked = (): void => {
    if (isHidden()) current?.abort();
    else wake?.();
  };

  /** The machine knows before the silence is long enough. */
  const cut = (): void => current?.abort();
  const back = (): void => wake?.();

  function close(): void {
    closed = true;
    page?.defaultView?.removeEventListener("offline", cut);
    page?.defaultView?.removeEventListener("online", back);
    page?.removeEventListener("visibilitychange", looked);
    current?.abort();
    wake?.();
  }

  page?.addEventListener("visibilitychange", looked);
  page?.defaultView?.addEventListener("offline", cut);
  page?.defaultView?.addEventListener("online", back);
  say({ is: "connecting" });
  void run();
  return { close };
}
