// SPDX-License-Identifier: Apache-2.0
// API keys, for programs: made, shown once, ended.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Ask, Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { instantOf } from "../../parts/period.tsx";
import { Copy } from "../../parts/qr.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { all, queryClient } from "../../queries.ts";
import { useMay } from "../../session.ts";
import { useRoles } from "./operators.tsx";
import { Places, PlacesSelect } from "./places.tsx";

type Key = Schemas["ApiKey"];
const keysQuery = { queryKey: ["keys"], queryFn: () => all((cursor) => api.GET("/v1/api-keys", { params: { query: { limit: 200, cursor } } })) };
const forget = () => queryClient.invalidateQueries({ queryKey: ["keys"] });

function MakeKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Schemas["Role"]>("auditor");
  const [scope, setScope] = useState<Schemas["Scope"]>(null);
  const [until, setUntil] = useState("");
  const [key, setKey] = useState<string>();
  const { busy, error, act } = useAct();
  const close = () => {
    setKey(undefined);
    setName("");
    setScope(null);
    setUntil("");
    onClose();
  };
  const make = async (event: FormEvent) => {
    event.preventDefault();
    await act(async () => {
      setKey(must(await api.POST("/v1/api-keys", { body: { name, role, scope, ...(instantOf(until) && { expires_at: instantOf(until) }) } })).key);
      await forget();
    });
  };
  return (
    <Dialog opened={opened} onClose={close} title={<Trans>Make an API key</Trans>}>
      {key ? (
        <>
          <Notice tone="warn" live><p><Trans>It is shown only here and only now. Put it where the program finds it.</Trans></p></Notice>
          <Copy text={key} label={t`API key`} />
          <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={close}><Trans>Done</Trans></Button></div>
        </>
      ) : (
        <form className="stack" onSubmit={(event) => void make(event)}>
          <TextInput label={t`What it is for`} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Select label={t`Has the rights of`} allowDeselect={false} value={role} data={roles} onChange={(value) => setRole(value as Schemas["Role"])} />
          <PlacesSelect value={scope} onChange={setScope} />
          <TextInput type="datetime-local" label={t`Good until`} description={t`Empty: until somebody ends it`} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
          <Problem error={error} />
          <div className="row" style={{ justifyContent: "flex-end" }}><Button type="submit" loading={busy}><Trans>Make the key</Trans></Button></div>
        </form>
      )}
    </Dialog>
  );
}

export function Keys() {
  const { t } = useLingui();
  const may = useMay();
  const keys = useQuery(keysQuery);
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key>();
  const [asks, setAsks] = useState(false);
  const name = ending?.name ?? "";
  const end = async () => {
    must(await api.DELETE("/v1/api-keys/{api_key_id}", { params: { path: { api_key_id: ending?.id ?? "" } } }));
    await forget();
  };
  return (
    <Panel title={<Trans>API keys</Trans>} actions={may("keys:write") && <Button onClick={() => setMaking(true)}><Trans>Make an API key</Trans></Button>}>
      {keys.isPending ? <LoadingRows count={3} height={56} /> : keys.isError ? <Failed error={keys.error} retry={() => void keys.refetch()} /> : keys.data.length === 0 ? <Empty title={<Trans>No API keys</Trans>} /> : (
        <ul className="rows">
          {keys.data.map((key) => (
            <li key={key.id}>
              <div className="line operator">
                <span className="cut"><span style={{ fontWeight: 550 }}>{key.name}</span><span className="secondary cut" style={{ display: "block" }}>…{key.hint}</span></span>
                <span className="cut dim">{key.last_used_at ? <Trans>used <Ago at={key.last_used_at} /></Trans> : <Trans>never used</Trans>}</span>
                <span className="cut dim"><span><Places scope={key.scope} /></span>{key.expires_at && <span className="secondary cut" style={{ display: "block" }}><Trans>until <When at={key.expires_at} /></Trans></span>}</span>
                <span>{may("keys:write") && <Button variant="default" aria-label={t`End ${key.name}`} onClick={() => { setEnding(key); setAsks(true); }}><Trans>End</Trans></Button>}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
      <MakeKey opened={making} onClose={() => setMaking(false)} />
      <Ask opened={asks} onClose={() => setAsks(false)} title={<Trans>End the key {name}?</Trans>} run={end} button={<Trans>End</Trans>}>
        <Trans>Whatever uses it is refused from now on.</Trans>
      </Ask>
    </Panel>
  );
}
