// SPDX-License-Identifier: Apache-2.0
// Everybody who has, had or will have a key: residents, guests, staff, vendors.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty, Failed, LoadingRows, Page } from "../../parts/page.tsx";
import { State } from "../../parts/state.tsx";
import { When } from "../../parts/time.tsx";
import { personsQuery } from "../../queries.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";

export default function People() {
  const { t } = useLingui();
  const may = useMay();
  const [{ q }, change] = useFilters<{ q?: string }>();
  const [typed] = useDebouncedValue(q, 150);
  const persons = useInfiniteQuery({ ...personsQuery(typed), placeholderData: keepPreviousData });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = persons;
  const items = persons.data?.pages.flatMap((page) => page.items) ?? [];
  const count = items.length;
  const begin = may("grants:write") && may("persons:write") && may("credentials:issue") && <Button leftSection={<IconPlus size={15} aria-hidden />} component={Link} to="/access" search={{ invite: "yes" } as never}><Trans>Let somebody in</Trans></Button>;
  return (
    <Page title={<Trans>People</Trans>} name={t`People`} actions={begin}>
      <div className="filters">
        <TextInput size="xs" w={260} leftSection={<IconSearch size={15} aria-hidden />} placeholder={t`Search people`} aria-label={t`Search people`} value={q ?? ""} onChange={(event) => change({ q: event.currentTarget.value || undefined })} />
        <span className="grow" />
        <span className="dim number" role="status">{persons.isSuccess && !hasNextPage && <Plural value={count} one="# person" other="# people" />}</span>
      </div>
      <div className="panel">
        <div className="line head person" aria-hidden>
          <span><Trans>Name</Trans></span>
          <span><Trans>Reached at</Trans></span>
          <span className="since"><Trans>Since</Trans></span>
        </div>
        {persons.isPending ? (
          <LoadingRows count={10} height={48} />
        ) : persons.isError && count === 0 ? (
          <Failed error={persons.error} retry={() => void persons.refetch()} />
        ) : count === 0 && !q ? (
          <Empty title={<Trans>No people yet</Trans>} actions={begin}><Trans>Whoever you let in appears here.</Trans></Empty>
        ) : count === 0 ? (
          <Empty title={<Trans>Nobody has that name</Trans>} actions={<Button variant="default" onClick={() => change({ q: undefined })}><Trans>Show everybody</Trans></Button>} />
        ) : (
          <ul className="rows">
            {items.map((person) => (
              <li key={person.id}>
                <div className="line pick person">
                  <span className="cut"><Link className="cover" to={"/people/$personId" as string} params={{ personId: person.id } as never}>{person.name}</Link></span>
                  <span className="cut dim">{person.email ?? person.phone ?? "–"}</span>
                  <span className="cut since">{person.revoked_at ? <State tone="none"><Trans>All access ended</Trans></State> : <span className="dim"><When at={person.created_at} style="day" /></span>}</span>
                </div>
              </li>
            ))}
          </ul>
        )}
        {hasNextPage && <div className="line"><Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}><Trans>Show more</Trans></Button></div>}
      </div>
    </Page>
  );
}
