// SPDX-License-Identifier: Apache-2.0
// One alert: what it means, what became of it so far, and taking it on or closing it.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Skeleton, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Schemas } from "../../api.ts";
import { Ask, Dialog, Problem, useAct } from "../../parts/act.tsx";
import { AlertCount, AlertName } from "../../parts/alert.tsx";
import { AskerName, DoorName, useDoor } from "../../parts/names.tsx";
import { Failed } from "../../parts/page.tsx";
import { When } from "../../parts/time.tsx";
import { useMay } from "../../session.ts";
import { advice } from "./advice.ts";
import { alertQuery, settle } from "./alerts.ts";

type Alert = Schemas["Alert"];

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return <><dt>{name}</dt><dd>{children}</dd></>;
}

function Facts({ alert, zone }: { alert: Alert; zone?: string }) {
  const at = (moment: string) => <When at={moment} style="log" zone={zone} />;
  return (
    <dl className="facts">
      {alert.door_id && <Fact name={<Trans>Door</Trans>}><DoorName id={alert.door_id} /></Fact>}
      <Fact name={alert.count > 1 ? <Trans>First</Trans> : <Trans>When</Trans>}>{at(alert.opened_at)}</Fact>
      {alert.count > 1 && <Fact name={<Trans>Last</Trans>}>{at(alert.last_at)} <span className="dim">(<AlertCount alert={alert} />)</span></Fact>}
      {alert.over_at && <Fact name={<Trans>Over since</Trans>}>{at(alert.over_at)}</Fact>}
      {alert.state === "open" && alert.next_step_at && <Fact name={<Trans>Others are told</Trans>}>{at(alert.next_step_at)}</Fact>}
      {alert.acknowledged_at && <Fact name={<Trans>Taken on</Trans>}>{at(alert.acknowledged_at)}{alert.acknowledged_by && <>, <AskerName id={alert.acknowledged_by} /></>}</Fact>}
      {alert.closed_at && <Fact name={<Trans>Closed</Trans>}>{at(alert.closed_at)}, {alert.closed_by ? <AskerName id={alert.closed_by} /> : <Trans>by itself</Trans>}</Fact>}
      {alert.note && <Fact name={<Trans>Note</Trans>}>{alert.note}</Fact>}
    </dl>
  );
}

function Body({ alert, note, setNote, onClosing }: { alert: Alert; note: string; setNote: (note: string) => void; onClosing: () => void }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const may = useMay();
  const door = useDoor(alert.door_id);
  const { busy, error, act } = useAct();
  return (
    <>
      <p style={{ margin: 0 }}>{i18n._(advice[alert.type])}</p>
      <Facts alert={alert} zone={door?.zone} />
      {may("alerts:write") && alert.state !== "closed" && (
        <>
          <Textarea label={t`Note`} description={t`Whoever looks at the alert reads it`} autosize minRows={2} maxLength={500} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
          <Problem error={error} />
          <div className="row" style={{ justifyContent: "space-between" }}>
            <Button variant="default" onClick={onClosing}><Trans>Close the alert</Trans></Button>
            {alert.state === "open" && <Button loading={busy} onClick={() => void act(() => settle(alert.id, "acknowledge", note))}><Trans>Take it on</Trans></Button>}
          </div>
        </>
      )}
      {alert.door_id && <Link className="link" to="/doors/$doorId" params={{ doorId: alert.door_id }} search={{ tab: "activity" } as never}><Trans>What happened at this door</Trans></Link>}
    </>
  );
}

export function AlertDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const [asks, setAsks] = useState(false);
  const [note, setNote] = useState("");
  const alert = useQuery({ ...alertQuery(id ?? ""), enabled: !!id });
  const close = () => {
    setNote("");
    onClose();
  };
  return (
    <>
      <Dialog opened={!!id && !asks} onClose={close} size={500} title={alert.data ? <AlertName alert={alert.data} /> : <Trans>Alert</Trans>}>
        {alert.error ? <Failed error={alert.error} retry={() => void alert.refetch()} /> : alert.data ? <Body alert={alert.data} note={note} setNote={setNote} onClosing={() => setAsks(true)} /> : <Skeleton height={180} />}
      </Dialog>
      <Ask opened={!!id && asks} onClose={() => setAsks(false)} title={<Trans>Close this alert?</Trans>} run={() => settle(id ?? "", "close", note)} button={<Trans>Close the alert</Trans>}>
        <Trans>It is closed whatever its lock says. What happens next is a new alert.</Trans>
      </Ask>
    </>
  );
}
