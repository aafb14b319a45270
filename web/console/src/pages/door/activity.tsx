// SPDX-License-Identifier: Apache-2.0
// What happened at this door, in a period.
import { Trans, useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import type { Schemas } from "../../api.ts";
import { EventList } from "../../parts/eventList.tsx";
import { ExportMenu } from "../../parts/export.tsx";
import { Period } from "../../parts/period.tsx";
import type { EventFilter } from "../../queries.ts";
import { useFilters } from "../../search.ts";

export function DoorActivity({ door }: { door: Schemas["Door"] }) {
  const { t } = useLingui();
  const [{ type, from, to }, change] = useFilters<{ type?: string; from?: string; to?: string }>();
  const filter: EventFilter = { door: door.id, type: type as Schemas["EventType"] | undefined, from, to };
  return (
    <div className="stack">
      <div className="filters">
        <SegmentedControl size="xs" aria-label={t`Kind`} value={type ?? "all"} onChange={(value) => change({ type: value === "all" ? undefined : value })} data={[{ value: "all", label: t`Everything` }, { value: "access.granted", label: t`Opened` }, { value: "access.refused", label: t`Refused` }]} />
        <Period from={from} to={to} onChange={change} />
        <span className="grow" />
        <ExportMenu filter={filter} />
      </div>
      <EventList filter={filter} hideDoor empty={<Trans>Widen the period to see more.</Trans>} />
    </div>
  );
}
