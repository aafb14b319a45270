// SPDX-License-Identifier: Apache-2.0
// A state as a shape and words. `ok` is only for what a lock itself has confirmed; what nobody knows is `unknown`.
import type { ReactNode } from "react";

export type Tone = "ok" | "wait" | "warn" | "bad" | "unknown" | "none" | "steady";

export function State({ tone, children, quiet }: { tone: Tone; children: ReactNode; quiet?: boolean }) {
  return (
    <span className={quiet ? "state" : `state ${tone}`}>
      <span className={`mark ${tone}`} aria-hidden />
      <span className="cut">{children}</span>
    </span>
  );
}
