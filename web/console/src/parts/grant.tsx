// SPDX-License-Identifier: Apache-2.0
// An access grant in one row: whose, where, when, and how far it has come, as the locks themselves have acknowledged it.
import { useLingui as useI18n } from "@lingui/react";
import { Plural, Trans } from "@lingui/react/macro";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../api.ts";
import { lockQuery } from "../queries.ts";
import { useMay } from "../session.ts";
import { DeliverySummary } from "./delivery.tsx";
import { credentialsQuery, invitationsQuery } from "./grants.ts";
import { InvitationState } from "./invitation.tsx";
import { DoorName, PersonName, useDoor } from "./names.tsx";
import { State } from "./state.tsx";
import { timeText } from "./time.tsx";

type Grant = Schemas["AccessGrant"];

/** Ended locks may still be silent: what can open until when, the credentials say; before there are any, the invitation. */
export function GrantStanding({ grant, zone }: { grant: Grant; zone?: string }) {
  const may = useMay();
  const credentials = useQuery({ ...credentialsQuery(grant.id), enabled: may("credentials:read") }).data;
  const isOver = grant.state === "ended" || grant.state === "revoked";
  const isEmpty = credentials?.length === 0;
  const invitations = useQuery({ ...invitationsQuery(grant.id), enabled: isEmpty && !isOver }).data;
  const ending = [...new Set(credentials?.filter((one) => one.delivery === "ending").map((one) => one.lock_id))];
  const locks = useQueries({ queries: ending.map((id) => lockQuery(id)) });
  const offline = locks.filter((lock) => lock.data && !lock.data.online).length;
  if (!credentials && may("credentials:read")) return <span className="dim">…</span>;
  if (credentials && !isEmpty) return <DeliverySummary credentials={credentials} zone={zone} offline={offline} />;
  if (isOver) return <State tone="none"><Trans>Ended</Trans></State>;
  const newest = invitations?.at(-1);
  if (newest) return <InvitationState invitation={newest} />;
  return invitations || !credentials ? <State tone="unknown"><Trans>It opens nothing yet</Trans></State> : <span className="dim">…</span>;
}

export function GrantWindow({ grant, zone }: { grant: Grant; zone?: string }) {
  const { i18n } = useI18n();
  const from = timeText(i18n.locale, grant.from, "short", zone);
  const to = grant.to && timeText(i18n.locale, grant.to, "short", zone);
  if (grant.state === "upcoming") return to ? <Trans>{from} until {to}</Trans> : <Trans>from {from}</Trans>;
  return to ? <Trans>until {to}</Trans> : <Trans>no end</Trans>;
}

export function GrantRow({ grant, hidePerson }: { grant: Grant; hidePerson?: boolean }) {
  const first = grant.door_ids[0] ?? "";
  const zone = useDoor(first)?.zone;
  const more = grant.door_ids.length - 1;
  const doors = <><DoorName id={first} link={false} />{more > 0 && <span className="dim"> <Plural value={more} one="and # more" other="and # more" /></span>}</>;
  const cover = (name: React.ReactNode) => <Link className="cover" to={"." as string} search={((now: object) => ({ ...now, grant: grant.id })) as never} replace>{name}</Link>;
  return (
    <div className="line pick grant" data-hide-person={hidePerson || undefined}>
      {!hidePerson && <span className="cut">{cover(<PersonName id={grant.person_id} link={false} />)}</span>}
      <span className="cut where">{hidePerson ? cover(doors) : doors}</span>
      <span className="cut standing"><GrantStanding grant={grant} zone={zone} /></span>
      <span className="cut dim window"><GrantWindow grant={grant} zone={zone} /></span>
    </div>
  );
}
