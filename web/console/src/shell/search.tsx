// SPDX-License-Identifier: Apache-2.0
// Ctrl-K: to a page, a door or a person, by a few letters.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Modal, TextInput } from "@mantine/core";
import { IconDoor, IconPlus, IconSearch, IconUser } from "@tabler/icons-react";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { pages } from "../pages.tsx";
import { doorsFoundQuery, personsFoundQuery, sitesQuery, typedQuery } from "../queries.ts";
import { router } from "../router.tsx";
import { useMay } from "../session.ts";

const shownMax = 12;

type Found = { key: string; label: string; note?: string; byPlatform?: true; icon: ReactNode; to: string };

export default function Search({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const may = useMay();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const [settled] = useDebouncedValue(text, 120);
  const asked = typedQuery(settled) ?? "";
  const isAsked = open && asked !== "";
  const doorsFound = useQuery({ ...doorsFoundQuery({ q: asked }), enabled: isAsked && may("doors:read"), placeholderData: keepPreviousData });
  const personsFound = useQuery({ ...personsFoundQuery(asked), enabled: isAsked && may("persons:read"), placeholderData: keepPreviousData });
  const sites = useQuery({ ...sitesQuery, enabled: open && may("sites:read") }).data;
  const doors = asked === "" ? undefined : doorsFound.data?.items;
  const persons = asked === "" ? undefined : personsFound.data;
  const looking = text !== settled || doorsFound.isFetching || personsFound.isFetching;

  const everything = useMemo<Found[]>(() => {
    const siteNames = new Map(sites?.map((site) => [site.id, site.name]));
    return [
      ...pages.flatMap(({ path, place }) => (place && (!place.needs || place.needs.some(may)) ? [{ key: path, label: i18n._(place.label), note: t`Page`, icon: <place.icon size={16} stroke={1.7} />, to: path }] : [])),
      ...(may("doors:write") ? [{ key: "add-door", label: t`Add a door`, note: t`Action`, icon: <IconPlus size={16} />, to: "/doors?add=door" }] : []),
      ...(doors ?? []).map((door) => ({ key: door.id, label: door.name, note: siteNames.get(door.site_id), byPlatform: true as const, icon: <IconDoor size={16} stroke={1.7} />, to: `/doors/${door.id}` })),
      ...(persons ?? []).map((person) => ({ key: person.id, label: person.name, note: person.email ?? person.phone ?? t`Person`, byPlatform: true as const, icon: <IconUser size={16} stroke={1.7} />, to: `/people/${person.id}` })),
    ];
  }, [doors, persons, sites, may, i18n.locale]);

  const found = useMemo(() => {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    // What the platform found, it found by more than can be seen; until it has answered to all that was typed, only what is sure to be meant.
    const fits = (one: Found) => (one.byPlatform && !looking) || words.every((word) => `${one.label} ${one.note ?? ""}`.toLocaleLowerCase().includes(word));
    const begins = (one: Found) => Number(words[0] !== undefined && !one.label.toLocaleLowerCase().startsWith(words[0]));
    return everything.filter(fits).sort((a, b) => begins(a) - begins(b)).slice(0, shownMax);
  }, [everything, text, looking]);

  useEffect(() => setAt(0), [text]);
  useEffect(() => void list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  const go = (one: Found | undefined) => {
    if (!one) return;
    onClose();
    setText("");
    void router.navigate({ href: one.to } as never);
  };
  return (
    <Modal opened={open} onClose={onClose} withCloseButton={false} size={560} padding={0} attributes={{ content: { "aria-label": t`Search` } }}>
      <TextInput
        variant="unstyled"
        size="md"
        px="md"
        py={8}
        data-autofocus
        leftSection={<IconSearch size={17} aria-hidden />}
        leftSectionWidth={26}
        placeholder={t`Doors, people, pages`}
        aria-label={t`Search`}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="found"
        aria-activedescendant={found[at] ? `found-${at}` : undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setAt((now) => Math.min(found.length - 1, Math.max(0, now + (event.key === "ArrowDown" ? 1 : -1))));
          } else if (event.key === "Enter") go(found[at]);
        }}
      />
      <ul className="found" id="found" role="listbox" aria-label={t`Found`} ref={list}>
        {found.map((one, index) => (
          <li key={one.key} id={`found-${index}`} role="option" aria-selected={index === at} onMouseMove={() => setAt(index)} onClick={() => go(one)}>
            {one.icon}
            <span className="cut grow">{one.label}</span>
            <span className="secondary cut">{one.note}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && !looking && <p className="dim" style={{ padding: "12px 18px 20px", margin: 0 }} role="status"><Trans>Nothing has that name</Trans></p>}
    </Modal>
  );
}
