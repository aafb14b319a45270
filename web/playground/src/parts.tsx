// SPDX-License-Identifier: Apache-2.0
// What the parts of the page are made of.
import type { ComponentChildren } from "preact";
import type { World } from "./world.ts";

/** What every part is given: the world as it is, and a way to change it. */
export interface Play {
  world: World;
  act: (action: (world: World) => void) => void;
}

export function Card({ id, title, hint, children }: { id: string; title: string; hint?: string; children: ComponentChildren }) {
  return (
    <section class={`card ${id}`} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {children}
    </section>
  );
}

/** A button, and what it does in a sentence. */
export function Control({ label, hint, disabled = false, onClick }: { label: string; hint: string; disabled?: boolean; onClick: () => void }) {
  return (
    <div class="control">
      <button type="button" class="second" disabled={disabled} onClick={onClick}>
        {label}
      </button>
      <p class="hint">{hint}</p>
    </div>
  );
}
