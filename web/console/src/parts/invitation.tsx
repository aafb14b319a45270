// SPDX-License-Identifier: Apache-2.0
// An invitation that brings keys to a phone: how far it has come, its link where that was just made, and sending it again.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, must, type Schemas } from "../api.ts";
import { useMay } from "../session.ts";
import { Problem, useAct } from "./act.tsx";
import { forgetAccess } from "./grants.ts";
import { Notice } from "./page.tsx";
import { Copy, QrCode } from "./qr.tsx";
import { State } from "./state.tsx";
import { timeText } from "./time.tsx";

type Invitation = Schemas["GrantInvitation"];

export function InvitationState({ invitation }: { invitation: Invitation }) {
  const to = invitation.mail?.to ?? "";
  switch (invitation.state) {
    case "draft": return <State tone="wait" quiet><Trans>The message has not left yet</Trans></State>;
    case "undelivered": return <State tone="warn"><Trans>The message did not arrive</Trans></State>;
    case "sent": return <State tone="none">{invitation.mail ? <Trans>Sent to {to}, not opened yet</Trans> : <Trans>Link handed over, not opened yet</Trans>}</State>;
    case "opened": return <State tone="none"><Trans>Opened, no phone yet</Trans></State>;
    case "on_phone": return <State tone="steady" quiet><Trans>On a phone</Trans></State>;
    case "cancelled": return <State tone="none"><Trans>Invitation withdrawn</Trans></State>;
    case "expired": return <State tone="warn"><Trans>Invitation has expired</Trans></State>;
  }
}

/** The link, once: nobody can show it again. */
export function InvitationLink({ link }: { link: string }) {
  const { t } = useLingui();
  return (
    <div className="stack" style={{ alignItems: "center" }}>
      <QrCode text={link} label={t`QR code of the invitation`} />
      <div style={{ alignSelf: "stretch" }}><Copy text={link} label={t`Link`} /></div>
      <p className="secondary" style={{ margin: 0 }}><Trans>Let your guest scan it, or send them the link. Whoever has it has the key, and it is shown only now.</Trans></p>
    </div>
  );
}

/** A fresh invitation to a grant: by letter to whoever has an address, or as a link. */
export async function invite(grant: string, channel: "email" | "link"): Promise<Schemas["NewGrantInvitation"]> {
  return must(await api.POST("/v1/access-grants/{grant_id}/invitations", { params: { path: { grant_id: grant } }, body: { channel } }));
}

/** To the phones that its person has already: they fetch it by themselves. */
export async function giveToPhones(grant: string): Promise<Schemas["GrantedPhones"]> {
  return must(await api.POST("/v1/access-grants/{grant_id}/phones", { params: { path: { grant_id: grant } }, body: {} }));
}

export function InvitationRow({ invitation, zone }: { invitation: Invitation; zone?: string }) {
  const { i18n } = useI18n();
  const may = useMay();
  const { busy, error, act } = useAct();
  const [link, setLink] = useState<string | null>();
  const until = timeText(i18n.locale, invitation.expires_at, "short", zone);
  const canSend = may("credentials:issue") && invitation.state !== "cancelled" && invitation.state !== "on_phone";
  const resend = () =>
    act(async () => {
      setLink(must(await api.POST("/v1/invitations/{invitation_id}/resend", { params: { path: { invitation_id: invitation.id } } })).link);
      await forgetAccess();
    });
  return (
    <div className="stack" style={{ gap: 8 }}>
      <div className="row">
        <span className="grow">
          <InvitationState invitation={invitation} />
          {canSend && <span className="secondary" style={{ display: "block", paddingLeft: 15 }}><Trans>good until {until}</Trans></span>}
        </span>
        {canSend && <Button variant="default" loading={busy} onClick={() => void resend()}>{invitation.mail ? <Trans>Send again</Trans> : <Trans>New link</Trans>}</Button>}
      </div>
      {invitation.mail?.failure && invitation.state !== "cancelled" && <p className="secondary" style={{ margin: 0 }} lang="en">{invitation.mail.failure}</p>}
      <Problem error={error} />
      {link === null && <Notice tone="info" live><p><Trans>It is on its way. The link that was sent before no longer works.</Trans></p></Notice>}
      {link && <InvitationLink link={link} />}
    </div>
  );
}
