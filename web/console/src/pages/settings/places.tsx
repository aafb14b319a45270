// SPDX-License-Identifier: Apache-2.0
// What of the workspace somebody is limited to: sites with all their doors, and single doors. None chosen: everywhere.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api.ts";
import { useDoorsChosen, useDoorsFound, useMoreDoors } from "../../parts/doorSelect.tsx";
import { useDoor } from "../../parts/names.tsx";
import { sitesQuery } from "../../queries.ts";

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
  const [typed, setTyped] = useState("");
  const { doors, isLooking, hasMore } = useDoorsFound(typed);
  const more = useMoreDoors(hasMore);
  const chosen = idsOf(value);
  const chosenDoors = useDoorsChosen(value?.door_ids ?? []);
  const words = typed.toLocaleLowerCase().split(/\s+/);
  // What is chosen needs its name, and is not offered again.
  const sitesOffered = sites.filter((one) => chosen.includes(one.id) || words.every((word) => one.name.toLocaleLowerCase().includes(word)));
  const groups = [
    { group: t`Sites`, items: sitesOffered.map((one) => ({ value: one.id, label: one.name })) },
    { group: more.words ? `${t`Doors`} · ${more.words}` : t`Doors`, items: [...chosenDoors, ...doors.filter((one) => !chosen.includes(one.value))] },
  ];
  return (
    <>
      <MultiSelect
        label={t`Where`} description={t`A site with all its doors, also later ones, or single doors. None: everywhere`} placeholder={chosen.length === 0 ? t`Everywhere` : undefined}
        searchable hidePickedOptions nothingFoundMessage={isLooking ? undefined : t`Nothing has that name`} value={chosen} onChange={(ids) => onChange(scopeOf(ids))}
        searchValue={typed} onSearchChange={setTyped} data={groups} filter={({ options }) => options.filter((one) => !("items" in one) || one.items.length > 0)} {...more.opens}
      />
      {more.heard}
    </>
  );
}

/** In a row: the place's name if it is one, how many otherwise. */
export function Places({ scope }: { scope: Scope }) {
  const sites = useQuery(sitesQuery).data ?? [];
  const ids = idsOf(scope);
  const count = ids.length;
  const id = count === 1 ? ids[0] : undefined;
  const door = useDoor(id?.startsWith("door_") ? id : undefined);
  if (count === 0) return <Trans>Everywhere</Trans>;
  const only = door?.name ?? sites.find((one) => one.id === id)?.name;
  return only ? <>{only}</> : <Plural value={count} one="# place" other="# places" />;
}
