// SPDX-License-Identifier: Apache-2.0
// The platform, as a phone talks to it: POSTs of JSON to its own origin, and what comes back is data or a Refused.
import type { components } from "../../shared/api/schema.d.ts";

export type Schemas = components["schemas"];

/** The platform said no, and why. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;
  constructor(problem: Schemas["Problem"]) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}

const patienceMs = 15_000;

/** `body`: JSON, as it is sent: an order's mac is over these bytes. */
async function send<T>(path: string, body: string, headers: Record<string, string> = {}): Promise<T> {
  let answer: Response;
  let content: unknown;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(patienceMs),
    });
    content = await answer.json();
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (answer.ok) return content as T;
  const problem = content as Partial<Schemas["Problem"]>;
  if (typeof problem.code !== "string") throw new Unreachable(`status ${answer.status}`); // a proxy's page
  throw new Refused(problem as Schemas["Problem"]);
}

/** Whether anybody may add a lock of their own here. Of a platform that does not answer: no. */
async function offersHomes(): Promise<boolean> {
  try {
    const answer = await fetch("/v1/health", { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
    return answer.ok && ((await answer.json()) as Schemas["Health"]).homes;
  } catch {
    return false;
  }
}

const post = <T>(path: string, body: object) => send<T>(path, JSON.stringify(body));

export const platform = {
  offersHomes,
  home: (body: Schemas["HomeCreate"]) => post<Schemas["Home"]>("/v1/homes", body),
  open: (invitation: string) => post<Schemas["OpenedInvitation"]>("/v1/invitations/open", { invitation }),
  claim: (body: Schemas["InvitationClaim"]) => post<Schemas["ClaimedPhone"]>("/v1/invitations/claim", body),
  pin: (body: Schemas["InvitationPin"]) => post<Schemas["ChosenPin"]>("/v1/invitations/pin", body),
  schedule: (body: Schemas["ScheduleRequest"]) => post<Schemas["SealedSchedule"]>("/v1/phones/schedule", body),
  leases: (body: Schemas["LeaseRequest"]) => post<Schemas["SealedSchedule"]>("/v1/phones/leases", body),
  order: <T>(path: string, body: string, mac: string) => send<T>(path, body, { "Cardea-Phone-Mac": mac }),
};
