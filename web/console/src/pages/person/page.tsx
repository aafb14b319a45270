// SPDX-License-Identifier: Apache-2.0
// One person: their keys, their phones, what they opened, and how they are reached.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, Skeleton, Tabs, TextInput } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Ask, Problem, useAct } from "../../parts/act.tsx";
import { EventList } from "../../parts/eventList.tsx";
import { GrantDialog } from "../../parts/grantDialog.tsx";
import { GrantRow } from "../../parts/grant.tsx";
import { doorsOf, forgetAccess, grantsQuery, openGrantsQuery, phonesQuery } from "../../parts/grants.ts";
import { Empty, Failed, LoadingRows, Notice, Page, Panel } from "../../parts/page.tsx";
import { State } from "../../parts/state.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { fieldProblem } from "../../parts/words.ts";
import { personQuery, queryClient } from "../../queries.ts";
import { useFilters, useParam } from "../../search.ts";
import { useMay } from "../../session.ts";
import { LostPhone } from "./lost.tsx";

type Person = Schemas["Person"];
type Phone = Schemas["Phone"];

function Keys({ person }: { person: Person }) {
  const grants = useInfiniteQuery(grantsQuery({ person: person.id }));
  const items = grants.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="panel">
      {grants.isPending ? (
        <LoadingRows count={3} height={48} />
      ) : grants.isError && items.length === 0 ? (
        <Failed error={grants.error} retry={() => void grants.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={<Trans>No keys</Trans>} />
      ) : (
        <ul className="rows">{items.map((one) => <li key={one.id}><GrantRow grant={one} hidePerson /></li>)}</ul>
      )}
      {grants.hasNextPage && <div className="line"><Button variant="default" loading={grants.isFetchingNextPage} onClick={() => void grants.fetchNextPage()}><Trans>Show more</Trans></Button></div>}
    </div>
  );
}

function PhoneEnd({ phone }: { phone: Phone }) {
  if (!phone.ended_at) return phone.seen_at ? <span className="dim"><Trans>seen <Ago at={phone.seen_at} /></Trans></span> : <span className="dim"><Trans>not seen yet</Trans></span>;
  return <State tone="none">{phone.ended_because === "lost" ? <Trans>Lost, <When at={phone.ended_at} style="day" /></Trans> : <Trans>Ended <When at={phone.ended_at} style="day" /></Trans>}</State>;
}

