// SPDX-License-Identifier: Apache-2.0
// The workspace: what it is called, the language of its letters, how long phones open on their own; and how many digits a code has.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Problem, useAct } from "../../parts/act.tsx";
import { DoorSelect } from "../../parts/doorSelect.tsx";
import { useDoor } from "../../parts/names.tsx";
import { Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { doorsFoundQuery, queryClient, workspaceQuery } from "../../queries.ts";
import { useMay } from "../../session.ts";

type Workspace = Schemas["Workspace"];

function useSave() {
  const [saved, setSaved] = useState(false);
  const { busy, error, act } = useAct();
  const save = (body: Schemas["WorkspaceUpdate"]) => async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    setSaved(
      await act(async () => {
        must(await api.PATCH("/v1/workspace", { body }));
        await queryClient.invalidateQueries({ queryKey: ["workspace"] });
      }),
    );
  };
  return { busy, error, saved, save };
}

function General({ workspace }: { workspace: Workspace }) {
  const { t } = useLingui();
  const may = useMay()("workspace:write");
  const [name, setName] = useState(workspace.name);
  const [language, setLanguage] = useState(workspace.language);
  const [phoneUnlock, setPhoneUnlock] = useState(workspace.phone_unlock);
  const [leaseDays, setLeaseDays] = useState(workspace.lease_s / 86_400);
  const { busy, error, saved, save } = useSave();
  return (
    <Panel title={<Trans>Workspace</Trans>} padded>
      <form className="stack" onSubmit={(event) => void save({ name, language, phone_unlock: phoneUnlock, lease_s: Math.round(leaseDays * 86_400) })(event)}>
        <TextInput label={t`Name`} required maxLength={100} disabled={!may} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select label={t`Language of messages`} description={t`For whoever has not chosen one`} allowDeselect={false} disabled={!may} value={language} onChange={(value) => setLanguage(value as Workspace["language"])} data={[{ value: "en", label: "English" }, { value: "de", label: "Deutsch" }, { value: "zh", label: "中文" }]} />
        <NumberInput label={t`Days that a phone opens without the platform`} description={t`This is how long a lost phone can still open a lock that is offline`} min={1 / 24} decimalScale={2} disabled={!may} value={leaseDays} onChange={(value) => setLeaseDays(Number(value))} />
        <Switch label={t`People may open doors from afar with their phones`} disabled={!may} checked={phoneUnlock} onChange={(event) => setPhoneUnlock(event.currentTarget.checked)} />
        <Problem error={error} />
        {saved && <Notice tone="info" live><p><Trans>Saved.</Trans></p></Notice>}
        {may && <div className="row"><Button type="submit" loading={busy}><Trans>Save</Trans></Button></div>}
      </form>
    </Panel>
  );
}

/** "1 in 12,345". */
function Odds({ chance }: { chance: number }) {
  const { i18n } = useI18n();
  const times = new Intl.NumberFormat(i18n.locale, { maximumSignificantDigits: 3 }).format(chance > 0 ? 1 / chance : 0);
  return chance > 0 ? <Trans>1 in {times}</Trans> : <>–</>;
}

function CodePolicy({ workspace }: { workspace: Workspace }) {
  const { t } = useLingui();
  const may = useMay()("workspace:write");
  const policy = workspace.code_policy;
  const [otp, setOtp] = useState(policy.otp_digits);
  const [code, setCode] = useState(policy.code_digits);
  const [pin, setPin] = useState(policy.pin_digits);
  const { busy, error, saved, save } = useSave();
  return (
    <Panel title={<Trans>Codes of new locks</Trans>} padded>
      <form className="stack" onSubmit={(event) => void save({ code_policy: { otp_digits: otp, code_digits: code, pin_digits: pin } })(event)}>
        <div className="three">
          <NumberInput label={t`Digits of one-time codes`} disabled={!may} value={otp} onChange={(value) => setOtp(Number(value))} />
          <NumberInput label={t`Digits of offline codes`} disabled={!may} value={code} onChange={(value) => setCode(Number(value))} />
          <NumberInput label={t`Digits of PINs`} disabled={!may} value={pin} onChange={(value) => setPin(Number(value))} />
        </div>
        <dl className="facts">
          <dt><Trans>One guess opens</Trans></dt>
          <dd><Odds chance={policy.bound.per_guess} /></dd>
          <dt><Trans>A day of guessing opens</Trans></dt>
          <dd><Odds chance={policy.bound.per_day} /></dd>
        </dl>
        <p className="secondary" style={{ margin: 0 }}><Trans>Computed from the saved policy, for a full lock. Each kind has another number of digits: the length of what is typed says what it is.</Trans></p>
        <Problem error={error} />
        {saved && <Notice tone="info" live><p><Trans>Saved.</Trans></p></Notice>}
        {may && <div className="row"><Button type="submit" loading={busy}><Trans>Save</Trans></Button></div>}
      </form>
    </Panel>
  );
}

/** What is so at one lock now, with what it holds. */
function BoundOfLock() {
  const { t } = useLingui();
  const first = useQuery(doorsFoundQuery({ hasLock: true })).data?.items[0];
  const [chosen, setChosen] = useState<string>();
  const door = useDoor(chosen) ?? first;
  const id = door?.lock_id ?? undefined;
  const bound = useQuery({ queryKey: ["locks", id, "bound"], enabled: !!id, queryFn: async () => must(await api.GET("/v1/locks/{lock_id}/bound", { params: { path: { lock_id: id ?? "" } } })) });
  if (!door) return null;
  const data = bound.data;
  return (
    <Panel title={<Trans>How hard a door's codes are to guess</Trans>} padded>
      <div className="stack">
        <DoorSelect label={t`Door`} allowDeselect={false} hasLock value={door.id} onChange={(one) => one && setChosen(one)} />
        {bound.isError ? (
          <Failed error={bound.error} retry={() => void bound.refetch()} />
        ) : !data ? (
          <LoadingRows count={4} />
        ) : (
          <dl className="facts">
            <dt><Trans>One guess opens</Trans></dt>
            <dd><Odds chance={data.per_guess} /></dd>
            <dt><Trans>A day of guessing opens</Trans></dt>
            <dd><Odds chance={data.per_day} /></dd>
            <dt><Trans>Guesses that the keypad takes in a day</Trans></dt>
            <dd className="number">{data.attempts_per_day}</dd>
            <dt><Trans>One-time codes that open at a moment</Trans></dt>
            <dd className="number">{data.otp.accepted}</dd>
            <dt><Trans>Offline codes</Trans></dt>
            <dd className="number">{data.offline ? data.offline.accepted : "–"}</dd>
            <dt><Trans>PINs</Trans></dt>
            <dd className="number">{data.pin ? data.pin.accepted : "–"}</dd>
          </dl>
        )}
      </div>
    </Panel>
  );
}

export function WorkspaceSettings({ codes }: { codes?: boolean }) {
  const workspace = useQuery(workspaceQuery);
  const may = useMay();
  if (workspace.isError) return <Failed error={workspace.error} retry={() => void workspace.refetch()} />;
  if (!workspace.data) return <LoadingRows count={6} />;
  return (
    <div className="stack narrow">
      {codes ? <CodePolicy workspace={workspace.data} /> : <General workspace={workspace.data} />}
      {codes && may("locks:read") && <BoundOfLock />}
    </div>
  );
}
