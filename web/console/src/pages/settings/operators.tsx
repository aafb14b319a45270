// SPDX-License-Identifier: Apache-2.0
// Who may use the console, in which role: inviting, changing the role and the places, vouching for who lost the password, and ending it at once.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Ask, Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { Copy } from "../../parts/qr.tsx";
import { State } from "../../parts/state.tsx";
import { Ago } from "../../parts/time.tsx";
import { fieldProblem } from "../../parts/words.ts";
import { all, queryClient } from "../../queries.ts";
import { useFilters } from "../../search.ts";
import { useAccount, useMay } from "../../session.ts";
import { Places, PlacesSelect } from "./places.tsx";

type Operator = Schemas["Operator"];
type Role = Schemas["Role"];

const operatorsQuery = { queryKey: ["operators", "list"], queryFn: () => all((cursor) => api.GET("/v1/operators", { params: { query: { limit: 200, cursor } } })) };
const forget = () => queryClient.invalidateQueries({ queryKey: ["operators"] });

export function useRoles(): { value: Role; label: string }[] {
  const { t } = useLingui();
  return [{ value: "owner", label: t`Owner` }, { value: "manager", label: t`Manager` }, { value: "installer", label: t`Installer` }, { value: "auditor", label: t`Auditor` }, { value: "support", label: t`Support` }];
}

function InviteOperator({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("manager");
  const [scope, setScope] = useState<Schemas["Scope"]>(null);
  const [invitation, setInvitation] = useState<string>();
  const { busy, error, act } = useAct();
  const close = () => {
    setInvitation(undefined);
    setName("");
    setEmail("");
    setScope(null);
    onClose();
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    await act(async () => {
      setInvitation(must(await api.POST("/v1/operators", { body: { name, email, role, scope: role === "owner" ? null : scope } })).invitation);
      await forget();
    });
  };
  const wrong = (field: string) => fieldProblem(error, field) !== undefined;
  return (
    <Dialog opened={opened} onClose={close} title={<Trans>Invite an operator</Trans>}>
      {invitation ? (
        <>
          <Notice tone="info" live><p><Trans>The invitation goes to {email}. Or hand it over yourself; it is shown only here and only now.</Trans></p></Notice>
          <Copy text={invitation} label={t`Invitation`} />
          <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={close}><Trans>Done</Trans></Button></div>
        </>
      ) : (
        <form className="stack" onSubmit={(event) => void send(event)}>
          <TextInput label={t`Name`} required maxLength={100} data-autofocus error={wrong("/name") && t`This name cannot be used.`} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput label={t`E-mail`} type="email" required error={wrong("/email") && t`This is not an e-mail address.`} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <Select label={t`Role`} allowDeselect={false} value={role} data={roles} onChange={(value) => setRole(value as Role)} />
          {role !== "owner" && <PlacesSelect value={scope} onChange={setScope} />}
          {!wrong("/name") && !wrong("/email") && <Problem error={error} />}
          <div className="row" style={{ justifyContent: "flex-end" }}><Button type="submit" loading={busy}><Trans>Invite</Trans></Button></div>
        </form>
      )}
    </Dialog>
  );
}

async function changeOperator(operator: Operator, body: Schemas["OperatorUpdate"]) {
  must(await api.PATCH("/v1/operators/{operator_id}", { params: { path: { operator_id: operator.id } }, body }));
  await forget();
}

/** Somebody asked to get back into this account: whoever may change operators vouches for the person, or stops it. */
function RecoveryOf({ operator }: { operator: Operator }) {
  const { recovery, name } = operator;
  const order = { params: { path: { operator_id: operator.id } } };
  const { busy, error, act } = useAct();
  if (!recovery) return null;
  const approve = () => act(async () => void must(await api.POST("/v1/operators/{operator_id}/recovery/approve", order))).then(forget);
  const stop = () => act(async () => void must(await api.DELETE("/v1/operators/{operator_id}/recovery", order))).then(forget);
  return (
    <Notice tone="warn" live>
      <div className="stack">
        <p>{recovery.approved ? <Trans>{name} may choose a new password with the word from the e-mail.</Trans> : <Trans>{name} asked <Ago at={recovery.asked_at} /> to get back into the account. Ask the person, not the mail.</Trans>}</p>
        <Problem error={error} />
        <div className="row">
          {!recovery.approved && <Button loading={busy} onClick={() => void approve()}><Trans>It is them: let them in</Trans></Button>}
          <Button variant="default" loading={busy} onClick={() => void stop()}><Trans>Stop it</Trans></Button>
        </div>
      </div>
    </Notice>
  );
}

function ChangeOperator({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const { t } = useLingui();
  const roles = useRoles();
  const [name, setName] = useState(operator.name);
  const [role, setRole] = useState(operator.role);
  const [scope, setScope] = useState(operator.scope);
  const [invitation, setInvitation] = useState<string>();
  const [isOut, setIsOut] = useState(false);
  const { busy, error, act } = useAct();
  const order = { params: { path: { operator_id: operator.id } } };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await act(() => changeOperator(operator, { name: name.trim(), role, scope: role === "owner" ? null : scope }))) onClose();
  };
  const again = () =>
    act(async () => {
      setInvitation(must(await api.POST("/v1/operators/{operator_id}/invitation", order)).invitation);
      await forget();
    });
  const signOut = () =>
    act(async () => {
      must(await api.POST("/v1/operators/{operator_id}/end-sessions", order));
      setIsOut(true);
    });
  return (
    <form className="stack" onSubmit={(event) => void save(event)}>
      <RecoveryOf operator={operator} />
      <TextInput label={t`Name`} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Select label={t`Role`} allowDeselect={false} value={role} data={roles} onChange={(value) => setRole(value as Role)} />
      {role !== "owner" && <PlacesSelect value={scope} onChange={setScope} />}
      <Problem error={error} />
      {invitation && <Copy text={invitation} label={t`Invitation`} />}
      <div className="row" style={{ justifyContent: "space-between", flexWrap: "wrap" }}>
        {operator.state === "invited" ? <Button variant="default" loading={busy} onClick={() => void again()}><Trans>Invite again</Trans></Button> : <Button variant="default" loading={busy} onClick={() => void signOut()}><span aria-live="polite">{isOut ? <Trans>Signed out everywhere</Trans> : <Trans>Sign out everywhere</Trans>}</span></Button>}
        <Button type="submit" loading={busy}><Trans>Save</Trans></Button>
      </div>
    </form>
  );
}

