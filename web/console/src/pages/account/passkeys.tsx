// SPDX-License-Identifier: Apache-2.0
// Passkeys: a device's own key, which signs in without a password and cannot be given away to a false page.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { addPasskey, passkeysWork } from "../../passkey.ts";
import { forgetAccount, passkeysQuery } from "./account.ts";
import { agentName } from "./agent.ts";
import { OwnPasswordForm } from "./own_password.tsx";

type Passkey = Schemas["Passkey"];

function AddPasskey({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [name, setName] = useState(() => agentName(navigator.userAgent).slice(0, 100));
  const problem = (error: unknown) =>
    error instanceof DOMException ? <Notice tone="bad" live><p>{error.name === "InvalidStateError" ? <Trans>This device has a passkey for this account already.</Trans> : <Trans>No passkey was made. Try again.</Trans>}</p></Notice> : <Problem error={error} />;
  return (
    <OwnPasswordForm send={(password) => addPasskey(name.trim(), password)} onClose={onClose} submit={<Trans>Add the passkey</Trans>} first={false} problem={problem}>
      <p className="dim" style={{ margin: 0 }}><Trans>Your device asks for your finger, your face or its PIN. From then on that is enough to sign in.</Trans></p>
      <TextInput label={t`Name of this device`} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </OwnPasswordForm>
  );
}

/** Its name signs nobody in: that takes no password. */
function RenamePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { t } = useLingui();
  const [name, setName] = useState(passkey.name);
  const { busy, error, act } = useAct();
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    const renamed = await act(async () => {
      must(await api.PATCH("/v1/account/passkeys/{passkey_id}", { params: { path: { passkey_id: passkey.id } }, body: { name: name.trim() } }));
      await forgetAccount();
    });
    if (renamed) onClose();
  };
  return (
    <form className="stack" onSubmit={(event) => void rename(event)}>
      <TextInput label={t`Name of this device`} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Problem error={error} />
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
        <Button type="submit" loading={busy}><Trans>Save</Trans></Button>
      </div>
    </form>
  );
}

function RemovePasskey({ id, onClose }: { id: string; onClose: () => void }) {
  const remove = async (password: string) => must(await api.POST("/v1/account/passkeys/{passkey_id}/remove", { params: { path: { passkey_id: id } }, body: { password } }));
  return (
    <OwnPasswordForm send={remove} onClose={onClose} submit={<Trans>Remove</Trans>} removes>
      <p style={{ margin: 0 }}><Trans>It signs nobody in any more. Delete it on the device too.</Trans></p>
    </OwnPasswordForm>
  );
}

export function Passkeys() {
  const { t } = useLingui();
  const passkeys = useQuery(passkeysQuery);
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Passkey>();
  const [asks, setAsks] = useState<"rename" | "remove">();
  const ask = (passkey: Passkey, what: "rename" | "remove") => {
    setChosen(passkey);
    setAsks(what);
  };
  const close = () => setAsks(undefined);
  const name = chosen?.name ?? "";
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
                <div className="line own two">
                  <span className="cut"><span style={{ fontWeight: 550 }}>{name}</span><span className="secondary cut" style={{ display: "block" }}><Trans>added <When at={passkey.created_at} style="day" /></Trans></span></span>
                  <span className="cut dim">{passkey.last_used_at ? <Trans>used <Ago at={passkey.last_used_at} /></Trans> : <Trans>never used</Trans>}</span>
                  <span className="row">
                    <Button variant="default" aria-label={t`Rename ${name}`} onClick={() => ask(passkey, "rename")}><Trans>Rename</Trans></Button>
                    <Button variant="default" aria-label={t`Remove ${name}`} onClick={() => ask(passkey, "remove")}><Trans>Remove</Trans></Button>
                  </span>
                </div>
              </li>
            );
          })}
        </ul>
      )}
      <Dialog opened={adding} onClose={() => setAdding(false)} title={<Trans>Add a passkey</Trans>}>
        <AddPasskey onClose={() => setAdding(false)} />
      </Dialog>
      <Dialog opened={asks === "rename"} onClose={close} title={<Trans>Rename the passkey</Trans>}>
        {chosen && <RenamePasskey passkey={chosen} onClose={close} />}
      </Dialog>
      <Dialog opened={asks === "remove"} onClose={close} title={<Trans>Remove the passkey {name}?</Trans>}>
        <RemovePasskey id={chosen?.id ?? ""} onClose={close} />
      </Dialog>
    </Panel>
  );
}
