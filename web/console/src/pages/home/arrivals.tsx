// SPDX-License-Identifier: Apache-2.0
// Whose access begins today, and whether what they need has reached the locks.
import { Plural, Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, must, type Schemas } from "../../api.ts";
import { DeliverySummary } from "../../parts/delivery.tsx";
import { DoorName, PersonName, useDoor } from "../../parts/names.tsx";
import { Empty, Failed, LoadingRows, Panel } from "../../parts/page.tsx";
import { useNow, When } from "../../parts/time.tsx";

const shownMax = 4;

async function grantsOf(state: "upcoming" | "active", site?: string) {
  return must(await api.GET("/v1/access-grants", { params: { query: { state, site_id: site, limit: 200 } } })).items;
}

function Arrival({ grant }: { grant: Schemas["AccessGrant"] }) {
  const first = grant.door_ids[0];
  const door = useDoor(first);
  const credentials = useQuery({
    queryKey: ["credentials", "grant", grant.id],
    queryFn: async () => must(await api.GET("/v1/access-grants/{grant_id}/credentials", { params: { path: { grant_id: grant.id }, query: { limit: 100 } } })).items,
  }).data;
  const more = grant.door_ids.length - 1;
  return (
    <li>
      <div className="line arrival">
        <span className="cut">
          <PersonName id={grant.person_id} />
          <span className="secondary cut" style={{ display: "block" }}>{first && <DoorName id={first} link={false} />}{more > 0 && ` +${more}`}</span>
        </span>
        <span className="cut">{credentials ? <DeliverySummary credentials={credentials} zone={door?.zone} /> : <span className="dim">…</span>}</span>
        <When at={grant.from} style="time" zone={door?.zone} />
      </div>
    </li>
  );
}

export function Arrivals({ site }: { site?: string }) {
  const today = new Date(useNow(300_000)).toDateString();
  const grants = useQuery({
    queryKey: ["grants", "arrivals", site ?? null, today],
    queryFn: async () => {
      const found = (await Promise.all([grantsOf("upcoming", site), grantsOf("active", site)])).flat();
      return found.filter((grant) => new Date(grant.from).toDateString() === today).sort((a, b) => a.from.localeCompare(b.from));
    },
  });
  const items = grants.data ?? [];
  const rest = items.length - shownMax;
  return (
    <Panel title={<Trans>Arriving today</Trans>} actions={rest > 0 && <Link className="link secondary" to={"/access" as string}><Plural value={rest} one="# more" other="# more" /></Link>}>
      <div style={{ minHeight: 56 * shownMax }}>
        {grants.isPending ? (
          <LoadingRows count={shownMax} height={56} />
        ) : grants.isError ? (
          <Failed error={grants.error} retry={() => void grants.refetch()} />
        ) : items.length === 0 ? (
          <Empty title={<Trans>Nobody's access begins today</Trans>} />
        ) : (
          <ul className="rows">{items.slice(0, shownMax).map((grant) => <Arrival key={grant.id} grant={grant} />)}</ul>
        )}
      </div>
    </Panel>
  );
}
