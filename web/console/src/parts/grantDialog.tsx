// SPDX-License-Identifier: Apache-2.0
// One access grant: what of it is at which lock, giving a code for it, its invitations, changing it, and ending it.
import { useLingui as useI18n } from "@lingui/react";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Menu, Select, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, codeOf, must, type Schemas } from "../api.ts";
import { useMay } from "../session.ts";
import { Ask, Dialog, Problem, useAct } from "./act.tsx";
import { CredentialRow } from "./credential.tsx";
import { DoorsSelect } from "./doorSelect.tsx";
import { clockAt, credentialsQuery, forgetAccess, grantQuery, instantAt, invitationsQuery, phonesQuery, schedulesQuery } from "./grants.ts";
import { GrantWindow } from "./grant.tsx";
import { giveToPhones, InvitationLink, InvitationRow, invite } from "./invitation.tsx";
import { Issue, type Kind } from "./issue.tsx";
import { useLock } from "./lock.tsx";
import { DoorName, PersonName, useDoor } from "./names.tsx";
import { Failed, Notice } from "./page.tsx";
import { State } from "./state.tsx";
import { viewerZone } from "./time.tsx";
import { problemWords } from "./words.ts";

type Grant = Schemas["AccessGrant"];

/** PINs that open, or will: of each kind. Who may not issue them is told of no kind (P18). */
function pinsOf(credentials: Schemas["Credential"][]) {
  const pins = credentials.filter((one) => one.kind === "pin" && one.revoked_at === null && one.ended_at === null);
  return { plain: pins.filter((one) => one.duress === false), duress: pins.filter((one) => one.duress === true) };
}

