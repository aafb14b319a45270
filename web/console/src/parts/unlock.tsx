// SPDX-License-Identifier: Apache-2.0
// Opening a door from afar, told as it is: asked, sent, and opened only when the lock itself says so.
import { useLingui } from "@lingui/react";
import { Trans, useLingui as useMacro } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconLockOpen } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, codeOf, must, type Schemas } from "../api.ts";
import { useEvents } from "../live.ts";
import { State } from "./state.tsx";
import { timeText } from "./time.tsx";
import { problemWords, reasonWords } from "./words.ts";

const silenceMs = 8_000;

export type Progress =
  | { kind: "idle" }
  | { kind: "asking" | "sent" | "silent"; at: Date }
  | { kind: "opened"; at: Date }
  | { kind: "refused"; reason: Schemas["LockReason"] | null }
  | { kind: "failed"; error: unknown };

const isPending = (progress: Progress) => progress.kind === "asking" || progress.kind === "sent" || progress.kind === "silent";

export function useUnlock(lock: string) {
  const [progress, setProgress] = useState<Progress>({ kind: "idle" });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The platform writes the request down before it leaves: from then on it may reach the door.
  useEvents(
    useCallback(
      (event: Schemas["Event"]) => {
        if (event.type === "command.asked" && event.lock_id === lock) setProgress((now) => (now.kind === "asking" ? { kind: "sent", at: new Date() } : now));
      },
      [lock],
    ),
  );
  const unlock = useCallback(async () => {
    setProgress({ kind: "asking", at: new Date() });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setProgress((now) => (isPending(now) ? { kind: "silent", at: new Date() } : now)), silenceMs);
    try {
      const { outcome, reason } = must(await api.POST("/v1/locks/{lock_id}/unlock", { params: { path: { lock_id: lock } } }));
      setProgress(outcome === "done" ? { kind: "opened", at: new Date() } : { kind: "refused", reason });
    } catch (error) {
      setProgress(codeOf(error) === "lock_did_not_answer" ? { kind: "silent", at: new Date() } : { kind: "failed", error });
    } finally {
      clearTimeout(timer.current);
    }
  }, [lock]);
  return { progress, unlock, pending: progress.kind === "asking" || progress.kind === "sent" };
}

export function UnlockProgress({ progress, zone }: { progress: Progress; zone?: string }) {
  const { i18n } = useLingui();
  const clock = (at: Date) => timeText(i18n.locale, at, "seconds", zone);
  switch (progress.kind) {
    case "idle": return null;
    case "asking": return <State tone="wait" quiet><Trans>Asking the door…</Trans></State>;
    case "sent": return <State tone="wait" quiet><Trans>Sent {clock(progress.at)}, waiting for the lock</Trans></State>;
    case "silent": return <State tone="unknown"><Trans>The door did not answer. It may still open.</Trans></State>;
    case "opened": return <State tone="ok" quiet><Trans>Opened {clock(progress.at)}</Trans></State>;
    case "refused": return <State tone="warn">{progress.reason ? reasonWords(progress.reason) : <Trans>The lock refused</Trans>}</State>;
    case "failed": return <State tone="bad">{problemWords(progress.error)}</State>;
  }
}

/** The button and what came of it, in a place that is as large before as after. */
export function Unlock({ lock, door, zone, size = "xs", emphasis }: { lock: string; door: string; zone?: string; size?: string; emphasis?: boolean }) {
  const { t } = useMacro();
  const { progress, unlock, pending } = useUnlock(lock);
  return (
    <span className="row above unlock">
      <span role="status" className="cut"><UnlockProgress progress={progress} zone={zone} /></span>
      <Button
        size={size}
        variant={emphasis ? "filled" : "default"}
        leftSection={<IconLockOpen size={15} aria-hidden />}
        aria-label={t`Unlock ${door}`}
        aria-disabled={pending}
        data-busy={pending || undefined}
        onClick={() => !pending && void unlock()}
      >
        {pending ? <Trans>Unlocking…</Trans> : <Trans>Unlock</Trans>}
      </Button>
    </span>
  );
}
