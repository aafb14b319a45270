// SPDX-License-Identifier: Apache-2.0
// One's own account: how one signs in, where one is signed in, and how one gets back in.
import { Trans, useLingui } from "@lingui/react/macro";
import { Page } from "../../parts/page.tsx";
import { useAccount } from "../../session.ts";
import { Organisation } from "./organisation.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Password } from "./password.tsx";
import { Recovery, RecoveryUnderWay } from "./recovery.tsx";
import { Sessions } from "./sessions.tsx";
import { Authenticator } from "./totp.tsx";

export default function AccountPage() {
  const { t } = useLingui();
  const operator = useAccount()?.operator;
  return (
    <Page title={<Trans>Account and security</Trans>} name={t`Account and security`}>
      <div className="facts-line">
        <span>{operator?.name}</span>
        <span className="dim">{operator?.email}</span>
      </div>
      <div className="stack account">
        <RecoveryUnderWay />
        <Passkeys />
        <Password />
        <Authenticator />
        <Organisation />
        <Sessions />
        <Recovery />
      </div>
    </Page>
  );
}
