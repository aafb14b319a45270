// SPDX-License-Identifier: Apache-2.0
// The authenticator app beside the password: set up with a QR code, proved by a code of it, and the codes for who loses it.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Notice, Panel } from "../../parts/page.tsx";
import { Copy, CopyButton, QrCode } from "../../parts/qr.tsx";
import { State } from "../../parts/state.tsx";
import { useAccount } from "../../session.ts";
import { forgetAccount } from "./account.ts";
import { OwnPasswordForm } from "./own_password.tsx";

const fewCodes = 3;

function Code({ value, onChange, description }: { value: string; onChange: (code: string) => void; description: string }) {
  const { t } = useLingui();
  return <TextInput label={t`Code`} description={description} required autoComplete="one-time-code" spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function RecoveryCodes({ codes, onClose, children }: { codes: string[]; onClose: () => void; children: ReactNode }) {
  const { t } = useLingui();
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`Cardea, ${location.host}\n\n${codes.join("\n")}\n`], { type: "text/plain" }));
    link.download = "cardea-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <>
      <Notice tone="warn" live><p>{children}</p></Notice>
      <ul className="recovery-codes" aria-label={t`Recovery codes`}>{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="row" style={{ justifyContent: "space-between", flexWrap: "wrap" }}>
        <span className="row">
          <CopyButton text={codes.join("\n")} />
          <Button size="sm" variant="default" onClick={save}><Trans>Save as a file</Trans></Button>
        </span>
        <Button size="sm" onClick={onClose}><Trans>I have kept them</Trans></Button>
      </div>
    </>
  );
}

function Confirm({ offer, onClose, onConfirmed }: { offer: Schemas["TotpOffer"]; onClose: () => void; onConfirmed: (codes: string[]) => void }) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const { busy, error, act } = useAct();
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      onConfirmed(must(await api.POST("/v1/account/totp/confirm", { body: { code: code.replaceAll(" ", "") } })).recovery_codes);
      await forgetAccount();
    });
  };
  return (
    <form className="stack" onSubmit={confirm}>
      <p style={{ margin: 0 }}><Trans>Scan this with the app, or type the secret into it. Then enter the code that it shows.</Trans></p>
      <div style={{ alignSelf: "center" }}><QrCode text={offer.otpauth_uri} label={t`QR code for the authenticator app`} /></div>
      <Copy text={offer.secret} label={t`Secret`} />
      <Code value={code} onChange={setCode} description={t`Six digits`} />
      <Problem error={error} />
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
        <Button type="submit" loading={busy}><Trans>Confirm</Trans></Button>
      </div>
    </form>
  );
}

/** By the password to the secret, by a code of it to the recovery codes, which are the dialog's: its title changes with them. */
function SetUp({ codes, onCodes, onClose }: { codes: string[] | undefined; onCodes: (codes: string[] | undefined) => void; onClose: () => void }) {
  const [offer, setOffer] = useState<Schemas["TotpOffer"]>();
  useEffect(() => () => onCodes(undefined), [onCodes]);
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose}><Trans>The authenticator app is set up. Keep these codes where you find them without your phone: each signs you in once in place of the app. They are shown only here and only now.</Trans></RecoveryCodes>;
  if (offer) return <Confirm offer={offer} onClose={onClose} onConfirmed={onCodes} />;
  const begin = async (password: string) => setOffer(must(await api.POST("/v1/account/totp", { body: { password } })));
  return (
    <OwnPasswordForm send={begin} onClose={onClose} onSent={() => undefined} submit={<Trans>Continue</Trans>}>
      <p className="dim" style={{ margin: 0 }}><Trans>Signing in with the password then takes a code of the app too. You are signed out everywhere else.</Trans></p>
    </OwnPasswordForm>
  );
}

/** New recovery codes; the app stays as it is. */
function Renew({ codes, onCodes, onClose }: { codes: string[] | undefined; onCodes: (codes: string[] | undefined) => void; onClose: () => void }) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  useEffect(() => () => onCodes(undefined), [onCodes]);
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose}><Trans>The codes from before are worth nothing any more. Keep these where you find them without your phone: each signs you in once in place of the app. They are shown only here and only now.</Trans></RecoveryCodes>;
  const renew = async (password: string) => onCodes(must(await api.POST("/v1/account/totp/recovery-codes", { body: { password, code: code.replaceAll(" ", "") } })).recovery_codes);
  return (
    <OwnPasswordForm send={renew} onClose={onClose} onSent={() => undefined} submit={<Trans>Make new codes</Trans>} fields={<Code value={code} onChange={setCode} description={t`From your authenticator app, or a recovery code`} />}>
      <p className="dim" style={{ margin: 0 }}><Trans>The app stays as it is. You are signed out everywhere else.</Trans></p>
    </OwnPasswordForm>
  );
}

function Remove({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const remove = async (password: string) => must(await api.POST("/v1/account/totp/remove", { body: { password, code: code.replaceAll(" ", "") } }));
  return (
    <OwnPasswordForm send={remove} onClose={onClose} submit={<Trans>Stop using it</Trans>} removes fields={<Code value={code} onChange={setCode} description={t`From your authenticator app, or a recovery code`} />}>
      <p style={{ margin: 0 }}><Trans>The password alone then signs you in, and the recovery codes are worth nothing. You are signed out everywhere else.</Trans></p>
    </OwnPasswordForm>
  );
}

export function Authenticator() {
  const account = useAccount();
  const [asks, setAsks] = useState<"set-up" | "renew" | "remove">();
  const [codes, setCodes] = useState<string[]>();
  if (!account) return null;
  const close = () => setAsks(undefined);
  const isSet = account.operator.second_factor;
  const left = account.recovery_codes_left;
  return (
    <Panel
      title={<Trans>Authenticator app</Trans>}
      padded
      actions={isSet ? <><Button variant="default" onClick={() => setAsks("renew")}><Trans>New recovery codes</Trans></Button><Button variant="default" onClick={() => setAsks("remove")}><Trans>Stop using it</Trans></Button></> : <Button onClick={() => setAsks("set-up")}><Trans>Set up</Trans></Button>}
    >
      {isSet ? (
        <div className="stack" style={{ gap: 8 }}>
          <State tone="steady" quiet><Trans>Signing in with the password takes its code</Trans></State>
          <State tone={left <= fewCodes ? "warn" : "none"} quiet={left > fewCodes}><Plural value={left} one="# recovery code is left" other="# recovery codes are left" /></State>
        </div>
      ) : (
        <span className="dim"><Trans>Whoever guesses or finds the password gets in with it. A code of an app on your phone keeps them out.</Trans></span>
      )}
      <Dialog opened={asks === "set-up"} onClose={close} title={codes ? <Trans>Recovery codes</Trans> : <Trans>Set up an authenticator app</Trans>}>
        <SetUp codes={codes} onCodes={setCodes} onClose={close} />
      </Dialog>
      <Dialog opened={asks === "renew"} onClose={close} title={codes ? <Trans>Recovery codes</Trans> : <Trans>Make new recovery codes?</Trans>}>
        <Renew codes={codes} onCodes={setCodes} onClose={close} />
      </Dialog>
      <Dialog opened={asks === "remove"} onClose={close} title={<Trans>Stop using the authenticator app?</Trans>}>
        <Remove onClose={close} />
      </Dialog>
    </Panel>
  );
}
