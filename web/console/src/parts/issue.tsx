// SPDX-License-Identifier: Apache-2.0
// Turning an access grant into something to open one door with: a PIN, a code for a time, codes by SMS or e-mail, an authenticator app.
// What opens is shown once, where the platform shows it at all.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { api, codeOf, must, type Schemas } from "../api.ts";
import { Problem, useAct } from "./act.tsx";
import { clockAt, dayAt, forgetAccess, instantAt } from "./grants.ts";
import { useLock } from "./lock.tsx";
import { DoorName, useDoor } from "./names.tsx";
import { Notice } from "./page.tsx";
import { Copy, CopyButton, QrCode } from "./qr.tsx";
import { timeText, viewerZone } from "./time.tsx";
import { problemWords } from "./words.ts";

type Grant = Schemas["AccessGrant"];
type Credential = Schemas["Credential"];
type Create = Schemas["CredentialCreate"];
export type Kind = "pin" | "duress" | "offline" | "sms" | "app";
type Family = Extract<Create, { kind: "offline" }>["family"];

async function issue(grant: string, body: Create): Promise<Schemas["IssuedCredential"]> {
  const issued = must(await api.POST("/v1/access-grants/{grant_id}/credentials", { params: { path: { grant_id: grant } }, body }));
  await forgetAccess();
  return issued;
}

/** To the person's number or address; where it went. */
export async function sendCode(credential: string): Promise<Schemas["OutboxMessage"]> {
  return must(await api.POST("/v1/credentials/{credential_id}/send", { params: { path: { credential_id: credential } }, body: {} }));
}

function Buttons({ busy, onCancel, children }: { busy: boolean; onCancel: () => void; children: ReactNode }) {
  return (
    <div className="row" style={{ justifyContent: "flex-end" }}>
      <Button variant="default" onClick={onCancel}><Trans>Cancel</Trans></Button>
      <Button type="submit" loading={busy}>{children}</Button>
    </div>
  );
}

/** In groups that are easily said: by four where that comes out even, otherwise by three. */
function grouped(code: string): string {
  return code.replace(code.length % 4 === 0 ? /(\d{4})(?=\d)/g : /(\d{3})(?=\d{2})/g, "$1 ");
}

/** A code, large enough to be read to somebody on the telephone. */
export function CodeShown({ code, window, zone, children }: { code: string; window?: Schemas["Window"] | null; zone?: string; children?: ReactNode }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const from = window ? timeText(i18n.locale, window.from, "short", zone) : "";
  const to = window ? timeText(i18n.locale, window.to, "short", zone) : "";
  return (
    <div className="stack">
      <output className="code-shown" aria-label={t`Code`}>{grouped(code)}</output>
      {window && <p style={{ margin: 0, textAlign: "center" }}><Trans>Opens from {from} until {to}</Trans></p>}
      <div style={{ alignSelf: "center" }}><CopyButton text={code} /></div>
      {children}
    </div>
  );
}

