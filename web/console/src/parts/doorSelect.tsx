// SPDX-License-Identifier: Apache-2.0
// One door, or several, of perhaps ten thousand, found by a few letters of their names or their site's.
import { useLingui } from "@lingui/react/macro";
import { MultiSelect, Select, VisuallyHidden, type MultiSelectProps, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
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
  const doors = found.data?.items ?? [];
  return { doors: (isLooking ? doors.filter(isMeant) : doors).map(optionOf), isLooking, hasMore: found.data?.hasMore ?? false };
}

/** What a field says while it is open and there are more doors than it offers: `words` to be seen above them, `heard` to be heard. */
export function useMoreDoors(hasMore: boolean, { dropdownOpened, onDropdownOpen, onDropdownClose }: Pick<SelectProps, "dropdownOpened" | "onDropdownOpen" | "onDropdownClose"> = {}) {
  const { t } = useLingui();
  const [opened, setOpened] = useState(false);
  const isOpen = dropdownOpened ?? opened;
  const turn = (to: boolean, tell?: () => void) => () => {
    setOpened(to);
    tell?.();
  };
  const words = hasMore ? t`The first ${offeredMax}: type more to narrow it down` : undefined;
  const heard: ReactNode = <VisuallyHidden role="status">{isOpen && words}</VisuallyHidden>;
  return { words, heard, opens: { onDropdownOpen: turn(true, onDropdownOpen), onDropdownClose: turn(false, onDropdownClose) } };
}

/** Options under those words, if there are any. */
const under = (words: string | undefined, options: ReturnType<typeof optionOf>[]) => (words ? [{ group: words, items: options }] : options);

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
  const { doors, isLooking, hasMore } = useDoorsFound(typed === chosen?.name ? "" : typed, { site, hasLock });
  const more = useMoreDoors(hasMore, look);
  return (
    <>
      <Select
        {...look}
        {...more.opens}
        searchable
        value={value ?? null}
        onChange={(door) => onChange(door ?? undefined)}
        searchValue={typed}
        onSearchChange={setTyped}
        data={under(more.words, chosen && !doors.some((door) => door.value === chosen.id) ? [optionOf(chosen), ...doors] : doors)}
        filter={({ options }) => options}
        nothingFoundMessage={isLooking ? undefined : t`Nothing has that name`}
      />
      {more.heard}
    </>
  );
}

export function DoorsSelect({ value, onChange, ...look }: Omit<MultiSelectProps, "data" | "searchValue" | "onSearchChange" | "value" | "onChange"> & { value: string[]; onChange: (doors: string[]) => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const chosen = useDoorsChosen(value);
  const { doors, isLooking, hasMore } = useDoorsFound(typed);
  const more = useMoreDoors(hasMore, look);
  return (
    <>
      <MultiSelect
        {...look}
        {...more.opens}
        searchable
        hidePickedOptions
        value={value}
        onChange={onChange}
        searchValue={typed}
        onSearchChange={setTyped}
        data={under(more.words, [...chosen, ...doors.filter((door) => !value.includes(door.value))])}
        filter={({ options }) => options}
        nothingFoundMessage={isLooking ? undefined : t`Nothing has that name`}
      />
      {more.heard}
    </>
  );
}
