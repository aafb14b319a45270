// SPDX-License-Identifier: Apache-2.0
// The authenticator app beside the password: set up with a QR code, proved by a code of it, and the codes for who loses it.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Notice, Panel } from "../../parts/page.tsx";
import { Copy, CopyButton, QrCode } from "../../parts/qr.tsx";
import { State } from "../../parts/state.tsx";
import { useAccount } from "../../session.ts";
import { forgetAccount } from "./account.ts";
import { OwnPassword } from "./password.tsx";

const fewCodes = 3;

function Code({ value, onChange, description }: { value: string; onChange: (code: string) => void; description: string }) {
  const { t } = useLingui();
  return <TextInput label={t`Code`} description={description} required autoComplete="one-time-code" spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
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
      <Notice tone="warn" live><p><Trans>The authenticator app is set up. Keep these codes where you find them without your phone: each signs you in once in place of the app. They are shown only here and only now.</Trans></p></Notice>
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

function SetUp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const [offer, setOffer] = useState<Schemas["TotpOffer"]>();
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[]>();
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) return clear();
    setPassword("");
    setOffer(undefined);
    setCode("");
    setCodes(undefined);
  }, [opened, clear]);
  const begin = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => setOffer(must(await api.POST("/v1/account/totp", { body: { password } }))));
  };
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      setCodes(must(await api.POST("/v1/account/totp/confirm", { body: { code: code.replaceAll(" ", "") } })).recovery_codes);
      await forgetAccount();
    });
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={codes ? <Trans>Recovery codes</Trans> : <Trans>Set up an authenticator app</Trans>}>
      {codes ? (
        <RecoveryCodes codes={codes} onClose={onClose} />
      ) : offer ? (
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
      ) : (
        <form className="stack" onSubmit={begin}>
          <p className="dim" style={{ margin: 0 }}><Trans>Signing in with the password then takes a code of the app too. You are signed out everywhere else.</Trans></p>
          <OwnPassword value={password} onChange={setPassword} autofocus />
          <Problem error={error} />
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
            <Button type="submit" loading={busy}><Trans>Continue</Trans></Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Remove({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) return clear();
    setPassword("");
    setCode("");
  }, [opened, clear]);
  const remove = async (event: FormEvent) => {
    event.preventDefault();
    const removed = await act(async () => {
      const answer = await api.POST("/v1/account/totp/remove", { body: { password, code: code.replaceAll(" ", "") } });
      if (answer.error) must(answer as never);
      await forgetAccount();
    });
    if (removed) onClose();
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={<Trans>Stop using the authenticator app?</Trans>}>
      <form className="stack" onSubmit={(event) => void remove(event)}>
        <p style={{ margin: 0 }}><Trans>The password alone then signs you in, and the recovery codes are worth nothing. You are signed out everywhere else.</Trans></p>
        <OwnPassword value={password} onChange={setPassword} autofocus />
        <Code value={code} onChange={setCode} description={t`From your authenticator app, or a recovery code`} />
        <Problem error={error} />
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" color="red" loading={busy}><Trans>Stop using it</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Authenticator() {
  const account = useAccount();
  const [asks, setAsks] = useState<"set-up" | "remove">();
  if (!account) return null;
  const isSet = account.operator.second_factor;
  const left = account.recovery_codes_left;
  return (
    <Panel
      title={<Trans>Authenticator app</Trans>}
      padded
      actions={isSet ? <Button variant="default" onClick={() => setAsks("remove")}><Trans>Stop using it</Trans></Button> : <Button onClick={() => setAsks("set-up")}><Trans>Set up</Trans></Button>}
    >
      {isSet ? (
        <div className="stack" style={{ gap: 8 }}>
          <State tone="steady" quiet><Trans>Signing in with the password takes its code</Trans></State>
          <State tone={left <= fewCodes ? "warn" : "none"} quiet={left > fewCodes}><Plural value={left} one="# recovery code is left" other="# recovery codes are left" /></State>
          {left <= fewCodes && <span className="secondary"><Trans>For new ones, stop using the app and set it up again.</Trans></span>}
        </div>
      ) : (
        <span className="dim"><Trans>Whoever guesses or finds the password gets in with it. A code of an app on your phone keeps them out.</Trans></span>
      )}
      <SetUp opened={asks === "set-up"} onClose={() => setAsks(undefined)} />
      <Remove opened={asks === "remove"} onClose={() => setAsks(undefined)} />
    </Panel>
  );
}
