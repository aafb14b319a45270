// SPDX-License-Identifier: Apache-2.0
// An alert's name, drawn as grave as it is, and which alerts come first.
import { Plural } from "@lingui/react/macro";
import type { Schemas } from "../api.ts";
import { State } from "./state.tsx";
import { alertWords } from "./words.ts";

type Alert = Schemas["Alert"];
const tones = { critical: "bad", warning: "warn", info: "none" } as const;
const gravity = { critical: 0, warning: 1, info: 2 } as const;

export function AlertName({ alert }: { alert: Alert }) {
  return <State tone={tones[alert.severity]} quiet>{alertWords(alert.type)}</State>;
}

/** How often it happened, where that is more than once. */
export function AlertCount({ alert }: { alert: Alert }) {
  const { count } = alert;
  return count > 1 ? <Plural value={count} one="# time" other="# times" /> : null;
}

/** Those of this site and those of no site, the gravest first. */
export function alertsOf(site: string | undefined, alerts: Alert[]): Alert[] {
  return alerts.filter((alert) => !site || alert.site_id === null || alert.site_id === site).sort((a, b) => gravity[a.severity] - gravity[b.severity]);
}
