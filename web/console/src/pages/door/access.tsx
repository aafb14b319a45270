// SPDX-License-Identifier: Apache-2.0
// Every credential that may still open the door, and where it stands at the lock.
import { useLingui as useI18n } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "../../api.ts";
import { DeliveryState } from "../../parts/delivery.tsx";
import { PersonName } from "../../parts/names.tsx";
import { Empty, Failed, LoadingRows, Panel } from "../../parts/page.tsx";
import { timeText } from "../../parts/time.tsx";
import { methodWords } from "../../parts/words.ts";
import { accessQuery } from "../../queries.ts";
import { useMay } from "../../session.ts";

export function Access({ door, lock }: { door: Schemas["Door"]; lock: Schemas["Lock"] | undefined }) {
  const { i18n } = useI18n();
  const may = useMay();
  const access = useInfiniteQuery(accessQuery(door.id));
  const items = access.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title={<Trans>Who may open this door</Trans>}
      actions={may("grants:write") && <Button variant="default" component={Link} to={"/access" as string} search={{ invite: "yes", door: door.id } as never}><Trans>Let somebody in</Trans></Button>}
    >
      {access.isPending ? (
        <LoadingRows count={6} />
      ) : access.isError ? (
        <Failed error={access.error} retry={() => void access.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={<Trans>Nobody may open this door yet</Trans>} />
      ) : (
        <ul className="rows">
          {items.map(({ credential }) => (
            <li key={credential.id}>
              <div className="line who-may">
                <span className="cut">{credential.person_id ? <PersonName id={credential.person_id} /> : <Trans>Service code</Trans>}</span>
                <span className="cut dim">{methodWords(credential.kind)}</span>
                <span className="cut"><DeliveryState credential={credential} zone={door.zone} online={lock?.online} /></span>
                <span className="cut dim until">{credential.last_possible_use && credential.delivery !== "ending" && <Trans>until {timeText(i18n.locale, credential.last_possible_use, "short", door.zone)}</Trans>}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
      {access.hasNextPage && <div className="line"><Button variant="default" loading={access.isFetchingNextPage} onClick={() => void access.fetchNextPage()}><Trans>Show more</Trans></Button></div>}
    </Panel>
  );
}
