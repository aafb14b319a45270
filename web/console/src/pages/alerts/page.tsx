// SPDX-License-Identifier: Apache-2.0
// What somebody must see to, who does, and what is over. The gravest comes first; everything is as the platform said it last.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { Schemas } from "../../api.ts";
import { useLive } from "../../live.ts";
import { Problem, useAct } from "../../parts/act.tsx";
import { AlertCount, AlertName, alertsOf } from "../../parts/alert.tsx";
import { AskerName, DoorName, useDoor } from "../../parts/names.tsx";
import { Empty, Failed, LoadingRows, Page } from "../../parts/page.tsx";
import { timeText, When } from "../../parts/time.tsx";
import { alertWords } from "../../parts/words.ts";
import { useSite } from "../../scope.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";
import { alertPagesQuery, settle } from "./alerts.ts";
import { AlertDialog } from "./dialog.tsx";

type Alert = Schemas["Alert"];
type Show = Schemas["AlertState"];

/** Who sees to it, or how it ended. */
function Hand({ alert, onDone }: { alert: Alert; onDone: () => void }) {
  const { t } = useLingui();
  const may = useMay();
  const door = useDoor(alert.door_id)?.name ?? "";
  const what = alertWords(alert.type);
  const { busy, error, act } = useAct();
  const take = async () => {
    if (await act(() => settle(alert.id, "acknowledge"))) onDone();
  };
  if (alert.state === "closed") return <span className="dim cut">{alert.closed_by ? <AskerName id={alert.closed_by} /> : <Trans>by itself</Trans>}</span>;
  if (alert.state === "acknowledged") return <span className="cut">{alert.acknowledged_by && <AskerName id={alert.acknowledged_by} />}</span>;
  if (error !== undefined) return <Problem error={error} />;
  return may("alerts:write") ? <Button className="above" variant="default" loading={busy} aria-label={door ? t`Take it on: ${what}, ${door}` : t`Take it on: ${what}`} onClick={() => void take()}><Trans>Take it on</Trans></Button> : null;
}

function Row({ alert, onDone }: { alert: Alert; onDone: () => void }) {
  const zone = useDoor(alert.door_id)?.zone;
  return (
    <div className="line pick alert">
      <span className="cut what">
        <Link className="cover" to={"." as string} search={((now: object) => ({ ...now, alert: alert.id })) as never} replace><AlertName alert={alert} /></Link>
      </span>
      <span className="cut where">{alert.door_id ? <DoorName id={alert.door_id} /> : <span className="dim">–</span>}</span>
      <span className="when"><When at={alert.last_at} style="log" zone={zone} /><span className="secondary"><AlertCount alert={alert} /></span></span>
      <span className="hand"><Hand alert={alert} onDone={onDone} /></span>
    </div>
  );
}

/** That there is nothing is true only as long as this page hears from the platform. */
function Nothing({ show }: { show: Show }) {
  const { i18n } = useI18n();
  const live = useLive();
  const since = live.is === "stale" ? timeText(i18n.locale, live.at, "time") : "";
  if (live.is === "stale") return <Empty title={<Trans>At {since} there was none</Trans>}><Trans>Since then nothing was heard from the platform.</Trans></Empty>;
  if (show === "open") return <Empty title={<Trans>Nothing needs you now</Trans>}><Trans>Low batteries, silent locks, forced doors and guessed codes appear here by themselves.</Trans></Empty>;
  return <Empty title={show === "closed" ? <Trans>No alert was closed yet</Trans> : <Trans>Nobody sees to an alert now</Trans>} />;
}

export default function Alerts() {
  const { t } = useLingui();
  const site = useSite();
  const [{ show: wanted, alert }, change] = useFilters<{ show?: string; alert?: string }>();
  const show: Show = wanted === "acknowledged" || wanted === "closed" ? wanted : "open";
  const alerts = useInfiniteQuery(alertPagesQuery(show));
  const items = alertsOf(site, alerts.data?.pages.flatMap((page) => page.items) ?? []);
  const [done, setDone] = useState("");
  const panel = useRef<HTMLDivElement>(null);
  // The row leaves the list, and the focus with it would be lost.
  const taken = (one: Alert) => {
    const what = alertWords(one.type);
    setDone(t`Taken on: ${what}`);
    panel.current?.focus();
  };
  return (
    <Page title={<Trans>Alerts</Trans>} name={t`Alerts`}>
      <div className="filters">
        <SegmentedControl size="xs" aria-label={t`Show`} value={show} onChange={(value) => change({ show: value === "open" ? undefined : value })} data={[{ value: "open", label: t`Open` }, { value: "acknowledged", label: t`Taken on` }, { value: "closed", label: t`Closed` }]} />
        <span className="dim" role="status">{done}</span>
      </div>
      <div className="panel" ref={panel} tabIndex={-1} role="region" aria-label={t`Alerts`}>
        <div className="line head alert" aria-hidden>
          <span><Trans>What</Trans></span>
          <span className="where"><Trans>Door</Trans></span>
          <span className="when"><Trans>Last</Trans></span>
          <span className="hand">{show === "closed" ? <Trans>Closed by</Trans> : show === "acknowledged" ? <Trans>Who sees to it</Trans> : null}</span>
        </div>
        {alerts.isPending ? (
          <LoadingRows count={6} height={56} />
        ) : alerts.isError && items.length === 0 ? (
          <Failed error={alerts.error} retry={() => void alerts.refetch()} />
        ) : items.length === 0 ? (
          <Nothing show={show} />
        ) : (
          <ul className="rows">{items.map((one) => <li key={one.id}><Row alert={one} onDone={() => taken(one)} /></li>)}</ul>
        )}
        {alerts.hasNextPage && <div className="line"><Button variant="default" loading={alerts.isFetchingNextPage} onClick={() => void alerts.fetchNextPage()}><Trans>Show more</Trans></Button></div>}
      </div>
      <AlertDialog id={alert} onClose={() => change({ alert: undefined })} />
    </Page>
  );
}