function IssueMenu({ door, canDuress, onPick }: { door: string; canDuress: boolean; onPick: (kind: Kind) => void }) {
  const { t } = useLingui();
  const found = useDoor(door);
  const lock = useLock(found?.lock_id).data;
  const name = found?.name ?? "";
  if (!lock || lock.state !== "active") return null;
  const isProtected = lock.class !== "unprotected";
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target><Button variant="default" aria-label={t`Give a code for ${name}`}><Trans>Give a code</Trans></Button></Menu.Target>
      <Menu.Dropdown>
        {isProtected && <Menu.Item onClick={() => onPick("pin")}><Trans>PIN</Trans></Menu.Item>}
        {isProtected && canDuress && <Menu.Item onClick={() => onPick("duress")}><Trans>Duress PIN</Trans></Menu.Item>}
        {isProtected && <Menu.Item onClick={() => onPick("offline")}><Trans>Offline code</Trans></Menu.Item>}
        <Menu.Item onClick={() => onPick("sms")}><Trans>Code by SMS or e-mail</Trans></Menu.Item>
        <Menu.Item onClick={() => onPick("app")}><Trans>Authenticator app</Trans></Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function AtDoor({ door, credentials, countsUses, onPick }: { door: string; credentials: Schemas["Credential"][]; countsUses: boolean; onPick?: (kind: Kind) => void }) {
  const { plain, duress } = pinsOf(credentials);
  // P16: beside a PIN, one, and none where the lock would count their uses apart.
  const canDuress = plain.length > 0 && duress.length === 0 && !countsUses;
  const takesDuress = (one: Schemas["Credential"]) => duress.length > 0 && plain.length === 1 && plain[0]?.id === one.id;
  return (
    <li className="stack" style={{ gap: 6 }}>
      <div className="row">
        <span className="grow" style={{ fontWeight: 550 }}><DoorName id={door} /></span>
        {onPick && <IssueMenu door={door} canDuress={canDuress} onPick={onPick} />}
      </div>
      {credentials.length === 0 ? <State tone="unknown"><Trans>It opens nothing yet</Trans></State> : credentials.map((one) => <CredentialRow key={one.id} credential={one} takesDuress={takesDuress(one)} />)}
    </li>
  );
}

function Change({ grant, zone, onDone }: { grant: Grant; zone: string; onDone: () => void }) {
  const { t } = useLingui();
  const schedules = useQuery(schedulesQuery).data ?? [];
  const [doors, setDoors] = useState(grant.door_ids);
  const [from, setFrom] = useState(clockAt(grant.from, zone));
  const [to, setTo] = useState(grant.to ? clockAt(grant.to, zone) : "");
  const [schedule, setSchedule] = useState(grant.schedule_id);
  const { busy, error, act } = useAct();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const body: Schemas["AccessGrantUpdate"] = {};
    if (doors.join() !== grant.door_ids.join()) body.door_ids = doors;
    if (from !== clockAt(grant.from, zone)) body.from = instantAt(from, zone);
    if (to !== (grant.to ? clockAt(grant.to, zone) : "")) body.to = to === "" ? null : instantAt(to, zone);
    if (schedule !== grant.schedule_id) body.schedule_id = schedule;
    if (Object.keys(body).length === 0) return onDone();
    const saved = await act(async () => {
      must(await api.PATCH("/v1/access-grants/{grant_id}", { params: { path: { grant_id: grant.id } }, body }));
      await forgetAccess();
    });
    if (saved) onDone();
  };
  const isInverted = codeOf(error) === "window_inverted";
  return (
    <form className="stack" onSubmit={(event) => void save(event)}>
      <DoorsSelect label={t`Doors`} required value={doors} onChange={setDoors} />
      {grant.state === "upcoming" && <TextInput type="datetime-local" label={t`From`} required value={from} onChange={(event) => setFrom(event.currentTarget.value)} />}
      <TextInput type="datetime-local" label={t`Until`} description={zone === viewerZone ? t`Empty: no end` : t`As the door's clock shows it (${zone}). Empty: no end`} error={isInverted && problemWords(error)} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      {schedules.length > 0 && <Select label={t`Hours`} clearable placeholder={t`At any time`} value={schedule} onChange={setSchedule} data={schedules.map((one) => ({ value: one.id, label: one.name }))} />}
      {!isInverted && <Problem error={error} />}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" onClick={onDone}><Trans>Cancel</Trans></Button>
        <Button type="submit" loading={busy}><Trans>Save</Trans></Button>
      </div>
    </form>
  );
}

function Invitations({ grant, zone }: { grant: Grant; zone?: string }) {
  const may = useMay();
  const person = useQuery({ queryKey: ["persons", grant.person_id], queryFn: async () => must(await api.GET("/v1/persons/{person_id}", { params: { path: { person_id: grant.person_id } } })) }).data;
  const invitations = useQuery(invitationsQuery(grant.id)).data ?? [];
  const phones = useQuery(phonesQuery(grant.person_id)).data?.filter((one) => one.ended_at === null) ?? [];
  const phoneCount = phones.length;
  const { busy, error, act } = useAct();
  const [link, setLink] = useState<string | null>();
  const [given, setGiven] = useState(false);
  const toPhones = () =>
    act(async () => {
      await giveToPhones(grant.id);
      setGiven(true);
      await forgetAccess();
    });
  const shown = invitations.filter((one) => one.state !== "cancelled").slice(-3).reverse();
  const more = (channel: "email" | "link") =>
    act(async () => {
      setLink((await invite(grant.id, channel)).link);
      await forgetAccess();
    });
  return (
    <section className="stack">
      <h3 className="part"><Trans>Invitation</Trans></h3>
      {shown.map((one) => <InvitationRow key={one.id} invitation={one} zone={zone} />)}
      {may("credentials:issue") && (
        <div className="row" style={{ flexWrap: "wrap" }}>
          {person?.email && shown.length === 0 && <Button variant="default" loading={busy} onClick={() => void more("email")}><Trans>Send an invitation</Trans></Button>}
          {phoneCount > 0 && <Button variant="default" loading={busy} onClick={() => void toPhones()}><Plural value={phoneCount} one="Give it to their phone" other="Give it to their # phones" /></Button>}
          <Button variant="default" loading={busy} onClick={() => void more("link")}><Trans>Show a link and QR code</Trans></Button>
        </div>
      )}
      <Problem error={error} />
      {given && <Notice tone="info" live><p><Trans>The phone fetches the key by itself. The list says when it is on the lock.</Trans></p></Notice>}
      {link && <InvitationLink link={link} />}
    </section>
  );
}

