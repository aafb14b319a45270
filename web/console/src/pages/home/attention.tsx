// SPDX-License-Identifier: Apache-2.0
// What needs somebody now: open alerts, the gravest first, and messages that did not arrive.
import { Plural, Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, must } from "../../api.ts";
import { AlertName, alertsOf } from "../../parts/alert.tsx";
import { DoorName } from "../../parts/names.tsx";
import { Empty, Failed, LoadingRows, Panel } from "../../parts/page.tsx";
import { State } from "../../parts/state.tsx";
import { Ago } from "../../parts/time.tsx";
import { alertsQuery } from "../../queries.ts";
import { useMay } from "../../session.ts";

const shownMax = 4;

export function Attention({ site }: { site?: string }) {
  const may = useMay();
  const alerts = useQuery(alertsQuery("open"));
  const failed = useQuery({
    queryKey: ["outbox", "failed"],
    queryFn: async () => must(await api.GET("/v1/outbox", { params: { query: { state: "failed", limit: 50 } } })).items.length,
    enabled: may("outbox:read"),
  }).data;
  const items = alertsOf(site, alerts.data ?? []);
  return (
    <Panel title={<Trans>Needs you now</Trans>} actions={items.length > 0 && <Link className="link secondary" to={"/alerts" as string}><Trans>All alerts</Trans></Link>}>
      <div style={{ minHeight: 44 * shownMax }}>
        {alerts.isPending ? (
          <LoadingRows count={shownMax} />
        ) : alerts.isError ? (
          <Failed error={alerts.error} retry={() => void alerts.refetch()} />
        ) : items.length === 0 && !failed ? (
          <Empty title={<Trans>Nothing needs you now</Trans>}><Trans>Low batteries, silent locks, forced doors and messages that did not arrive appear here.</Trans></Empty>
        ) : (
          <ul className="rows">
            {items.slice(0, failed ? shownMax - 1 : shownMax).map((alert) => (
              <li key={alert.id}>
                <div className="line pick attention">
                  <Link className="cover cut" to={"/alerts" as string} search={{ alert: alert.id } as never}>
                    <AlertName alert={alert} />
                  </Link>
                  <span className="cut">{alert.door_id && <DoorName id={alert.door_id} />}</span>
                  <span className="secondary cut"><Ago at={alert.last_at} /></span>
                </div>
              </li>
            ))}
            {!!failed && (
              <li>
                <div className="line pick attention">
                  <Link className="cover cut" to={"/settings" as string} search={{ tab: "delivery" } as never}>
                    <State tone="warn" quiet><Plural value={failed} one="# message did not arrive" other="# messages did not arrive" /></State>
                  </Link>
                </div>
              </li>
            )}
          </ul>
        )}
      </div>
    </Panel>
  );
}
