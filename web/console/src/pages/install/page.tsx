// SPDX-License-Identifier: Apache-2.0
// Bringing a mounted lock to life, with a phone in the hand: label, door, button inside, and a try that the bolt itself confirms.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconLockOpen, IconQrcode } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { isLabel } from "../../../../shared/label/label.ts";
import { api, codeOf, must, type Schemas } from "../../api.ts";
import { Problem, useAct } from "../../parts/act.tsx";
import { AddDoor } from "../../parts/addDoor.tsx";
import { DoorSelect } from "../../parts/doorSelect.tsx";
import { Failed, LoadingRows, Notice, Page } from "../../parts/page.tsx";
import { State } from "../../parts/state.tsx";
import { useStepFocus } from "../../parts/steps.ts";
import { timeText, useNow } from "../../parts/time.tsx";
import { UnlockProgress, useUnlock } from "../../parts/unlock.tsx";
import { problemWords } from "../../parts/words.ts";
import { doorQuery, lockQuery, queryClient } from "../../queries.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";
import { Scan } from "./scan.tsx";

const longMs = 60_000;
const labelProblems = new Set(["label_malformed", "lock_claimed", "lock_active"]);

const forget = () => Promise.all(["doors", "locks", "explain"].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));

function Step({ number, at, title, children }: { number: number; at: number; title: ReactNode; children?: ReactNode }) {
  const { t } = useLingui();
  const done = number < at;
  return (
    <li className="step" data-done={done || undefined} aria-current={number === at ? "step" : undefined}>
      <span className="step-mark">{done ? <IconCheck size={14} stroke={2.4} aria-label={t`Done`} role="img" /> : number}</span>
      <div className="grow">
        <div className="step-title" tabIndex={-1}>{title}</div>
        {number === at && <div className="step-body">{children}</div>}
      </div>
    </li>
  );
}

function Claim({ door, onDoor }: { door?: Schemas["Door"]; onDoor: (id: string) => void }) {
  const { t } = useLingui();
  const may = useMay();
  const [label, setLabel] = useState("");
  const [scanning, setScanning] = useState(false);
  const [adding, setAdding] = useState(false);
  const { busy, error, act } = useAct();
  const code = codeOf(error) ?? "";
  const atLabel = labelProblems.has(code);
  const claim = async (event: FormEvent) => {
    event.preventDefault();
    if (!door) return;
    await act(async () => {
      must(await api.POST("/v1/locks/claim", { body: { door_id: door.id, label: label.trim() } }));
      await forget();
    });
  };
  return (
    <form className="stack big" onSubmit={(event) => void claim(event)}>
      {scanning ? (
        <Scan onLabel={(text) => { setLabel(text); setScanning(false); }} />
      ) : (
        !isLabel(label) && <Button size="md" leftSection={<IconQrcode size={18} aria-hidden />} onClick={() => setScanning(true)}><Trans>Scan the label</Trans></Button>
      )}
      <TextInput size="md" label={t`Label`} description={t`Or type what is printed under the code: CARDEA1:…`} required autoComplete="off" autoCapitalize="characters" spellCheck={false} error={atLabel && problemWords(error)} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
      <DoorSelect size="md" label={t`Door`} placeholder={t`Choose a door`} hasLock={false} value={door?.id} error={code === "door_taken" && problemWords(error)} onChange={(id) => id && onDoor(id)} />
      {may("doors:write") && <Button size="md" variant="default" onClick={() => setAdding(true)}><Trans>Add a door</Trans></Button>}
      {!atLabel && code !== "door_taken" && <Problem error={error} />}
      <Button size="md" type="submit" disabled={!door || label.trim() === ""} loading={busy}><Trans>Continue</Trans></Button>
      <AddDoor opened={adding} onClose={() => setAdding(false)} onAdded={(made) => onDoor(made.id)} />
    </form>
  );
}

