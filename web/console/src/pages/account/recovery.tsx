// SPDX-License-Identifier: Apache-2.0
// Getting back in: what there is for whoever lost everything, and stopping what somebody else began.
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, must } from "../../api.ts";
import { Problem, useAct } from "../../parts/act.tsx";
import { Notice, Panel } from "../../parts/page.tsx";
import { When } from "../../parts/time.tsx";
import { useAccount } from "../../session.ts";
import { forgetAccount, passkeysQuery } from "./account.ts";

/** Somebody asked to get into this account: whoever is in it already can stop that. */
export function RecoveryUnderWay() {
  const recovery = useAccount()?.operator.recovery;
  const { busy, error, act } = useAct();
  if (!recovery) return null;
  const stop = () =>
    act(async () => {
      must(await api.DELETE("/v1/account/recovery"));
      await forgetAccount();
    });
  return (
    <Notice tone="bad" live>
      <div className="stack">
        <p><Trans>Somebody asked <When at={recovery.asked_at} /> to get back into this account, as whoever forgot the password does. If that was not you, stop it.</Trans></p>
        <Problem error={error} />
        <div className="row"><Button color="red" loading={busy} onClick={() => void stop()}><Trans>That was not me: stop it</Trans></Button></div>
      </div>
    </Notice>
  );
}

export function Recovery() {
  const account = useAccount();
  const passkeys = useQuery(passkeysQuery).data?.length ?? 0;
  if (!account) return null;
  const { email } = account.operator;
  const hasApp = account.operator.second_factor;
  return (
    <Panel title={<Trans>If you cannot sign in one day</Trans>} padded>
      <ol className="ways">
        <li>{passkeys > 0 ? <Trans>A passkey is enough by itself. Have one on a second device.</Trans> : <Trans>A passkey is enough by itself. You have none yet.</Trans>}</li>
        {hasApp && <li><Trans>Without the app's phone, a recovery code takes the place of its code.</Trans></li>}
        <li>
          {hasApp ? (
            <Trans>Without the password, choose "I cannot sign in". An e-mail goes to {email}; its word and a code of the app, or an owner's approval, set a new one.</Trans>
          ) : (
            <Trans>Without the password, choose "I cannot sign in". An e-mail goes to {email}; its word and an owner's approval set a new one. Without an owner, a second one comes two days later, whose word is enough.</Trans>
          )}
        </li>
        <li><Trans>All owners are told when somebody asks for this, and any of them can stop it. So can you, here.</Trans></li>
      </ol>
    </Panel>
  );
}
