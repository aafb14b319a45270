// SPDX-License-Identifier: Apache-2.0
// The account at the organisation's own provider, which signs in here once it is linked.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { leaveFor, redirectUri } from "../../oidc.ts";
import { Dialog } from "../../parts/act.tsx";
import { Failed, LoadingRows, Panel } from "../../parts/page.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { oidcLinksQuery } from "./account.ts";
import { OwnPasswordForm } from "./own_password.tsx";

type OidcLink = Schemas["OidcLink"];

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

function LinkAccount({ onClose }: { onClose: () => void }) {
  const begin = async (password: string) => leaveFor(must(await api.POST("/v1/account/oidc-links/begin", { body: { password, redirect_uri: redirectUri } })), { links: true });
  return (
    <OwnPasswordForm send={begin} onClose={onClose} onSent={() => undefined} submit={<Trans>Go on there</Trans>}>
      <p className="dim" style={{ margin: 0 }}><Trans>Your organisation's page opens. Sign in there; from then on that account signs you in here too. A code of your authenticator app is still asked for.</Trans></p>
    </OwnPasswordForm>
  );
}

function Unlink({ issuer, onClose }: { issuer: string; onClose: () => void }) {
  const unlink = async (password: string) => must(await api.POST("/v1/account/oidc-links/remove", { body: { issuer, password } }));
  return (
    <OwnPasswordForm send={unlink} onClose={onClose} submit={<Trans>Unlink</Trans>} removes>
      <p style={{ margin: 0 }}><Trans>That account then signs nobody in here.</Trans></p>
    </OwnPasswordForm>
  );
}

export function Organisation() {
  const { t } = useLingui();
  const links = useQuery(oidcLinksQuery);
  const [linking, setLinking] = useState(false);
  const [chosen, setChosen] = useState<OidcLink>();
  const [asks, setAsks] = useState(false);
  const isNone = links.data?.length === 0;
  return (
    <Panel title={<Trans>Your organisation's account</Trans>} actions={isNone && <Button variant="default" onClick={() => setLinking(true)}><Trans>Link it</Trans></Button>} padded={isNone}>
      {links.isPending ? (
        <LoadingRows count={1} height={56} />
      ) : links.isError ? (
        <Failed error={links.error} retry={() => void links.refetch()} />
      ) : isNone ? (
        <span className="dim"><Trans>Where your organisation has its own sign-in, its account can sign you in here.</Trans></span>
      ) : (
        <ul className="rows">
          {links.data.map((link) => {
            const host = hostOf(link.issuer);
            const name = link.email ?? link.subject;
            return (
              <li key={link.issuer}>
                <div className="line own">
                  <span className="cut"><span style={{ fontWeight: 550 }}>{name}</span><span className="secondary cut" style={{ display: "block" }}>{host} · <Trans>linked <When at={link.created_at} style="day" /></Trans></span></span>
                  <span className="cut dim">{link.last_used_at ? <Trans>used <Ago at={link.last_used_at} /></Trans> : <Trans>never used</Trans>}</span>
                  <Button variant="default" aria-label={t`Unlink ${name}`} onClick={() => { setChosen(link); setAsks(true); }}><Trans>Unlink</Trans></Button>
                </div>
              </li>
            );
          })}
        </ul>
      )}
      <Dialog opened={linking} onClose={() => setLinking(false)} title={<Trans>Link your organisation's account</Trans>}>
        <LinkAccount onClose={() => setLinking(false)} />
      </Dialog>
      <Dialog opened={asks} onClose={() => setAsks(false)} title={<Trans>Unlink this account?</Trans>}>
        <Unlink issuer={chosen?.issuer ?? ""} onClose={() => setAsks(false)} />
      </Dialog>
    </Panel>
  );
}
