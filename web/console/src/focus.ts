// SPDX-License-Identifier: Apache-2.0
// What has the focus may go, as a button does that was pressed, or a dialog whose opener went before it. Whoever has no mouse goes on from
// where they were: the nearest part of the page that is still there takes the focus then. A button that only rests while it works has it again.

const parts = "li, [role=listitem], [role=list], section, [role=dialog], main";
/** A dialog gives the focus back by itself, a moment after it went. */
const waitMs = 50;

let at: Element[] = []; // what had the focus last, and all that it was in
let timer: ReturnType<typeof setTimeout> | undefined;

const isNowhere = () => document.activeElement === null || document.activeElement === document.body;

function catchFocus() {
  const [last] = at;
  if (!isNowhere() || !last || last.isConnected) return;
  const part = at.find((one) => one.isConnected && one.matches(parts)) ?? document.querySelector("main");
  if (!(part instanceof HTMLElement)) return;
  if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

function look(changes: MutationRecord[]) {
  const [last] = at;
  if (!isNowhere() || !(last instanceof HTMLElement)) return;
  if (!last.isConnected) {
    clearTimeout(timer);
    timer = setTimeout(catchFocus, waitMs);
  } else if (changes.some(({ target, type }) => target === last && type === "attributes") && !last.matches(":disabled")) last.focus({ preventScroll: true });
}

export function keepFocus() {
  document.addEventListener("focusin", ({ target }) => {
    at = [];
    for (let one = target instanceof Element ? target : null; one; one = one.parentElement) at.push(one);
  });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
}
