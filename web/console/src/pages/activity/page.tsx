// SPDX-License-Identifier: Apache-2.0
// What happened at all doors and in the console, as it happens; what is shown can be narrowed, sent as a link and saved.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api.ts";
import { DoorSelect } from "../../parts/doorSelect.tsx";
import { EventList } from "../../parts/eventList.tsx";
import { ExportMenu } from "../../parts/export.tsx";
import { Page } from "../../parts/page.tsx";
import { Period } from "../../parts/period.tsx";
import { eventTypes, eventWords } from "../../parts/words.ts";
import { personQuery, type EventFilter } from "../../queries.ts";
import { useSite } from "../../scope.ts";
import { useFilters } from "../../search.ts";

type Filters = { type?: string; door?: string; person?: string; from?: string; to?: string };

export default function Activity() {
  const { t } = useLingui();
  const site = useSite();
  const [filters, change] = useFilters<Filters>();
  const person = useQuery({ ...personQuery(filters.person ?? ""), enabled: !!filters.person }).data;
  const filter: EventFilter = { ...filters, type: filters.type as Schemas["EventType"] | undefined, site };
  const quick = filters.type === undefined ? "all" : filters.type === "access.granted" || filters.type === "access.refused" ? filters.type : "other";
  const narrowed = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={<Trans>Activity</Trans>} name={t`Activity`} wide actions={<ExportMenu filter={filter} />}>
      <div className="filters">
        <SegmentedControl
          size="xs"
          aria-label={t`Kind`}
          value={quick}
          onChange={(value) => value !== "other" && change({ type: value === "all" ? undefined : value })}
          data={[{ value: "all", label: t`Everything` }, { value: "access.granted", label: t`Opened` }, { value: "access.refused", label: t`Refused` }, ...(quick === "other" ? [{ value: "other", label: t`Chosen kind` }] : [])]}
        />
        <Select size="xs" w={190} aria-label={t`Kind of event`} placeholder={t`Kind of event`} searchable clearable limit={60} comboboxProps={{ width: 280, position: "bottom-start" }} nothingFoundMessage={t`Nothing has that name`} value={filters.type ?? null} data={eventTypes.map((type) => ({ value: type, label: eventWords(type) }))} onChange={(type) => change({ type: type ?? undefined })} clearButtonProps={{ "aria-label": t`Clear` }} />
        <DoorSelect size="xs" w={170} aria-label={t`Door`} placeholder={t`All doors`} clearable site={site} value={filters.door} onChange={(door) => change({ door })} clearButtonProps={{ "aria-label": t`Clear` }} />
        <Period from={filters.from} to={filters.to} onChange={change} />
        {filters.person && <Button variant="default" onClick={() => change({ person: undefined })}><Trans>Only {person?.name ?? "…"}</Trans>&nbsp; ×</Button>}
        {narrowed && <Button variant="subtle" color="gray" c="var(--c-dim)" onClick={() => change({ type: undefined, door: undefined, person: undefined, from: undefined, to: undefined })}><Trans>Show everything</Trans></Button>}
      </div>
      <EventList filter={filter} empty={narrowed ? <Trans>Widen the period, or show everything.</Trans> : <Trans>Openings, refusals and what is done in the console appear here as they happen.</Trans>} />
    </Page>
  );
}