/** A PIN for `grant` at `door`, or another one for the PIN that there is. What is said beside a duress PIN is for the manager: what is handed on is digits and nothing else. */
export function PinForm({ door, duress = false, submit, onDone }: { door: string; duress?: boolean; submit: (pin?: string) => Promise<Schemas["IssuedCredential"]>; onDone: () => void }) {
  const { t } = useLingui();
  const lock = useLock(useDoor(door)?.lock_id).data;
  const digits = lock?.settings.pin_digits;
  const [how, setHow] = useState<"made" | "chosen">("made");
  const [pin, setPin] = useState("");
  const [issued, setIssued] = useState<Schemas["IssuedCredential"]>();
  const { busy, error, act } = useAct();
  const give = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => setIssued(await submit(how === "chosen" ? pin : undefined)));
  };
  if (issued)
    return (
      <>
        {duress && <Notice tone="warn"><p><Trans>Give it to the person alone, by word of mouth, and let nothing be written beside it. It opens like the other PIN: whoever stands beside them sees no difference.</Trans></p></Notice>}
        {issued.code ? <CodeShown code={issued.code}><Notice tone="warn" live><p><Trans>The PIN is shown only here and only now. It opens as soon as the lock has it; the list says when.</Trans></p></Notice></CodeShown> : <Notice tone="info" live><p><Trans>The PIN opens as soon as the lock has it; the list says when.</Trans></p></Notice>}
        <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={onDone} data-autofocus><Trans>Done</Trans></Button></div>
      </>
    );
  const code = codeOf(error);
  const atField = how === "chosen" && (code === "pin_weak" || code === "pin_taken" || code === "invalid");
  return (
    <form className="stack" onSubmit={give}>
      {duress && <p style={{ margin: 0 }}><Trans>For the person to type when somebody forces them to open. The lock opens as with their other PIN; nothing at the door, on the phone or in a letter tells the two apart. Whoever the rule for "Forced to open" names is told at once: that should not be whoever would be forced.</Trans></p>}
      <Select label={t`Which PIN`} allowDeselect={false} value={how} onChange={(value) => setHow(value as typeof how)} data={[{ value: "made", label: t`One is made, and shown once` }, { value: "chosen", label: t`One that the person chose` }]} />
      {how === "chosen" && <TextInput label={t`PIN`} description={digits ? t`${digits} digits` : undefined} required inputMode="numeric" autoComplete="off" pattern={digits ? `[0-9]{${digits}}` : "[0-9]*"} minLength={digits} maxLength={digits ?? 10} error={atField && problemWords(error)} value={pin} onChange={(event) => setPin(event.currentTarget.value)} />}
      {!atField && <Problem error={error} />}
      <Buttons busy={busy} onCancel={onDone}><Trans>Give the PIN</Trans></Buttons>
    </form>
  );
}

function OfflineForm({ grant, door, onDone }: { grant: Grant; door: string; onDone: () => void }) {
  const { t } = useLingui();
  const zone = useDoor(door)?.zone ?? viewerZone;
  const [family, setFamily] = useState<Family>("timed");
  const [from, setFrom] = useState(() => clockAt(Date.parse(grant.from) > Date.now() ? grant.from : new Date(), zone));
  const [to, setTo] = useState(() => clockAt(grant.to ?? dayAt(1, "11:00", zone), zone));
  const [issued, setIssued] = useState<Schemas["IssuedCredential"]>();
  const { busy, error, act } = useAct();
  const isTimed = family !== "pool";
  const give = (event: FormEvent) => {
    event.preventDefault();
    // A minute is as exact as the field: the grant's own bounds are kept to the second.
    const begins = Date.parse(instantAt(from, zone) ?? "") <= Date.parse(grant.from) ? grant.from : instantAt(from, zone);
    const ends = grant.to && clockAt(grant.to, zone) === to ? grant.to : instantAt(to, zone);
    void act(async () => setIssued(await issue(grant.id, { kind: "offline", door_id: door, family, ...(isTimed && begins && { from: begins }), ...(isTimed && ends && { to: ends }) })));
  };
  if (issued)
    return (
      <>
        <CodeShown code={issued.code ?? ""} window={issued.credential.window} zone={zone}><Notice tone="info" live><p><Trans>It opens without the lock having heard of it, also while the lock is offline.</Trans></p></Notice></CodeShown>
        <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={onDone} data-autofocus><Trans>Done</Trans></Button></div>
      </>
    );
  return (
    <form className="stack" onSubmit={give}>
      <Select label={t`How often it opens`} allowDeselect={false} value={family} onChange={(value) => setFamily(value as Family)} data={[{ value: "timed", label: t`Any number of times in its time` }, { value: "exclusive", label: t`Any number of times; its first use ends earlier codes` }, { value: "once", label: t`Once, in its time` }, { value: "pool", label: t`Once, at any time` }]} />
      {isTimed && (
        <div className="two">
          <TextInput type="datetime-local" label={t`From`} required value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
          <TextInput type="datetime-local" label={t`Until`} required value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </div>
      )}
      {isTimed && zone !== viewerZone && <p className="secondary" style={{ margin: 0 }}><Trans>As the door's clock shows it: {zone}</Trans></p>}
      <Problem error={error} />
      <Buttons busy={busy} onCancel={onDone}><Trans>Make the code</Trans></Buttons>
    </form>
  );
}

function SmsForm({ grant, door, onDone }: { grant: Grant; door: string; onDone: () => void }) {
  const [made, setMade] = useState<Credential>();
  const [to, setTo] = useState<string>();
  const { busy, error, act } = useAct();
  const give = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      // What was made before the sending was refused is not made twice.
      const credential = made ?? (await issue(grant.id, { kind: "sms", door_id: door })).credential;
      setMade(credential);
      if (Date.parse(grant.from) <= Date.now()) setTo((await sendCode(credential.id)).to);
      else setTo("");
    });
  };
  if (to !== undefined)
    return (
      <>
        <Notice tone="info" live><p>{to ? <Trans>A code is on its way to {to}. It opens once the lock has the key, and for some minutes. For the next one: "Send a code".</Trans> : <Trans>When access begins, "Send a code" sends one.</Trans>}</p></Notice>
        <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={onDone} data-autofocus><Trans>Done</Trans></Button></div>
      </>
    );
  return (
    <form className="stack" onSubmit={give}>
      <p style={{ margin: 0 }}><Trans>A code of a few minutes goes to the person's telephone number, or else to the e-mail address, whenever somebody asks for one.</Trans></p>
      <Problem error={error} />
      <Buttons busy={busy} onCancel={onDone}>{made ? <Trans>Send a code</Trans> : <Trans>Give it and send a code</Trans>}</Buttons>
    </form>
  );
}