/** Claimed: what the lock has done so far, by its own word, and what to look at when it does nothing. */
function Waiting({ lock }: { lock: Schemas["Lock"] }) {
  const { i18n } = useI18n();
  const now = useNow(1000);
  const { busy, error, act } = useAct();
  const withdraw = () =>
    act(async () => {
      must(await api.DELETE("/v1/locks/{lock_id}/claim", { params: { path: { lock_id: lock.id } } }));
      await forget();
    });
  const isLong = now - Date.parse(lock.claimed_at) > longMs;
  const until = lock.claim_expires_at && timeText(i18n.locale, lock.claim_expires_at, "short");
  const hasAsked = lock.identity !== null;
  return (
    <div className="stack big">
      <p style={{ margin: 0, fontSize: "1rem" }}><Trans>Press the button on the inside of the lock.</Trans></p>
      <div role="status">
        {lock.state === "active" ? <State tone="wait" quiet><Trans>The lock has its keys, and connects</Trans></State> : hasAsked ? <State tone="wait" quiet><Trans>The lock has asked for its keys</Trans></State> : <State tone="wait" quiet><Trans>Waiting for the lock to ask</Trans></State>}
      </div>
      {isLong && (
        <Notice tone="warn">
          <p><Trans>Nothing yet. Look at these, in this order:</Trans></p>
          <ul style={{ margin: "6px 0 0", paddingLeft: 18 }}>
            <li><Trans>Does it have power? Check its battery or its cable.</Trans></li>
            <li><Trans>Is it on a network? It must reach this platform.</Trans></li>
            <li><Trans>Is it the lock with this label? Withdraw, and scan the label on the lock itself.</Trans></li>
          </ul>
        </Notice>
      )}
      <Problem error={error} />
      {lock.state === "claimed" && (
        <div className="row" style={{ justifyContent: "space-between", flexWrap: "wrap" }}>
          <span className="secondary">{until && <Trans>It may ask until {until}.</Trans>}</span>
          <Button variant="default" size="sm" loading={busy} onClick={() => void withdraw()}><Trans>Withdraw</Trans></Button>
        </div>
      )}
    </div>
  );
}

function Try({ lock, door, onOpened, opened }: { lock: Schemas["Lock"]; door: Schemas["Door"]; onOpened: () => void; opened: boolean }) {
  const { progress, unlock, pending } = useUnlock(lock.id);
  if (progress.kind === "opened" && !opened) setTimeout(onOpened);
  return (
    <div className="stack big">
      <p style={{ margin: 0 }}><Trans>The bolt will move. Keep the door open, and look at it.</Trans></p>
      <Button size="md" leftSection={<IconLockOpen size={18} aria-hidden />} data-busy={pending || undefined} aria-disabled={pending} onClick={() => !pending && void unlock()}><Trans>Try the bolt</Trans></Button>
      <div role="status" style={{ minHeight: 22 }}><UnlockProgress progress={progress} zone={door.zone} /></div>
    </div>
  );
}

export default function Install() {
  const { t } = useLingui();
  const may = useMay();
  const [{ door: id }, change] = useFilters<{ door?: string }>();
  const [tried, setTried] = useState(false);
  const door = useQuery({ ...doorQuery(id ?? ""), enabled: !!id });
  const lockId = door.data?.lock_id;
  // The lock's own steps make no event before it is active.
  const lock = useQuery({ ...lockQuery(lockId ?? ""), enabled: !!lockId, refetchInterval: (query) => (query.state.data?.state === "active" && query.state.data.online ? false : 1_500) });
  const isLive = lock.data?.state === "active" && lock.data.online;
  const at = !lockId ? 1 : !isLive ? 2 : !tried && may("locks:unlock") ? 3 : 4;
  const steps = useStepFocus(at, ".step-title");
  const name = door.data?.name ?? "";
  const mayInvite = may("grants:write") && may("persons:write") && may("credentials:issue");
  const again = () => {
    setTried(false);
    change({ door: undefined });
  };
  return (
    <Page title={<Trans>Install a lock</Trans>} name={t`Install a lock`}>
      <div className="panel install">
        {id && door.isError ? (
          <Failed error={door.error} retry={() => void door.refetch()} />
        ) : id && (door.isPending || (lockId && lock.isPending)) ? (
          <LoadingRows count={4} />
        ) : (
          <ol className="steps" ref={steps}>
            <Step number={1} at={at} title={<Trans>Its label and its door</Trans>}><Claim door={door.data} onDoor={(next) => change({ door: next })} /></Step>
            <Step number={2} at={at} title={<Trans>Bring it to life</Trans>}>{lock.data && <Waiting lock={lock.data} />}</Step>
            <Step number={3} at={at} title={<Trans>Try the bolt</Trans>}>{lock.data && door.data && <Try lock={lock.data} door={door.data} opened={tried} onOpened={() => setTried(true)} />}</Step>
            <Step number={4} at={at} title={<Trans>Done</Trans>}>
              <div className="stack big">
                <Notice tone={tried ? "ok" : "info"} live><p>{tried ? <Trans>The lock of {name} has opened, by its own word.</Trans> : <Trans>The lock of {name} is online.</Trans>}</p></Notice>
                {id && <Button size="md" component={Link} to={"/doors/$doorId" as string} params={{ doorId: id } as never}><Trans>To the door</Trans></Button>}
                {id && mayInvite && <Button size="md" variant="default" component={Link} to={"/access" as string} search={{ invite: "yes", door: id } as never}><Trans>Let somebody in</Trans></Button>}
                <Button size="md" variant="default" onClick={again}><Trans>Install another one</Trans></Button>
              </div>
            </Step>
          </ol>
        )}
      </div>
    </Page>
  );
}
