// SPDX-License-Identifier: Apache-2.0
// The platform's API as this page's session sees it: same origin, by cookie.
import { cardea, must, Refused, type Schemas } from "../../shared/api/client.ts";

export { must, Refused };
export type { Schemas };

export const api = cardea({ url: "" });

/** The problem's code, or undefined when it was no answer of the platform. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Refused ? error.problem.code : undefined;
}
