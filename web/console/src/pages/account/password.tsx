// SPDX-License-Identifier: Apache-2.0
// The password, changed.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { api, must } from "../../api.ts";
import { Dialog } from "../../parts/act.tsx";
import { Notice, Panel } from "../../parts/page.tsx";
import { useAccount } from "../../session.ts";
import { OwnPasswordForm } from "./own_password.tsx";

function ChangePassword({ onClose, onChanged }: { onClose: () => void; onChanged: () => void }) {
  const { t } = useLingui();
  const email = useAccount()?.operator.email ?? "";
  const [fresh, setFresh] = useState("");
  const change = async (password: string) => {
    must(await api.POST("/v1/account/password", { body: { password, new_password: fresh } }));
    onChanged();
  };
  return (
    <OwnPasswordForm
      send={change}
      onClose={onClose}
      submit={<Trans>Change it</Trans>}
      fields={
        <>
          <PasswordInput label={t`New password`} description={t`At least 12 characters`} required minLength={12} autoComplete="new-password" value={fresh} onChange={(event) => setFresh(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
          <p className="secondary" style={{ margin: 0 }}><Trans>You stay signed in here, and are signed out everywhere else.</Trans></p>
        </>
      }
    >
      {/* A password manager asks whose it is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
    </OwnPasswordForm>
  );
}

export function Password() {
  const [changing, setChanging] = useState(false);
  const [changed, setChanged] = useState(false);
  return (
    <Panel title={<Trans>Password</Trans>} actions={<Button variant="default" onClick={() => setChanging(true)}><Trans>Change the password</Trans></Button>} padded>
      {changed ? <Notice tone="info" live><p><Trans>The password was changed. Everywhere else you are signed out.</Trans></p></Notice> : <span className="dim"><Trans>For where there is no passkey, and before anything on this page is changed.</Trans></span>}
      <Dialog opened={changing} onClose={() => setChanging(false)} title={<Trans>Change the password</Trans>}>
        <ChangePassword onClose={() => setChanging(false)} onChanged={() => setChanged(true)} />
      </Dialog>
    </Panel>
  );
}
