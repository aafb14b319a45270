// SPDX-License-Identifier: Apache-2.0
// Who may go where and when, and whether the locks know of it yet.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { GrantDialog } from "../../parts/grantDialog.tsx";
import { GrantRow } from "../../parts/grant.tsx";
import { grantsQuery, type GrantState } from "../../parts/grants.ts";
import { Empty, Failed, LoadingRows, Page } from "../../parts/page.tsx";
import { useSite } from "../../scope.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";
import { Invite } from "./invite.tsx";

export default function Access() {
  const { t } = useLingui();
  const may = useMay();
  const site = useSite();
  const [{ show, invite, door, person, grant }, change] = useFilters<{ show?: string; invite?: string; door?: string; person?: string; grant?: string }>();
  const state = show === "all" ? undefined : ((show ?? "active") as GrantState);
  const grants = useInfiniteQuery(grantsQuery({ site, state }));
  const items = grants.data?.pages.flatMap((page) => page.items) ?? [];
  const canInvite = may("grants:write") && may("persons:write") && may("credentials:issue");
  const begin = canInvite && <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => change({ invite: "yes" })}><Trans>Let somebody in</Trans></Button>;
  return (
    <Page title={<Trans>Access</Trans>} name={t`Access`} actions={begin}>
      <div className="filters">
        <SegmentedControl size="xs" aria-label={t`Show`} value={show ?? "active"} onChange={(value) => change({ show: value === "active" ? undefined : value })} data={[{ value: "active", label: t`Now` }, { value: "upcoming", label: t`Later` }, { value: "revoked", label: t`Ended by hand` }, { value: "ended", label: t`Over` }, { value: "all", label: t`All` }]} />
      </div>
      <div className="panel">
        <div className="line head grant" aria-hidden>
          <span><Trans>Who</Trans></span>
          <span className="where"><Trans>Where</Trans></span>
          <span className="standing"><Trans>At the locks</Trans></span>
          <span className="window"><Trans>When</Trans></span>
        </div>
        {grants.isPending ? (
          <LoadingRows count={10} height={48} />
        ) : grants.isError && items.length === 0 ? (
          <Failed error={grants.error} retry={() => void grants.refetch()} />
        ) : items.length === 0 ? (
          <Empty title={show ? <Trans>No access matches</Trans> : <Trans>Nobody has access now</Trans>} actions={begin} />
        ) : (
          <ul className="rows">{items.map((one) => <li key={one.id}><GrantRow grant={one} /></li>)}</ul>
        )}
        {grants.hasNextPage && <div className="line"><Button variant="default" loading={grants.isFetchingNextPage} onClick={() => void grants.fetchNextPage()}><Trans>Show more</Trans></Button></div>}
      </div>
      <Invite opened={invite === "yes" && canInvite} onClose={() => change({ invite: undefined, door: undefined, person: undefined })} door={door} person={person} />
      <GrantDialog id={grant} onClose={() => change({ grant: undefined })} />
    </Page>
  );
}
