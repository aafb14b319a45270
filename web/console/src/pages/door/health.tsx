// SPDX-License-Identifier: Apache-2.0
// How the lock is, as it last said itself.
import { useLingui as useI18n } from "@lingui/react";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Battery, LockState } from "../../parts/lock.tsx";
import { Empty, Notice, Panel } from "../../parts/page.tsx";
import { State } from "../../parts/state.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { problemWords, reasonWords } from "../../parts/words.ts";
import { queryClient } from "../../queries.ts";
import { useMay } from "../../session.ts";

function Clock({ clock }: { clock: Schemas["Lock"]["clock"] }) {
  if (!clock) return <State tone="unknown"><Trans>Unknown</Trans></State>;
  const seconds = clock.error_bound_s;
  switch (clock.quality) {
    case "synced": return <State tone="none"><Plural value={seconds} one="Right to # second" other="Right to # seconds" /></State>;
    case "kept": return <State tone="none"><Plural value={seconds} one="Kept on its own, right to # second" other="Kept on its own, right to # seconds" /></State>;
    case "coarse": return <State tone="warn"><Trans>Roughly: set by a code</Trans></State>;
    default: return <State tone="bad"><Trans>Lost: it needs a clock code or the network</Trans></State>;
  }
}

function Keypad({ lock }: { lock: Schemas["Lock"] }) {
  const may = useMay();
  const [said, setSaid] = useState<{ tone: "ok" | "bad"; text: string }>();
  const [busy, setBusy] = useState(false);
  const { t } = useLingui();
  const release = async () => {
    setBusy(true);
    setSaid(undefined);
    try {
      const { outcome, reason } = must(await api.POST("/v1/locks/{lock_id}/release-keypad", { params: { path: { lock_id: lock.id } } }));
      setSaid(outcome === "done" ? { tone: "ok", text: t`The lock says that its keypad works again.` } : { tone: "bad", text: reason ? reasonWords(reason) : t`The lock refused` });
      await queryClient.invalidateQueries({ queryKey: ["locks", lock.id] });
    } catch (error) {
      setSaid({ tone: "bad", text: problemWords(error) });
    } finally {
      setBusy(false);
    }
  };
  if (!lock.keypad) return <State tone="unknown"><Trans>Unknown</Trans></State>;
  const { failures, wait_s, off } = lock.keypad;
  return (
    <span className="stack" style={{ gap: 8 }}>
      {off ? <State tone="bad"><Trans>Switched off after too many wrong codes</Trans></State> : wait_s > 0 ? <State tone="warn"><Plural value={wait_s} one="Makes wait for # second" other="Makes wait for # seconds" /></State> : <State tone="none"><Trans>Works</Trans></State>}
      <span className="dim"><Plural value={failures} one="# wrong code in 30 days" other="# wrong codes in 30 days" /></span>
      {off && may("locks:unlock") && <span><Button variant="default" loading={busy} onClick={() => void release()}><Trans>Let it work again</Trans></Button></span>}
      {said && <Notice tone={said.tone} live><p>{said.text}</p></Notice>}
    </span>
  );
}

export function Health({ lock, zone }: { lock: Schemas["Lock"] | undefined; zone: string }) {
  const { i18n } = useI18n();
  if (!lock) return <div className="panel"><Empty title={<Trans>There is no lock at this door</Trans>} /></div>;
  const { used, total, ending } = lock.slots;
  const { version, applied_version, refused } = lock.desired;
  const odds = new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 0 }).format(lock.settings.bound.per_day > 0 ? 1 / lock.settings.bound.per_day : 0);
  return (
    <Panel title={<Trans>Lock</Trans>} actions={<span className="secondary">{lock.id.replace("lock_", "")}</span>} padded>
      <dl className="facts">
        <dt><Trans>State</Trans></dt>
        <dd><LockState lock={lock} /></dd>
        <dt><Trans>Last heard from</Trans></dt>
        <dd>{lock.last_seen_at ? <><When at={lock.last_seen_at} zone={zone} /> · <Ago at={lock.last_seen_at} zone={zone} /></> : <Trans>Never</Trans>}</dd>
        <dt><Trans>Battery</Trans></dt>
        <dd><Battery percent={lock.battery_percent} /></dd>
        <dt><Trans>Clock</Trans></dt>
        <dd><Clock clock={lock.clock} /></dd>
        <dt><Trans>Keypad</Trans></dt>
        <dd><Keypad lock={lock} /></dd>
        <dt><Trans>Settings and keys</Trans></dt>
        <dd>
          {refused ? <State tone="bad"><Trans>The lock refused the newest ones</Trans></State> : version > applied_version ? <State tone="wait" quiet><Trans>On their way to the lock</Trans></State> : <State tone="ok" quiet><Trans>The lock has all of them</Trans></State>}
        </dd>
        <dt><Trans>Room for keys</Trans></dt>
        <dd>{total === 0 ? "–" : <><Trans>{used} of {total} used</Trans>{ending > 0 && <>, <Plural value={ending} one="# ending" other="# ending" /></>}</>}</dd>
        <dt><Trans>Guessing a code</Trans></dt>
        <dd><Trans>at most 1 in {odds} a day</Trans></dd>
        <dt><Trans>Protection</Trans></dt>
        <dd>{lock.class === "protected" ? <Trans>Taking the lock apart does not reveal its keys</Trans> : lock.class === "unprotected" ? <Trans>Unprotected: whoever takes the lock apart can read its codes for the next hours</Trans> : "–"}</dd>
        <dt><Trans>Firmware</Trans></dt>
        <dd>{lock.firmware ?? "–"}</dd>
        <dt><Trans>Installed</Trans></dt>
        <dd>{lock.activated_at ? <When at={lock.activated_at} style="full" zone={zone} /> : <Trans>Not yet</Trans>}</dd>
      </dl>
    </Panel>
  );
}
