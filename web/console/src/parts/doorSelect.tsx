// SPDX-License-Identifier: Apache-2.0
// One door of perhaps ten thousand, found by a few letters of its name or its site's.
import { useLingui } from "@lingui/react/macro";
import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { doorsFoundQuery } from "../queries.ts";
import { useDoor } from "./names.tsx";

type Props = Omit<SelectProps, "value" | "data" | "onChange" | "searchValue" | "onSearchChange"> & { value: string | undefined; onChange: (door: string | undefined) => void; site?: string; hasLock?: boolean };

export function DoorSelect({ value, onChange, site, hasLock, ...look }: Props) {
  const { t } = useLingui();
  const chosen = useDoor(value);
  const [typed, setTyped] = useState("");
  const [text] = useDebouncedValue(typed, 150);
  // What is chosen stands in the field: that is no search.
  const found = useQuery({ ...doorsFoundQuery({ q: text === chosen?.name ? "" : text, site, hasLock }), placeholderData: keepPreviousData }).data ?? [];
  const doors = chosen && !found.some((door) => door.id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      {...look}
      searchable
      value={value ?? null}
      onChange={(door) => onChange(door ?? undefined)}
      searchValue={typed}
      onSearchChange={setTyped}
      data={doors.map((door) => ({ value: door.id, label: door.name }))}
      filter={({ options }) => options}
      nothingFoundMessage={t`Nothing has that name`}
    />
  );
}
