// SPDX-License-Identifier: Apache-2.0
// All doors of the chosen site. Pages of the list are read as somebody scrolls, and a lock's state when its row is seen.
import { useLingui as useI18n } from "@lingui/react";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Schemas } from "../../api.ts";
import { AddDoor } from "../../parts/addDoor.tsx";
import { Battery, LockState, useLock } from "../../parts/lock.tsx";
import { LongList } from "../../parts/longList.tsx";
import { Empty, Failed, LoadingRows, Page } from "../../parts/page.tsx";
import { differs, timeText, useNow } from "../../parts/time.tsx";
import { Unlock } from "../../parts/unlock.tsx";
import { doorsQuery, sitesQuery } from "../../queries.ts";
import { useSite } from "../../scope.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";

const rowHeight = 52;

function DoorRow({ door, siteName, scrolling }: { door: Schemas["Door"]; siteName?: string; scrolling: boolean }) {
  const { i18n } = useI18n();
  const may = useMay();
  const now = useNow();
  // While somebody scrolls past, nothing is asked for.
  const lock = useLock(door.lock_id, !scrolling).data;
  const known = door.lock_id === null ? null : lock;
  return (
    <div className="line pick door">
      <span className="grow cut">
        <Link className="cover" to="/doors/$doorId" params={{ doorId: door.id }}>{door.name}</Link>
        <span className="secondary cut" style={{ display: "block" }}>
          {siteName}
          {differs(door.zone) && <> · {timeText(i18n.locale, new Date(now), "time", door.zone)}</>}
        </span>
      </span>
      <span className="cut lock"><LockState lock={known} /></span>
      <span className="battery">{lock?.state === "active" && <Battery percent={lock.battery_percent} />}</span>
      <span className="act">
        {lock?.state === "active" && may("locks:unlock") && <Unlock lock={lock.id} door={door.name} zone={door.zone} />}
        {door.lock_id === null && may("locks:activate") && (
          <Button className="above" variant="default" component={Link} to={"/install" as string} search={{ door: door.id } as never}><Trans>Install a lock</Trans></Button>
        )}
      </span>
    </div>
  );
}

export default function Doors() {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const may = useMay();
  const site = useSite();
  const navigate = useNavigate();
  const [{ q, show, add }, change] = useFilters<{ q?: string; show?: string; add?: string }>();
  const [typed] = useDebouncedValue(q, 150);
  const doors = useInfiniteQuery({ ...doorsQuery({ site, q: typed, hasLock: show === "no-lock" ? false : undefined }), placeholderData: keepPreviousData });
  const sites = useQuery(sitesQuery).data;
  const siteNames = useMemo(() => new Map(sites?.map((one) => [one.id, one.name])), [sites]);
  const items = useMemo(() => doors.data?.pages.flatMap((page) => page.items) ?? [], [doors.data]);
  const narrowed = !!q || !!show;
  const count = items.length;
  const number = new Intl.NumberFormat(i18n.locale).format(count);
  return (
    <Page
      title={<Trans>Doors</Trans>}
      name={t`Doors`}
      actions={may("doors:write") && <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => change({ add: "door" })}><Trans>Add door</Trans></Button>}
    >
      <div className="filters">
        <TextInput size="xs" w={260} leftSection={<IconSearch size={15} aria-hidden />} placeholder={t`Search doors`} aria-label={t`Search doors`} value={q ?? ""} onChange={(event) => change({ q: event.currentTarget.value || undefined })} />
        <SegmentedControl size="xs" aria-label={t`Show`} value={show ?? "all"} onChange={(value) => change({ show: value === "all" ? undefined : value })} data={[{ value: "all", label: t`All` }, { value: "no-lock", label: t`Without a lock` }]} />
        <span className="grow" />
        <span className="dim number" role="status">
          {doors.isSuccess && (doors.hasNextPage ? <Trans>{number} and more</Trans> : <Plural value={count} one="# door" other="# doors" />)}
        </span>
      </div>
      <div className="panel">
        <div className="line head door" aria-hidden>
          <span><Trans>Door</Trans></span>
          <span className="lock"><Trans>Lock</Trans></span>
          <span className="battery"><Trans>Battery</Trans></span>
          <span />
        </div>
        {doors.isPending ? (
          <LoadingRows count={12} height={rowHeight} />
        ) : doors.isError && items.length === 0 ? (
          <Failed error={doors.error} retry={() => void doors.refetch()} />
        ) : items.length === 0 && !narrowed ? (
          <Empty title={<Trans>No doors yet</Trans>} actions={may("doors:write") && <Button onClick={() => change({ add: "door" })}><Trans>Add a door</Trans></Button>}>
            <Trans>A door has a name, a time zone, and a lock once one is installed.</Trans>
          </Empty>
        ) : items.length === 0 ? (
          <Empty title={<Trans>No door matches</Trans>} actions={<Button variant="default" onClick={() => change({ q: undefined, show: undefined })}><Trans>Show all doors</Trans></Button>} />
        ) : (
          <LongList label={t`Doors`} items={items} pages={doors} height={() => rowHeight} keyOf={(door) => door.id}>
            {(door, scrolling) => <DoorRow door={door} siteName={siteNames.get(door.site_id)} scrolling={scrolling} />}
          </LongList>
        )}
      </div>
      <AddDoor opened={add === "door"} onClose={() => change({ add: undefined })} onAdded={(door) => void navigate({ to: "/doors/$doorId", params: { doorId: door.id } })} />
    </Page>
  );
}