function Phones({ person, onLost }: { person: Person; onLost: (phone: Phone) => void }) {
  const may = useMay();
  const phones = useQuery(phonesQuery(person.id));
  return (
    <div className="panel">
      {phones.isPending ? (
        <LoadingRows count={2} height={48} />
      ) : phones.isError ? (
        <Failed error={phones.error} retry={() => void phones.refetch()} />
      ) : phones.data.length === 0 ? (
        <Empty title={<Trans>No phone yet</Trans>}><Trans>A phone appears here once it has taken up an invitation.</Trans></Empty>
      ) : (
        <ul className="rows">
          {phones.data.map((phone) => (
            <li key={phone.id}>
              <div className="line phone">
                <span className="cut">{phone.name}</span>
                <span className="cut"><PhoneEnd phone={phone} /></span>
                <span>{!phone.ended_at && may("grants:write") && <Button variant="default" onClick={() => onLost(phone)}><Trans>Lost</Trans></Button>}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Details({ person }: { person: Person }) {
  const { t } = useLingui();
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email ?? "");
  const [phone, setPhone] = useState(person.phone ?? "");
  const [language, setLanguage] = useState(person.language);
  const [saved, setSaved] = useState(false);
  const { busy, error, act } = useAct();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    setSaved(
      await act(async () => {
        must(await api.PATCH("/v1/persons/{person_id}", { params: { path: { person_id: person.id } }, body: { name: name.trim(), email: email.trim() || null, phone: phone.replace(/[\s()./-]/g, "") || null, language } }));
        await queryClient.invalidateQueries({ queryKey: ["persons"] });
      }),
    );
  };
  const wrong = (field: string) => fieldProblem(error, field) !== undefined;
  const atField = wrong("/name") || wrong("/email") || wrong("/phone");
  return (
    <Panel title={<Trans>Details</Trans>} padded style={{ maxWidth: 560 }}>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <TextInput label={t`Name`} required maxLength={100} error={wrong("/name") && t`This name cannot be used.`} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={t`E-mail`} type="email" error={wrong("/email") && t`This is not an e-mail address.`} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <TextInput label={t`Phone number`} placeholder="+41791234567" error={wrong("/phone") && t`With its country, such as +41 79 123 45 67.`} value={phone} onChange={(event) => setPhone(event.currentTarget.value)} />
        <Select label={t`Language of messages to them`} clearable placeholder={t`The workspace's language`} value={language} onChange={(value) => setLanguage(value as Person["language"])} data={[{ value: "en", label: "English" }, { value: "de", label: "Deutsch" }, { value: "zh", label: "中文" }]} />
        {!atField && <Problem error={error} />}
        {saved && <Notice tone="info" live><p><Trans>Saved.</Trans></p></Notice>}
        <div className="row"><Button type="submit" loading={busy}><Trans>Save</Trans></Button></div>
      </form>
    </Panel>
  );
}

export default function PersonPage() {
  const { t } = useLingui();
  const id = useParam("personId");
  const may = useMay();
  const [{ tab, grant }, change] = useFilters<{ tab?: string; grant?: string }>();
  const { data: person, error, refetch } = useQuery(personQuery(id));
  const open = useQuery({ ...openGrantsQuery(id), enabled: may("grants:read") }).data;
  const phones = useQuery(phonesQuery(id)).data?.filter((one) => !one.ended_at);
  const [ending, setEnding] = useState(false);
  const [lost, setLost] = useState<{ phone?: Phone }>();
  const [isLost, setIsLost] = useState(false);
  if (error) return <Page title={<Trans>Person</Trans>} name={t`Person`}><div className="panel"><Failed error={error} retry={() => void refetch()} /></div></Page>;
  const doors = doorsOf(open ?? []).length;
  const name = person?.name ?? "";
  const end = async () => {
    must(await api.POST("/v1/persons/{person_id}/revoke", { params: { path: { person_id: id } } }));
    await forgetAccess();
  };
  const lose = (phone?: Phone) => {
    setLost({ phone });
    setIsLost(true);
  };
  const mayEnd = person && !person.revoked_at && may("grants:write");
  return (
    <Page
      crumb={<><Link className="link" to="/people"><Trans>People</Trans></Link><IconChevronRight size={12} aria-hidden /></>}
      title={person?.name ?? <Skeleton component="span" display="inline-block" height={16} width={160} />}
      name={person?.name ?? t`Person`}
      actions={
        may("grants:write") && (
          <span className="row" style={{ minHeight: 30 }}>
            {mayEnd && may("credentials:issue") && <Button variant="default" component={Link} to="/access" search={{ invite: "yes", person: id } as never}><Trans>Another key</Trans></Button>}
            {mayEnd && may("credentials:issue") && !!phones?.length && <Button variant="default" onClick={() => lose()}><Trans>Phone lost</Trans></Button>}
            {mayEnd && open && <Button color="red" onClick={() => setEnding(true)}><Trans>End all access</Trans></Button>}
          </span>
        )
      }
    >
      <div className="facts-line">
        {person?.email && <span className="dim">{person.email}</span>}
        {person?.phone && <span className="dim">{person.phone}</span>}
        {person?.revoked_at && <State tone="none"><Trans>All access was ended <Ago at={person.revoked_at} /></Trans></State>}
      </div>
      <Tabs value={tab ?? "keys"} onChange={(value) => change({ tab: value === "keys" ? undefined : (value ?? undefined) })} keepMounted={false}>
        <Tabs.List mb={16}>
          {may("grants:read") && <Tabs.Tab value="keys"><Trans>Keys</Trans></Tabs.Tab>}
          <Tabs.Tab value="phones"><Trans>Phones</Trans></Tabs.Tab>
          {may("events:read") && <Tabs.Tab value="activity"><Trans>Activity</Trans></Tabs.Tab>}
          {may("persons:write") && <Tabs.Tab value="details"><Trans>Details</Trans></Tabs.Tab>}
        </Tabs.List>
        {person && (
          <>
            <Tabs.Panel value="keys"><Keys person={person} /></Tabs.Panel>
            <Tabs.Panel value="phones"><Phones person={person} onLost={lose} /></Tabs.Panel>
            <Tabs.Panel value="activity"><EventList filter={{ person: id }} empty={<Trans>Nothing has happened yet.</Trans>} /></Tabs.Panel>
            <Tabs.Panel value="details"><Details person={person} /></Tabs.Panel>
          </>
        )}
      </Tabs>
      <GrantDialog id={grant} onClose={() => change({ grant: undefined })} />
      {person && <LostPhone person={person} phone={lost?.phone} opened={isLost} onClose={() => setIsLost(false)} />}
      <Ask opened={ending} onClose={() => setEnding(false)} title={<Trans>End all access of {name}?</Trans>} run={end} button={<Plural value={doors} one="End access to # door" other="End access to # doors" />}>
        <Trans>No new access can begin for this person afterwards. A lock that is offline opens until it hears of it; the list says until when at the latest.</Trans>
      </Ask>
    </Page>
  );
}
