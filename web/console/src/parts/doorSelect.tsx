// SPDX-License-Identifier: Apache-2.0
// One door, or several, of perhaps ten thousand, found by a few letters of their names or their site's.
import { useLingui } from "@lingui/react/macro";
import { MultiSelect, Select, type MultiSelectProps, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../api.ts";
import { doorQuery, doorsFoundQuery, type DoorFilter } from "../queries.ts";
import { useDoor } from "./names.tsx";

const offeredMax = 50;
const askAfterMs = 150;

const optionOf = (door: Schemas["Door"]) => ({ value: door.id, label: door.name });

/** Doors that what is typed may mean. Until the platform has answered to all of it, only those that are sure to be meant. */
export function useDoorsFound(typed: string, filter: Omit<DoorFilter, "q"> = {}) {
  const text = typed.trim();
  const [asked] = useDebouncedValue(text, askAfterMs);
  const found = useQuery({ ...doorsFoundQuery({ q: asked, ...filter }, offeredMax), placeholderData: keepPreviousData });
  const isLooking = asked !== text || found.isPlaceholderData || found.isPending;
  const words = text.toLocaleLowerCase().split(/\s+/);
  const isMeant = (door: Schemas["Door"]) => words.every((word) => door.name.toLocaleLowerCase().includes(word));
  const doors = found.data ?? [];
  return { doors: (isLooking ? doors.filter(isMeant) : doors).map(optionOf), isLooking };
}

/** Doors that are chosen already, by name. */
export function useDoorsChosen(ids: string[]) {
  const doors = useQueries({ queries: ids.map((id) => ({ ...doorQuery(id), staleTime: 300_000 })) });
  return ids.map((id, index) => ({ value: id, label: doors[index]?.data?.name ?? "…" }));
}

type Props = Omit<SelectProps, "value" | "data" | "onChange" | "searchValue" | "onSearchChange"> & { value: string | undefined; onChange: (door: string | undefined) => void; site?: string; hasLock?: boolean };

export function DoorSelect({ value, onChange, site, hasLock, ...look }: Props) {
  const { t } = useLingui();
  const chosen = useDoor(value);
  const [typed, setTyped] = useState("");
  // What is chosen stands in the field: that is no search.
  const { doors, isLooking } = useDoorsFound(typed === chosen?.name ? "" : typed, { site, hasLock });
  return (
    <Select
      {...look}
      searchable
      value={value ?? null}
      onChange={(door) => onChange(door ?? undefined)}
      searchValue={typed}
      onSearchChange={setTyped}
      data={chosen && !doors.some((door) => door.value === chosen.id) ? [optionOf(chosen), ...doors] : doors}
      filter={({ options }) => options}
      nothingFoundMessage={isLooking ? undefined : t`Nothing has that name`}
    />
  );
}

export function DoorsSelect({ value, onChange, ...look }: Omit<MultiSelectProps, "data" | "searchValue" | "onSearchChange" | "value" | "onChange"> & { value: string[]; onChange: (doors: string[]) => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const chosen = useDoorsChosen(value);
  const { doors, isLooking } = useDoorsFound(typed);
  return (
    <MultiSelect
      {...look}
      searchable
      hidePickedOptions
      value={value}
      onChange={onChange}
      searchValue={typed}
      onSearchChange={setTyped}
      data={[...chosen, ...doors.filter((door) => !value.includes(door.value))]}
      filter={({ options }) => options}
      nothingFoundMessage={isLooking ? undefined : t`Nothing has that name`}
    />
  );
}
