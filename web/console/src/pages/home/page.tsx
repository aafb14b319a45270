// SPDX-License-Identifier: Apache-2.0
// What needs somebody now, who arrives today and who came in last; in an empty workspace, the way to the first opened door.
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { LatestEvents } from "../../parts/events.tsx";
import { LoadingRows, Page, Panel } from "../../parts/page.tsx";
import { useSite } from "../../scope.ts";
import { useMay } from "../../session.ts";
import { Arrivals } from "./arrivals.tsx";
import { Attention } from "./attention.tsx";
import { FirstRun, stepsQuery } from "./firstRun.tsx";

const overKey = "cardea.first-run-over";

export default function Home() {
  const { t } = useLingui();
  const may = useMay();
  const site = useSite();
  const begins = may("sites:write") && may("doors:write") && may("grants:read") && may("locks:read");
  // Once somebody was let in, the first run is over for good.
  const [over] = useState(() => localStorage.getItem(overKey) !== null);
  const asked = begins && !over;
  const first = useQuery({ ...stepsQuery, enabled: asked });
  const steps = asked ? first.data : undefined;
  useEffect(() => {
    if (steps?.invited) localStorage.setItem(overKey, "yes");
  }, [steps?.invited]);
  // Whether it comes first is known before anything is drawn: nothing moves down later.
  if (asked && first.isPending) return <Page title={<Trans>Home</Trans>} name={t`Home`}><div className="panel"><LoadingRows count={10} /></div></Page>;
  return (
    <Page title={<Trans>Home</Trans>} name={t`Home`}>
      {steps && !steps.invited && <FirstRun steps={steps} />}
      <div className="columns">
        <div className="stack" style={{ gap: 16 }}>
          {may("alerts:read") && <Attention site={site} />}
          {may("grants:read") && <Arrivals site={site} />}
        </div>
        {may("events:read") && (
          <Panel title={<Trans>Last openings</Trans>} actions={<Link className="link secondary" to={"/activity" as string} search={{ type: "access.granted" } as never}><Trans>All activity</Trans></Link>}>
            <LatestEvents filter={{ type: "access.granted", site }} count={10} empty={<Trans>No door was opened yet</Trans>} />
          </Panel>
        )}
      </div>
    </Page>
  );
}
