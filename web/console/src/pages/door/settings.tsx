// SPDX-License-Identifier: Apache-2.0
// What the door is called and where it is; before a lock has been installed, taking the claim back; and writing one off that is gone.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, NumberInput, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { ZoneSelect } from "../../parts/addDoor.tsx";
import { Notice, Panel } from "../../parts/page.tsx";
import { problemWords } from "../../parts/words.ts";
import { queryClient } from "../../queries.ts";
import { useMay } from "../../session.ts";

/** `once`: there is nothing to do a second time, and only what came of it stays. */
function Form({ title, save, children, button, color, once }: { title: ReactNode; save: () => Promise<ReactNode>; children: ReactNode; button: ReactNode; color?: "red"; once?: boolean }) {
  const [said, setSaid] = useState<{ tone: "ok" | "bad"; text: ReactNode }>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setSaid(undefined);
    try {
      setSaid({ tone: "ok", text: await save() });
    } catch (error) {
      setSaid({ tone: "bad", text: problemWords(error) });
    } finally {
      setBusy(false);
    }
  };
  const isOver = once && said?.tone === "ok";
  return (
    <Panel title={title} padded style={{ maxWidth: 560 }}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {!isOver && children}
        {!isOver && <div className="row"><Button type="submit" color={color} loading={busy}>{button}</Button></div>}
        {said && <Notice tone={said.tone} live><p>{said.text}</p></Notice>}
      </form>
    </Panel>
  );
}

export function DoorSettings({ door, lock }: { door: Schemas["Door"]; lock: Schemas["Lock"] | undefined }) {
  const { t } = useLingui();
  const may = useMay();
  const [name, setName] = useState(door.name);
  const [zone, setZone] = useState(door.zone);
  const [seconds, setSeconds] = useState((lock?.settings.open_ms ?? 5000) / 1000);
  // The lock leaves the door with what was done to it; what came of that stays until there is another lock.
  const [gone, setGone] = useState<{ lock: string; how: "withdrawn" | "written_off" }>();
  const wasDone = (how: "withdrawn" | "written_off") => gone?.how === how && (!lock || lock.id === gone.lock);
  useEffect(() => setSeconds((lock?.settings.open_ms ?? 5000) / 1000), [lock?.settings.open_ms]);

  const saveDoor = async () => {
    must(await api.PATCH("/v1/doors/{door_id}", { params: { path: { door_id: door.id } }, body: { ...(name !== door.name && { name }), ...(zone !== door.zone && { zone }), ...(name === door.name && zone === door.zone && { name }) } }));
    await queryClient.invalidateQueries({ queryKey: ["doors"] });
    return <Trans>Saved.</Trans>;
  };
  const saveLock = async () => {
    must(await api.PATCH("/v1/locks/{lock_id}/settings", { params: { path: { lock_id: lock?.id ?? "" } }, body: { open_ms: Math.round(seconds * 1000) } }));
    await queryClient.invalidateQueries({ queryKey: ["locks", lock?.id] });
    return <Trans>Saved. The lock goes by it once it has heard of it: see Health.</Trans>;
  };
  const withdraw = async () => {
    must(await api.DELETE("/v1/locks/{lock_id}/claim", { params: { path: { lock_id: lock?.id ?? "" } } }));
    setGone({ lock: lock?.id ?? "", how: "withdrawn" });
    await queryClient.invalidateQueries({ queryKey: ["doors"] });
    return <Trans>Withdrawn. The label is good for another try.</Trans>;
  };
  const writeOff = async () => {
    must(await api.POST("/v1/locks/{lock_id}/write-off", { params: { path: { lock_id: lock?.id ?? "" } } }));
    setGone({ lock: lock?.id ?? "", how: "written_off" });
    await Promise.all(["doors", "locks", "alerts"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    return <Trans>Written off. The door is free for another lock.</Trans>;
  };
  return (
    <div className="stack" style={{ gap: 16 }}>
      <Form title={<Trans>Door</Trans>} save={saveDoor} button={<Trans>Save</Trans>}>
        <TextInput label={t`Name of the door`} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <ZoneSelect value={zone} onChange={setZone} />
      </Form>
      {lock?.state === "active" && may("locks:write") && (
        <Form title={<Trans>Lock</Trans>} save={saveLock} button={<Trans>Save</Trans>}>
          <NumberInput label={t`Seconds that it stays open`} min={0.1} max={10} step={0.5} decimalScale={1} value={seconds} onChange={(value) => setSeconds(Number(value))} />
        </Form>
      )}
      {(lock?.state === "claimed" || wasDone("withdrawn")) && may("locks:activate") && (
        <Form once title={<Trans>Lock that waits</Trans>} save={withdraw} button={<Trans>Withdraw</Trans>}>
          <p style={{ margin: 0 }}><Trans>The lock has not taken up its keys yet. Withdrawing leaves it as it was.</Trans></p>
        </Form>
      )}
      {(((lock?.state === "active" || lock?.state === "releasing") && !lock.sandbox) || wasDone("written_off")) && may("locks:release") && (
        <Form once title={<Trans>Lock that is gone</Trans>} save={writeOff} button={<Trans>Write off for good</Trans>} color="red">
          <p style={{ margin: 0 }}><Trans>For a lock that burnt, was stolen or broke, and never answers again. The door is free for another lock, and the platform refuses this one from then on: there is no way back, and nobody can install it again. Wherever it still stands, it may open for the keys that were issued for it. A lock that still answers is released instead.</Trans></p>
          <Checkbox label={t`Nobody will see this lock again`} required />
        </Form>
      )}
    </div>
  );
}
