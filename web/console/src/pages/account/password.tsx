// SPDX-License-Identifier: Apache-2.0
// The password: asked for before what changes how one signs in, and changed.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { api, must } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Notice, Panel } from "../../parts/page.tsx";
import { useAccount } from "../../session.ts";
import { forgetAccount } from "./account.ts";

/** Whoever finds the page open does not know it. */
export function OwnPassword({ value, onChange, autofocus }: { value: string; onChange: (password: string) => void; autofocus?: boolean }) {
  const { t } = useLingui();
  return <PasswordInput label={t`Your password`} required autoComplete="current-password" data-autofocus={autofocus || undefined} value={value} onChange={(event) => onChange(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />;
}

function ChangePassword({ opened, onClose, onChanged }: { opened: boolean; onClose: () => void; onChanged: () => void }) {
  const { t } = useLingui();
  const email = useAccount()?.operator.email ?? "";
  const [password, setPassword] = useState("");
  const [fresh, setFresh] = useState("");
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) return clear();
    setPassword("");
    setFresh("");
  }, [opened, clear]);
  const change = async (event: FormEvent) => {
    event.preventDefault();
    const changed = await act(async () => {
      const answer = await api.POST("/v1/account/password", { body: { password, new_password: fresh } });
      if (answer.error) must(answer as never);
      await forgetAccount();
    });
    if (!changed) return;
    onChanged();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={<Trans>Change the password</Trans>}>
      <form className="stack" onSubmit={(event) => void change(event)}>
        {/* A password manager asks whose it is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <OwnPassword value={password} onChange={setPassword} autofocus />
        <PasswordInput label={t`New password`} description={t`At least 12 characters`} required minLength={12} autoComplete="new-password" value={fresh} onChange={(event) => setFresh(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
        <Problem error={error} />
        <p className="secondary" style={{ margin: 0 }}><Trans>You stay signed in here, and are signed out everywhere else.</Trans></p>
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" loading={busy}><Trans>Change it</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Password() {
  const [changing, setChanging] = useState(false);
  const [changed, setChanged] = useState(false);
  return (
    <Panel title={<Trans>Password</Trans>} actions={<Button variant="default" onClick={() => setChanging(true)}><Trans>Change the password</Trans></Button>} padded>
      {changed ? <Notice tone="info" live><p><Trans>The password was changed. Everywhere else you are signed out.</Trans></p></Notice> : <span className="dim"><Trans>For where there is no passkey, and before anything on this page is changed.</Trans></span>}
      <ChangePassword opened={changing} onClose={() => setChanging(false)} onChanged={() => setChanged(true)} />
    </Panel>
  );
}
