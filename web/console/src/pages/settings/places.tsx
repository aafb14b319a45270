// SPDX-License-Identifier: Apache-2.0
// What of the workspace somebody is limited to: sites with all their doors, and single doors. None chosen: everywhere.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api.ts";
import { allDoorsQuery, sitesQuery } from "../../queries.ts";

type Scope = Schemas["Scope"];

function idsOf(scope: Scope): string[] {
  return [...(scope?.site_ids ?? []), ...(scope?.door_ids ?? [])];
}

function scopeOf(ids: string[]): Scope {
  const sites = ids.filter((id) => id.startsWith("site_"));
  const doors = ids.filter((id) => id.startsWith("door_"));
  if (ids.length === 0) return null;
  return { ...(sites.length > 0 && { site_ids: sites }), ...(doors.length > 0 && { door_ids: doors }) };
}

export function PlacesSelect({ value, onChange }: { value: Scope; onChange: (scope: Scope) => void }) {
  const { t } = useLingui();
  const sites = useQuery(sitesQuery).data ?? [];
  const doors = useQuery(allDoorsQuery).data ?? [];
  const chosen = idsOf(value);
  return (
    <MultiSelect
      label={t`Where`} description={t`A site with all its doors, also later ones, or single doors. None: everywhere`} placeholder={chosen.length === 0 ? t`Everywhere` : undefined}
      searchable hidePickedOptions limit={100} nothingFoundMessage={t`Nothing has that name`} value={chosen} onChange={(ids) => onChange(scopeOf(ids))}
      data={[{ group: t`Sites`, items: sites.map((one) => ({ value: one.id, label: one.name })) }, { group: t`Doors`, items: doors.map((one) => ({ value: one.id, label: one.name })) }]}
    />
  );
}

/** In a row: the place's name if it is one, how many otherwise. */
export function Places({ scope }: { scope: Scope }) {
  const sites = useQuery(sitesQuery).data ?? [];
  const doors = useQuery(allDoorsQuery).data ?? [];
  const ids = idsOf(scope);
  const count = ids.length;
  if (count === 0) return <Trans>Everywhere</Trans>;
  const only = count === 1 ? [...sites, ...doors].find((one) => one.id === ids[0])?.name : undefined;
  return only ? <>{only}</> : <Plural value={count} one="# place" other="# places" />;
}
