// SPDX-License-Identifier: Apache-2.0
// Steps of which one is shown at a time. What had the focus goes with its step, so the next one takes it.
import { useEffect, useRef } from "react";

/** For the list of steps; what `selector` finds in the one that is current takes the focus when another one becomes it. */
export function useStepFocus(at: number, selector: string) {
  const list = useRef<HTMLOListElement>(null);
  const shown = useRef<number>(undefined);
  useEffect(() => {
    if (shown.current === at) return;
    const target = list.current?.querySelector<HTMLElement>(`[aria-current=step] :is(${selector})`);
    if (!target) return; // it is not drawn yet
    if (shown.current !== undefined) target.focus();
    shown.current = at;
  });
  return list;
}
