// SPDX-License-Identifier: Apache-2.0
// Who can open this door now, by the lock's own rules over what the platform knows of it, and why the others cannot.
import { Plural, Trans } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Schemas } from "../../api.ts";
import { LatestEvents } from "../../parts/events.tsx";
import { PersonName } from "../../parts/names.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { DeliveryState } from "../../parts/delivery.tsx";
import { Ago } from "../../parts/time.tsx";
import { State } from "../../parts/state.tsx";
import { methodWords, reasonWords } from "../../parts/words.ts";
import { explainQuery } from "../../queries.ts";
import { useMay } from "../../session.ts";

type Item = Schemas["DoorExplanation"]["items"][number];
const shownMax = 50;

function Who({ item, zone, online }: { item: Item; zone: string; online?: boolean }) {
  return (
    <li>
      <div className="line who-can">
        <span className="cut"><PersonName id={item.person_id} /></span>
        <span className="cut dim">{item.credential ? methodWords(item.credential.kind) : "–"}</span>
        <span className="why">{item.opens ? item.credential && <DeliveryState credential={item.credential} zone={zone} online={online} /> : item.reason && <State tone="none">{reasonWords(item.reason)}</State>}</span>
      </div>
    </li>
  );
}

function List({ items, zone, online }: { items: Item[]; zone: string; online?: boolean }) {
  const [all, setAll] = useState(false);
  const rest = items.length - shownMax;
  return (
    <>
      <ul className="rows">{(all ? items : items.slice(0, shownMax)).map((item) => <Who key={`${item.grant_id}${item.credential?.id}`} item={item} zone={zone} online={online} />)}</ul>
      {rest > 0 && !all && <div className="line"><Anchor component="button" size="sm" onClick={() => setAll(true)}><Plural value={rest} one="Show # more" other="Show # more" /></Anchor></div>}
    </>
  );
}

export function Now({ door, lock }: { door: Schemas["Door"]; lock: Schemas["Lock"] | undefined }) {
  const may = useMay();
  const active = lock?.state === "active";
  const explained = useQuery({ ...explainQuery(door.id), enabled: active && may("credentials:read") });
  const can = explained.data?.items.filter((item) => item.opens) ?? [];
  const cannot = explained.data?.items.filter((item) => !item.opens) ?? [];
  const known = explained.data?.lock;
  // How much there is to say decides where the rest stands: it comes together, and nothing moves.
  if (explained.isLoading) return <div className="panel"><LoadingRows count={8} /></div>;
  return (
    <div className="columns">
      <div className="stack" style={{ gap: 16 }}>
        {may("credentials:read") && (
          <Panel title={<Trans>Who can open it now</Trans>} actions={known?.seen_at && <span className="secondary"><Trans>As the lock was <Ago at={known.seen_at} zone={door.zone} /></Trans></span>}>
            {known && known.desired_version > known.applied_version && <div style={{ padding: "10px 16px 0" }}><Notice tone="warn"><p><Trans>A change is on its way to the lock. Until it has arrived, the lock goes by what it had before.</Trans></p></Notice></div>}
            {!active && door.lock_id === null ? (
              <Empty title={<Trans>Nobody: there is no lock</Trans>} />
            ) : lock?.state === "claimed" ? (
              <Empty title={<Trans>Nobody: the lock is not installed yet</Trans>} />
            ) : explained.isError ? (
              <Failed error={explained.error} retry={() => void explained.refetch()} />
            ) : explained.data === undefined ? (
              <LoadingRows count={4} />
            ) : can.length === 0 ? (
              <Empty title={<Trans>Nobody can open it now</Trans>} actions={may("grants:write") && <Link className="link" to={"/access" as string} search={{ invite: "yes", door: door.id } as never}><Trans>Let somebody in</Trans></Link>} />
            ) : (
              <List items={can} zone={door.zone} online={known?.online} />
            )}
          </Panel>
        )}
        {cannot.length > 0 && <Panel title={<Trans>Who cannot, and why</Trans>}><List items={cannot} zone={door.zone} online={known?.online} /></Panel>}
      </div>
      {may("events:read") && (
        <Panel title={<Trans>Last at this door</Trans>} actions={<Link className="link secondary" to="/doors/$doorId" params={{ doorId: door.id }} search={{ tab: "activity" } as never}><Trans>All activity</Trans></Link>}>
          <LatestEvents filter={{ door: door.id }} count={8} hideDoor empty={<Trans>Nothing has happened at this door yet</Trans>} />
        </Panel>
      )}
    </div>
  );
}
