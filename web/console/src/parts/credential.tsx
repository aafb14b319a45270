// SPDX-License-Identifier: Apache-2.0
// One credential at one door: where it stands at the lock, and what can be done with it.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { api, must, type Schemas } from "../api.ts";
import { useMay } from "../session.ts";
import { Problem, useAct } from "./act.tsx";
import { DeliveryState } from "./delivery.tsx";
import { forgetAccess } from "./grants.ts";
import { CodeShown, PinForm, sendCode } from "./issue.tsx";
import { useLock } from "./lock.tsx";
import { useDoor } from "./names.tsx";
import { Notice } from "./page.tsx";
import { timeText } from "./time.tsx";
import { kindWords } from "./words.ts";

type Shown = { code: string; window?: Schemas["Window"] | null; changesAt?: string };
const soonestMs = 2_000; // this browser's clock may be ahead

/** `takesDuress`: a duress PIN goes with it. */
export function CredentialRow({ credential, takesDuress = false }: { credential: Schemas["Credential"]; takesDuress?: boolean }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const may = useMay();
  const lock = useLock(credential.lock_id).data;
  const door = useDoor(credential.door_id);
  const [shown, setShown] = useState<Shown>();
  const [sent, setSent] = useState<string>();
  const [asks, setAsks] = useState<"pin" | "end">();
  const { busy, error, act } = useAct();
  const order = { params: { path: { credential_id: credential.id } } };
  const { kind } = credential;
  const what = kindWords(credential);
  const isOpen = credential.delivery !== "ended" && credential.revoked_at === null;
  const again = useCallback(
    () =>
      act(async () => {
        const order = { params: { path: { credential_id: credential.id } } };
        if (kind === "offline") return setShown(must(await api.POST("/v1/credentials/{credential_id}/reveal", order)));
        const { code, to } = must(await api.GET("/v1/credentials/{credential_id}/code", order));
        setShown({ code, changesAt: to });
      }),
    [act, credential.id, kind],
  );
  // A code of the moment is followed by the next, for as long as somebody looks.
  const changesAt = shown?.changesAt;
  useEffect(() => {
    if (!changesAt) return;
    const timer = setTimeout(() => void again(), Math.max(soonestMs, Date.parse(changesAt) - Date.now()));
    return () => clearTimeout(timer);
  }, [changesAt, again]);
  const send = () => act(async () => setSent((await sendCode(credential.id)).to));
  const end = () =>
    act(async () => {
      must(await api.POST("/v1/credentials/{credential_id}/revoke", order));
      setAsks(undefined);
      await forgetAccess();
    });
  const change = async (pin?: string) => {
    const issued = must(await api.POST("/v1/credentials/{credential_id}/pin", { ...order, body: { ...(pin && { pin }) } }));
    await forgetAccess();
    return issued;
  };
  const next = changesAt ? timeText(i18n.locale, changesAt, "seconds", door?.zone) : "";
  const canShow = may("codes:reveal") && (kind === "offline" || kind === "token");
  const canSend = may("credentials:issue") && kind === "sms";
  const canChange = may("credentials:issue") && kind === "pin";
  const canEnd = may("grants:write");
  return (
    <div className="stack" style={{ gap: 8 }}>
      <div className="row">
        <span className="dim" style={{ minWidth: 110 }}>{what}</span>
        <span className="grow" style={{ minWidth: 0 }}><DeliveryState credential={credential} zone={door?.zone} online={lock?.online} /></span>
        {isOpen && (canShow || canSend || canChange || canEnd) && (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon variant="subtle" color="gray" c="var(--c-text)" loading={busy} aria-label={t`${what}: what can be done`}><IconDots size={16} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {canSend && <Menu.Item onClick={() => void send()}><Trans>Send a code</Trans></Menu.Item>}
              {canShow && <Menu.Item onClick={() => void again()}>{kind === "offline" ? <Trans>Show the code again</Trans> : <Trans>Show the code of this moment</Trans>}</Menu.Item>}
              {canChange && <Menu.Item onClick={() => setAsks("pin")}><Trans>Another PIN</Trans></Menu.Item>}
              {canEnd && <Menu.Item color="red" onClick={() => setAsks("end")}><Trans>End this one</Trans></Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {credential.old_pin_opens && <p className="secondary" style={{ margin: 0 }}><Trans>Until the lock has the new PIN, the old one opens.</Trans></p>}
      <Problem error={error} />
      {sent && <Notice tone="info" live><p><Trans>A code is on its way to {sent}. It opens for some minutes.</Trans></p></Notice>}
      {shown && (
        <CodeShown code={shown.code} window={shown.window} zone={door?.zone}>
          {changesAt && <p className="secondary" style={{ margin: 0, textAlign: "center" }}><Trans>The next one comes at {next}.</Trans></p>}
          <div style={{ alignSelf: "center" }}><Button variant="default" onClick={() => setShown(undefined)}><Trans>Hide</Trans></Button></div>
        </CodeShown>
      )}
      {asks === "pin" && <PinForm door={credential.door_id} duress={credential.duress === true} submit={change} onDone={() => setAsks(undefined)} />}
      {asks === "end" && (
        <Notice tone="warn" live>
          <div className="stack">
            <p>{kind === "offline" ? <Trans>A lock cannot take back an offline code: it opens until its own end, or until a clear code is typed there.</Trans> : <Trans>It opens until the lock has heard of it; the list says until when at the latest.</Trans>}</p>
            {takesDuress && <p><Trans>The duress PIN stands beside it, and ends with it.</Trans></p>}
            <div className="row"><Button variant="default" onClick={() => setAsks(undefined)}><Trans>Cancel</Trans></Button><Button color="red" loading={busy} onClick={() => void end()}><Trans>End this one</Trans></Button></div>
          </div>
        </Notice>
      )}
    </div>
  );
}