function OperatorState({ operator }: { operator: Operator }) {
  if (operator.recovery) return <State tone="warn"><Trans>Wants to get back in</Trans></State>;
  if (operator.state === "invited") return <State tone="wait" quiet><Trans>Invited</Trans></State>;
  if (operator.state === "ended") return <State tone="none"><Trans>Ended</Trans></State>;
  return operator.second_factor ? <Trans>With an authenticator app</Trans> : <Trans>Active</Trans>;
}

function Row({ operator, own, onEnd }: { operator: Operator; own: boolean; onEnd: () => void }) {
  const { t } = useLingui();
  const may = useMay();
  const roles = useRoles();
  const { name } = operator;
  const isOpen = may("operators:write") && operator.state !== "ended" && !own;
  return (
    <li>
      <div className={isOpen ? "line pick operator" : "line operator"}>
        <span className="cut">{isOpen ? <Link className="cover" to={"." as string} search={((now: object) => ({ ...now, operator: operator.id })) as never} replace>{name}</Link> : <span style={{ fontWeight: 550 }}>{name}</span>}<span className="secondary cut" style={{ display: "block" }}>{operator.email}</span></span>
        <span className="cut"><OperatorState operator={operator} /></span>
        <span className="cut">{roles.find((one) => one.value === operator.role)?.label}<span className="secondary cut" style={{ display: "block" }}><Places scope={operator.scope} /></span></span>
        <span className="above">{isOpen && <Button variant="default" aria-label={t`End ${name}`} onClick={onEnd}><Trans>End</Trans></Button>}</span>
      </div>
    </li>
  );
}

export function Operators() {
  const may = useMay();
  const account = useAccount();
  const operators = useQuery(operatorsQuery);
  const [inviting, setInviting] = useState(false);
  const [ending, setEnding] = useState<Operator>();
  const [asks, setAsks] = useState(false);
  const [{ operator: opened }, change] = useFilters<{ operator?: string }>();
  const name = ending?.name ?? "";
  const end = async () => {
    must(await api.POST("/v1/operators/{operator_id}/end", { params: { path: { operator_id: ending?.id ?? "" } } }));
    await forget();
  };
  const shown = operators.data?.filter((one) => one.state !== "ended") ?? [];
  const chosen = shown.find((one) => one.id === opened);
  return (
    <Panel title={<Trans>Operators</Trans>} actions={may("operators:write") && <Button onClick={() => setInviting(true)}><Trans>Invite an operator</Trans></Button>}>
      {operators.isPending ? <LoadingRows count={3} height={56} /> : operators.isError ? <Failed error={operators.error} retry={() => void operators.refetch()} /> : shown.length === 0 ? <Empty title={<Trans>No operators</Trans>} /> : (
        <ul className="rows">{shown.map((one) => <Row key={one.id} operator={one} own={one.id === account?.operator.id} onEnd={() => { setEnding(one); setAsks(true); }} />)}</ul>
      )}
      <Dialog opened={!!chosen} onClose={() => change({ operator: undefined })} title={chosen?.email ?? ""}>{chosen && <ChangeOperator key={chosen.id} operator={chosen} onClose={() => change({ operator: undefined })} />}</Dialog>
      <InviteOperator opened={inviting} onClose={() => setInviting(false)} />
      <Ask opened={asks} onClose={() => setAsks(false)} title={<Trans>Take the console away from {name}?</Trans>} run={end} button={<Trans>End</Trans>}>
        <Trans>Their sessions end at once. API keys that they made stay.</Trans>
      </Ask>
    </Panel>
  );
}
