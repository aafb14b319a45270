// SPDX-License-Identifier: Apache-2.0
// One door: who can open it now and why, what happens at it, how its lock is, and what it is called.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Skeleton, Tabs } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Battery, DoorLeaf, LockState, useLock } from "../../parts/lock.tsx";
import { Failed, LoadingRows, Notice, Page } from "../../parts/page.tsx";
import { useNow, differs, When } from "../../parts/time.tsx";
import { Unlock } from "../../parts/unlock.tsx";
import { doorQuery, sitesQuery } from "../../queries.ts";
import { useFilters, useParam } from "../../search.ts";
import { useMay } from "../../session.ts";
import { Access } from "./access.tsx";
import { DoorActivity } from "./activity.tsx";
import { adviceWords } from "./advice.ts";
import { Health } from "./health.tsx";
import { Now } from "./now.tsx";
import { DoorSettings } from "./settings.tsx";

export default function DoorPage() {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const id = useParam("doorId");
  const may = useMay();
  const now = useNow();
  const [{ tab }, change] = useFilters<{ tab?: string }>();
  const { data: door, error, refetch } = useQuery(doorQuery(id));
  const { data: lock, isLoading: lockIsLoading } = useLock(door?.lock_id);
  const site = useQuery(sitesQuery).data?.find((one) => one.id === door?.site_id);

  if (error) return <Page title={<Trans>Door</Trans>} name={t`Door`}><div className="panel"><Failed error={error} retry={() => void refetch()} /></div></Page>;
  const crumb = <><Link className="link" to="/doors"><Trans>Doors</Trans></Link><IconChevronRight size={12} aria-hidden /><span>{site?.name ?? "…"}</span></>;
  // A name, and what a lock says of itself, take more lines or fewer: they come together, and nothing moves.
  if (!door || lockIsLoading)
    return (
      <Page key="coming" crumb={crumb} title={<Skeleton component="span" display="inline-block" height={16} width={160} />} name={t`Door`} actions={may("locks:unlock") && <span style={{ minHeight: 36 }} />}>
        <div className="panel"><LoadingRows count={10} /></div>
      </Page>
    );
  const active = lock?.state === "active" ? lock : undefined;
  return (
    <Page
      key={door.id}
      crumb={crumb}
      title={door.name}
      name={door.name}
      actions={may("locks:unlock") && door.lock_id && <span style={{ minHeight: 36 }}>{active && <Unlock lock={active.id} door={door.name} zone={door.zone} size="sm" emphasis />}</span>}
    >
      <div className="facts-line">
        <span><LockState lock={door.lock_id === null ? null : lock} /></span>
        {active && <span><span className="dim"><Trans>Door</Trans></span> <DoorLeaf lock={active} /></span>}
        {active && <span><Battery percent={active.battery_percent} /></span>}
        {active?.sandbox && <span className="dim"><Trans>Practice lock</Trans></span>}
        {differs(door.zone) && <span className="dim"><Trans>At the door it is</Trans> <When at={new Date(now).toISOString()} style="time" zone={door.zone} /></span>}
      </div>
      {door.lock_id === null && (
        <Notice tone="info">
          <div className="row" style={{ justifyContent: "space-between", flexWrap: "wrap" }}>
            <span><Trans>This door has no lock yet: nobody can open it from here.</Trans></span>
            {may("locks:activate") && <Button component={Link} to={"/install" as string} search={{ door: id } as never}><Trans>Install a lock</Trans></Button>}
          </div>
        </Notice>
      )}
      {lock?.advice.map((one) => <Notice key={one} tone={one === "press_button" ? "info" : "warn"}><p>{i18n._(adviceWords[one])}</p></Notice>)}
      <Tabs value={tab ?? "now"} onChange={(value) => change({ tab: value === "now" ? undefined : (value ?? undefined) })} keepMounted={false}>
        <Tabs.List mb={16}>
          <Tabs.Tab value="now"><Trans>Now</Trans></Tabs.Tab>
          {may("credentials:read") && <Tabs.Tab value="access"><Trans>Access</Trans></Tabs.Tab>}
          {may("events:read") && <Tabs.Tab value="activity"><Trans>Activity</Trans></Tabs.Tab>}
          <Tabs.Tab value="health"><Trans>Health</Trans></Tabs.Tab>
          {may("doors:write") && <Tabs.Tab value="settings"><Trans>Settings</Trans></Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="now"><Now door={door} lock={lock} /></Tabs.Panel>
        <Tabs.Panel value="access"><Access door={door} lock={lock} /></Tabs.Panel>
        <Tabs.Panel value="activity"><DoorActivity door={door} /></Tabs.Panel>
        <Tabs.Panel value="health"><Health lock={lock} zone={door.zone} /></Tabs.Panel>
        <Tabs.Panel value="settings"><DoorSettings door={door} lock={lock} /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