function Body({ grant, onEnd }: { grant: Grant; onEnd: () => void }) {
  const may = useMay();
  const [changing, setChanging] = useState(false);
  const [issuing, setIssuing] = useState<{ door: string; kind: Kind }>();
  const zone = useDoor(grant.door_ids[0])?.zone;
  const credentials = useQuery({ ...credentialsQuery(grant.id), enabled: may("credentials:read") });
  const isOver = grant.state === "ended" || grant.state === "revoked";
  const items = credentials.data ?? [];
  // What was issued at a door that has left the grant may still open there.
  const doors = [...new Set([...grant.door_ids, ...items.filter((one) => one.delivery !== "ended").map((one) => one.door_id)])];
  const canIssue = !isOver && may("credentials:issue");
  if (issuing) return <Issue grant={grant} door={issuing.door} kind={issuing.kind} onDone={() => setIssuing(undefined)} />;
  if (changing) return <Change grant={grant} zone={zone ?? viewerZone} onDone={() => setChanging(false)} />;
  return (
    <>
      <div className="dim"><GrantWindow grant={grant} zone={zone} /></div>
      {credentials.isPending && may("credentials:read") ? <Skeleton height={44 * doors.length} /> : <ul className="at-doors">{doors.map((door) => <AtDoor key={door} door={door} countsUses={grant.max_uses !== null} credentials={items.filter((one) => one.door_id === door)} onPick={canIssue && grant.door_ids.includes(door) ? (kind) => setIssuing({ door, kind }) : undefined} />)}</ul>}
      {isOver ? <Notice tone="info"><p><Trans>This access has ended. What a lock has not heard of yet is named above.</Trans></p></Notice> : <Invitations grant={grant} zone={zone} />}
      {!isOver && may("grants:write") && (
        <div className="row" style={{ justifyContent: "space-between", marginTop: 4 }}>
          <Button variant="outline" color="red" onClick={onEnd}><Trans>End access</Trans></Button>
          <Button variant="default" onClick={() => setChanging(true)}><Trans>Change</Trans></Button>
        </div>
      )}
    </>
  );
}

export function GrantDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { i18n } = useI18n();
  const [asks, setAsks] = useState(false);
  const grant = useQuery({ ...grantQuery(id ?? ""), enabled: !!id });
  const count = grant.data?.door_ids.length ?? 0;
  const end = async () => {
    must(await api.POST("/v1/access-grants/{grant_id}/revoke", { params: { path: { grant_id: id ?? "" } } }));
    await forgetAccess();
  };
  return (
    <>
      <Dialog opened={!!id && !asks} onClose={onClose} size={520} title={grant.data ? <PersonName id={grant.data.person_id} /> : <Trans>Access</Trans>}>
        {grant.error ? <Failed error={grant.error} retry={() => void grant.refetch()} /> : grant.data ? <Body key={grant.data.id + i18n.locale} grant={grant.data} onEnd={() => setAsks(true)} /> : <Skeleton height={180} />}
      </Dialog>
      <Ask opened={!!id && asks} onClose={() => setAsks(false)} title={<Trans>End this access?</Trans>} run={end} button={<Plural value={count} one="End access to # door" other="End access to # doors" />}>
        <Trans>Locks that are online hear of it at once. One that is offline opens until it hears of it; the list says until when at the latest.</Trans>
      </Ask>
    </>
  );
}
