// SPDX-License-Identifier: Apache-2.0
// The one event stream of this page, for as long as somebody is signed in.
import { useEffect, useSyncExternalStore } from "react";
import { follow, type Live, type LiveEvent, type LiveState } from "../../shared/live/stream.ts";

const listeners = new Set<(event: LiveEvent) => void>();
const watchers = new Set<() => void>();
let state: LiveState = { is: "connecting" };
let stream: Live | undefined;

export function startLive() {
  stream ??= follow({
    onEvent: (event) => listeners.forEach((heard) => heard(event)),
    onState: (next) => {
      state = next;
      watchers.forEach((watcher) => watcher());
    },
  });
}

export function stopLive() {
  stream?.close();
  stream = undefined;
  state = { is: "connecting" };
}

/** Calls `heard` with each event from now on; the answer ends that. */
export function onEvent(heard: (event: LiveEvent) => void): () => void {
  listeners.add(heard);
  return () => void listeners.delete(heard);
}

export function useEvents(heard: (event: LiveEvent) => void) {
  useEffect(() => onEvent(heard), [heard]);
}

export function onLiveState(changed: (state: LiveState) => void): () => void {
  const watcher = () => changed(state);
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (watcher) => (watchers.add(watcher), () => void watchers.delete(watcher)),
    () => state,
  );
}
