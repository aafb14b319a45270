// SPDX-License-Identifier: Apache-2.0
// Where one is signed in, and ending that.
import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, must } from "../../api.ts";
import { Ask, Problem, useAct } from "../../parts/act.tsx";
import { Failed, LoadingRows, Panel } from "../../parts/page.tsx";
import { Ago } from "../../parts/time.tsx";
import { signOut, signOutEverywhere } from "../../session.ts";
import { forgetAccount, sessionsQuery } from "./account.ts";
import { agentName } from "./agent.ts";

export function Sessions() {
  const { t } = useLingui();
  const sessions = useQuery(sessionsQuery);
  const { busy, error, act } = useAct();
  const [asks, setAsks] = useState(false);
  const end = (id: string) =>
    act(async () => {
      must(await api.DELETE("/v1/sessions/{session_id}", { params: { path: { session_id: id } } }));
      await forgetAccount();
    });
  return (
    <Panel title={<Trans>Where you are signed in</Trans>} actions={<Button variant="default" onClick={() => setAsks(true)}><Trans>Sign out everywhere</Trans></Button>}>
      {error !== undefined && <div style={{ padding: "12px 16px 0" }}><Problem error={error} /></div>}
      {sessions.isPending ? (
        <LoadingRows count={2} height={56} />
      ) : sessions.isError ? (
        <Failed error={sessions.error} retry={() => void sessions.refetch()} />
      ) : (
        <ul className="rows">
          {sessions.data.map((session) => {
            const name = agentName(session.agent);
            const { address } = session;
            return (
              <li key={session.id}>
                <div className="line own">
                  <span className="cut"><span className="row" style={{ gap: 8 }}><span className="cut" style={{ fontWeight: 550 }} title={session.agent}>{name}</span>{session.current && <Badge><Trans>Here</Trans></Badge>}</span><span className="secondary cut" style={{ display: "block" }}>{address}</span></span>
                  <span className="cut dim"><Trans>seen <Ago at={session.seen_at} /></Trans></span>
                  {session.current ? (
                    <Button variant="default" onClick={() => void signOut(session.id)}><Trans>Sign out</Trans></Button>
                  ) : (
                    <Button variant="default" loading={busy} aria-label={t`End ${name}, ${address}`} onClick={() => void end(session.id)}><Trans>End</Trans></Button>
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      )}
      <Ask opened={asks} onClose={() => setAsks(false)} title={<Trans>Sign out everywhere?</Trans>} run={signOutEverywhere} button={<Trans>Sign out everywhere</Trans>}>
        <Trans>Here too. You sign in again with your passkey or password.</Trans>
      </Ask>
    </Panel>
  );
}