function AppForm({ grant, door, onDone }: { grant: Grant; door: string; onDone: () => void }) {
  const { t } = useLingui();
  const [uri, setUri] = useState<string>();
  const { busy, error, act } = useAct();
  const give = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => setUri((await issue(grant.id, { kind: "token", door_id: door, fixed: true })).otpauth_uri ?? ""));
  };
  if (uri !== undefined)
    return (
      <>
        <div style={{ alignSelf: "center" }}><QrCode text={uri} label={t`QR code for the authenticator app`} /></div>
        <Copy text={uri} label={t`Address for the app`} />
        <Notice tone="warn" live><p><Trans>Let the person scan it with their authenticator app. It is shown only here and only now.</Trans></p></Notice>
        <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={onDone} data-autofocus><Trans>Done</Trans></Button></div>
      </>
    );
  return (
    <form className="stack" onSubmit={give}>
      <p style={{ margin: 0 }}><Trans>The person's authenticator app shows a new code every half minute. Whoever gets the app's backup gets the key too: a key on the phone is better.</Trans></p>
      <Problem error={error} />
      <Buttons busy={busy} onCancel={onDone}><Trans>Make a key for the app</Trans></Buttons>
    </form>
  );
}

/** Names the door, and asks what that kind needs. */
export function Issue({ grant, door, kind, onDone }: { grant: Grant; door: string; kind: Kind; onDone: () => void }) {
  const titles: Record<Kind, ReactNode> = { pin: <Trans>A PIN for <DoorName id={door} link={false} /></Trans>, duress: <Trans>A duress PIN for <DoorName id={door} link={false} /></Trans>, offline: <Trans>An offline code for <DoorName id={door} link={false} /></Trans>, sms: <Trans>Codes by SMS or e-mail for <DoorName id={door} link={false} /></Trans>, app: <Trans>An authenticator app for <DoorName id={door} link={false} /></Trans> };
  return (
    <section className="stack">
      <h3 className="part" style={{ margin: 0 }}>{titles[kind]}</h3>
      {kind === "pin" && <PinForm door={door} submit={(pin) => issue(grant.id, { kind: "pin", door_id: door, ...(pin && { pin }) } as Create)} onDone={onDone} />}
      {kind === "duress" && <PinForm duress door={door} submit={(pin) => issue(grant.id, { kind: "pin", door_id: door, duress: true, ...(pin && { pin }) } as Create)} onDone={onDone} />}
      {kind === "offline" && <OfflineForm grant={grant} door={door} onDone={onDone} />}
      {kind === "sms" && <SmsForm grant={grant} door={door} onDone={onDone} />}
      {kind === "app" && <AppForm grant={grant} door={door} onDone={onDone} />}
    </section>
  );
}
