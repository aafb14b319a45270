// SPDX-License-Identifier: Apache-2.0
// Passkeys: a device's own key, which signs in without a password and cannot be given away to a false page.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { addPasskey, passkeysWork } from "../../passkey.ts";
import { forgetAccount, passkeysQuery } from "./account.ts";
import { agentName } from "./agent.ts";
import { OwnPassword } from "./password.tsx";

type Passkey = Schemas["Passkey"];

function AddPasskey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const [name, setName] = useState(() => agentName(navigator.userAgent).slice(0, 100));
  const [password, setPassword] = useState("");
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) clear();
    else setPassword("");
  }, [opened, clear]);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const made = await act(async () => {
      await addPasskey(name.trim(), password);
      await forgetAccount();
    });
    if (made) onClose();
  };
  const ofBrowser = error instanceof DOMException;
  return (
    <Dialog opened={opened} onClose={onClose} title={<Trans>Add a passkey</Trans>}>
      <form className="stack" onSubmit={(event) => void add(event)}>
        <p className="dim" style={{ margin: 0 }}><Trans>Your device asks for your finger, your face or its PIN. From then on that is enough to sign in.</Trans></p>
        <TextInput label={t`Name of this device`} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <OwnPassword value={password} onChange={setPassword} />
        {ofBrowser ? <Notice tone="bad" live><p>{error.name === "InvalidStateError" ? <Trans>This device has a passkey for this account already.</Trans> : <Trans>No passkey was made. Try again.</Trans>}</p></Notice> : <Problem error={error} />}
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" loading={busy}><Trans>Add the passkey</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}

function RemovePasskey({ passkey, opened, onClose }: { passkey: Passkey | undefined; opened: boolean; onClose: () => void }) {
  const name = passkey?.name ?? "";
  const [password, setPassword] = useState("");
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) clear();
    else setPassword("");
  }, [opened, clear]);
  const remove = async (event: FormEvent) => {
    event.preventDefault();
    const removed = await act(async () => {
      const answer = await api.POST("/v1/account/passkeys/{passkey_id}/remove", { params: { path: { passkey_id: passkey?.id ?? "" } }, body: { password } });
      if (answer.error) must(answer as never);
      await forgetAccount();
    });
    if (removed) onClose();
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={<Trans>Remove the passkey {name}?</Trans>}>
      <form className="stack" onSubmit={(event) => void remove(event)}>
        <p style={{ margin: 0 }}><Trans>It signs nobody in any more. Delete it on the device too.</Trans></p>
        <OwnPassword value={password} onChange={setPassword} autofocus />
        <Problem error={error} />
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" color="red" loading={busy}><Trans>Remove</Trans></Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Passkeys() {
  const { t } = useLingui();
  const passkeys = useQuery(passkeysQuery);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey>();
  const [asks, setAsks] = useState(false);
  const add = passkeysWork && <Button onClick={() => setAdding(true)}><Trans>Add a passkey</Trans></Button>;
  return (
    <Panel title={<Trans>Passkeys</Trans>} actions={add}>
      {passkeys.isPending ? (
        <LoadingRows count={2} height={56} />
      ) : passkeys.isError ? (
        <Failed error={passkeys.error} retry={() => void passkeys.refetch()} />
      ) : passkeys.data.length === 0 ? (
        <Empty title={<Trans>No passkey yet</Trans>}><Trans>With a passkey you sign in by finger, face or the PIN of your device. It replaces the password and the code, and no false page can take it.</Trans></Empty>
      ) : (
        <ul className="rows">
          {passkeys.data.map((passkey) => {
            const { name } = passkey;
            return (
              <li key={passkey.id}>
                <div className="line own">
                  <span className="cut"><span style={{ fontWeight: 550 }}>{name}</span><span className="secondary cut" style={{ display: "block" }}><Trans>added <When at={passkey.created_at} style="day" /></Trans></span></span>
                  <span className="cut dim">{passkey.last_used_at ? <Trans>used <Ago at={passkey.last_used_at} /></Trans> : <Trans>never used</Trans>}</span>
                  <Button variant="default" aria-label={t`Remove ${name}`} onClick={() => { setRemoving(passkey); setAsks(true); }}><Trans>Remove</Trans></Button>
                </div>
              </li>
            );
          })}
        </ul>
      )}
      <AddPasskey opened={adding} onClose={() => setAdding(false)} />
      <RemovePasskey passkey={removing} opened={asks} onClose={() => setAsks(false)} />
    </Panel>
  );
}
