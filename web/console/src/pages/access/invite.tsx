// SPDX-License-Identifier: Apache-2.0
// Letting somebody in: doors, who, until when; then the letter is on its way, or there is a link to hand over.
import { Trans, useLingui } from "@lingui/react/macro";
import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { api, codeOf, must, Refused, type Schemas } from "../../api.ts";
import { apiLanguage } from "../../i18n.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { DoorsSelect } from "../../parts/doorSelect.tsx";
import { clockAt, dayAt, forgetAccess, instantAt, phonesQuery, schedulesQuery } from "../../parts/grants.ts";
import { giveToPhones, InvitationLink, invite } from "../../parts/invitation.tsx";
import { useDoor } from "../../parts/names.tsx";
import { Notice } from "../../parts/page.tsx";
import { viewerZone } from "../../parts/time.tsx";
import { fieldProblem, problemWords } from "../../parts/words.ts";
import { personQuery, queryClient } from "../../queries.ts";

type Until = "tomorrow" | "week" | "never" | "other";
type Made = { link: string | null; to: string; grant: string; phones?: number };
type Person = Schemas["Person"];

/** What was typed as the way to reach somebody. */
export function contactOf(text: string): { email?: string; phone?: string } | undefined {
  const typed = text.trim();
  if (typed === "") return {};
  if (typed.includes("@")) return { email: typed };
  const digits = typed.replace(/[\s()./-]/g, "").replace(/^00/, "+");
  return /^\+[1-9]\d{6,14}$/.test(digits) ? { phone: digits } : undefined;
}

const suggestedMax = 6;
const suggestAfterMs = 150;

/** Persons whom what was typed may mean: somebody known is not made a second time. */
const alikeQuery = (text: string) =>
  queryOptions({
    queryKey: ["persons", "alike", text],
    queryFn: async () => must(await api.GET("/v1/persons", { params: { query: { q: text, limit: suggestedMax } } })).items.filter((one) => one.revoked_at === null),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
const reachOf = (person: Person) => person.email ?? person.phone ?? "";
const same = (a: string | null | undefined, b: string | null | undefined) => !!a && !!b && a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();

/** Somebody is called so, or is reached so, already: the same person, or another one? */
function Alike({ persons, name, onPick, onOther }: { persons: Person[]; name: string; onPick: (person: Person) => void; onOther: () => void }) {
  const { t } = useLingui();
  return (
    <Notice tone="warn" live>
      <div className="stack">
        <p><Trans>{name} is here already. The same person?</Trans></p>
        <div className="row" style={{ flexWrap: "wrap" }}>
          {persons.map((one) => {
            const label = reachOf(one) ? `${one.name}, ${reachOf(one)}` : one.name;
            return <Button key={one.id} variant="default" onClick={() => onPick(one)}>{t`Yes: ${label}`}</Button>;
          })}
          <Button variant="default" onClick={onOther}><Trans>No, somebody else</Trans></Button>
        </div>
      </div>
    </Notice>
  );
}

function Form({ door, personId, onMade }: { door?: string; personId?: string; onMade: (made: Made) => void }) {
  const { t } = useLingui();
  const schedules = useQuery(schedulesQuery).data ?? [];
  const [picked, setPicked] = useState<Person>();
  const asked = useQuery({ ...personQuery(personId ?? ""), enabled: !!personId }).data;
  const known = picked ?? asked;
  const [doors, setDoors] = useState(door ? [door] : []);
  const [choosing, setChoosing] = useState(false);
  const [name, setName] = useState("");
  const [contact, setContact] = useState("");
  const [until, setUntil] = useState<Until>("tomorrow");
  const zone = useDoor(doors[0])?.zone ?? viewerZone;
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [schedule, setSchedule] = useState<string | null>(null);
  const [wrongContact, setWrongContact] = useState(false);
  const [suggesting] = useDebouncedValue(name.trim(), suggestAfterMs);
  const suggested = useQuery({ ...alikeQuery(suggesting), enabled: !known && suggesting.length > 1 }).data ?? [];
  const [alike, setAlike] = useState<Person[]>([]);
  const [isOther, setIsOther] = useState(false);
  // What was made before something else was refused is not made twice.
  const [person, setPerson] = useState<{ of: string; is: Person }>();
  const [grant, setGrant] = useState<{ of: string; id: string }>();
  const { busy, error, act } = useAct();

  const times = (): { from: string; to: string | null } => {
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    if (until === "other") return { from: (from && instantAt(from, zone)) || now, to: (to && instantAt(to, zone)) || null };
    return { from: now, to: until === "never" ? null : dayAt(until === "week" ? 7 : 1, "11:00", zone) };
  };
  const whom = async (reach: { email?: string; phone?: string }): Promise<Person> => {
    if (known) return known;
    const of = JSON.stringify([name, reach]);
    if (person?.of === of) return person.is;
    const is = must(await api.POST("/v1/persons", { body: { name: name.trim(), language: apiLanguage(), ...reach } }));
    setPerson({ of, is });
    return is;
  };
  const pick = (one: Person) => {
    setPicked(one);
    setAlike([]);
  };
  const find = async (reach: { email?: string; phone?: string }): Promise<Person[]> => {
    const found = await Promise.all([name.trim(), reach.email ?? reach.phone].map((text) => (text ? queryClient.fetchQuery(alikeQuery(text)) : [])));
    return [...new Map(found.flat().filter((one) => same(one.name, name) || same(one.email, reach.email) || same(one.phone, reach.phone)).map((one) => [one.id, one])).values()];
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const reach = contactOf(contact);
    setWrongContact(!reach);
    if (!reach) return;
    await act(async () => {
      if (!known && !isOther && !person) {
        const found = await find(reach);
        setAlike(found);
        if (found.length > 0) return;
      }
      const { id, email } = await whom(reach);
      const of = JSON.stringify([id, doors, until, from, to, schedule]);
      const made = grant?.of === of ? grant.id : must(await api.POST("/v1/access-grants", { body: { person_id: id, door_ids: doors, ...times(), ...(schedule && { schedule_id: schedule }) } })).id;
      setGrant({ of, id: made });
      const phones = known ? (await queryClient.fetchQuery(phonesQuery(id))).filter((one) => one.ended_at === null).length : 0;
      const link = phones > 0 ? (await giveToPhones(made), null) : (await invite(made, email ? "email" : "link")).link;
      await forgetAccess();
      onMade({ link, to: email ?? "", grant: made, phones });
    });
  };
  const knownName = known?.name ?? "";
  const hasPhone = (useQuery({ ...phonesQuery(known?.id ?? ""), enabled: !!known }).data ?? []).some((one) => one.ended_at === null);
  const wrong = (pointer: string) => fieldProblem(error, pointer) !== undefined;
  const isInverted = codeOf(error) === "window_inverted";
  const wrongReach = wrongContact || wrong("/email") || wrong("/phone");
  const atField = isInverted || wrongReach || wrong("/name") || (error instanceof Refused && wrong("/door_ids"));
  return (
    <form className="stack" onSubmit={(event) => void send(event)}>
      <DoorsSelect
        label={t`Doors`} required placeholder={doors.length === 0 ? t`Choose a door` : undefined} data-autofocus={door ? undefined : true} value={doors}
        dropdownOpened={choosing} onDropdownOpen={() => setChoosing(true)} onDropdownClose={() => setChoosing(false)} onFocus={() => setChoosing(true)}
        error={wrong("/door_ids") && t`Choose at least one door.`}
        onChange={(chosen) => { setDoors(chosen); setChoosing(false); }}
      />
      {known ? (
        <div className="row">
          <span className="grow cut"><Trans>Another key for {knownName}</Trans>{reachOf(known) && <span className="secondary cut" style={{ display: "block" }}>{reachOf(known)}</span>}</span>
          {picked && <Button variant="default" onClick={() => { setPicked(undefined); setName(""); }}><Trans>Somebody else</Trans></Button>}
        </div>
      ) : (
        <>
          <Autocomplete
            label={t`Name`} required maxLength={100} autoComplete="off" data-autofocus={door ? true : undefined} error={wrong("/name") && t`This name cannot be used.`} value={name}
            onChange={(typed) => { setName(typed); setAlike([]); setIsOther(false); }}
            data={suggested.map((one) => ({ value: one.id, label: reachOf(one) ? `${one.name}, ${reachOf(one)}` : one.name }))} filter={({ options }) => options}
            onOptionSubmit={(id) => { const one = suggested.find((found) => found.id === id); if (one) pick(one); }}
          />
          <TextInput label={t`E-mail or phone number`} description={t`Without one you get a link to hand over`} autoComplete="off" error={wrongReach && t`This is neither an e-mail address nor a phone number with its country, such as +41 79 123 45 67.`} value={contact} onChange={(event) => setContact(event.currentTarget.value)} />
        </>
      )}
      <Select label={t`How long`} allowDeselect={false} value={until} onChange={(value) => setUntil((value ?? "tomorrow") as Until)} data={[{ value: "tomorrow", label: t`Until tomorrow 11:00` }, { value: "week", label: t`For a week, until 11:00` }, { value: "never", label: t`No end` }, { value: "other", label: t`Other times…` }]} error={isInverted && until !== "other" && problemWords(error)} />
      {until === "other" && (
        <div className="two">
          <TextInput type="datetime-local" label={t`From`} value={from || clockAt(new Date(), zone)} onChange={(event) => setFrom(event.currentTarget.value)} />
          <TextInput type="datetime-local" label={t`Until`} error={isInverted && problemWords(error)} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </div>
      )}
      {zone !== viewerZone && <p className="secondary" style={{ margin: 0 }}><Trans>As the door's clock shows it: {zone}</Trans></p>}
      {schedules.length > 0 && <Select label={t`Hours`} clearable placeholder={t`At any time`} value={schedule} onChange={setSchedule} data={schedules.map((one) => ({ value: one.id, label: one.name }))} />}
      {!atField && <Problem error={error} />}
      {alike.length > 0 && !known && !isOther && <Alike persons={alike} name={name.trim()} onPick={pick} onOther={() => setIsOther(true)} />}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button type="submit" size="sm" disabled={doors.length === 0} loading={busy}>{hasPhone ? <Trans>Give the key</Trans> : (known ? known.email : contact.includes("@")) ? <Trans>Send the invitation</Trans> : <Trans>Make a link</Trans>}</Button>
      </div>
    </form>
  );
}

function Done({ made, onClose }: { made: Made; onClose: () => void }) {
  const { busy, error, act } = useAct();
  const [link, setLink] = useState(made.link);
  const show = () => act(async () => setLink((await invite(made.grant, "link")).link));
  const to = made.to;
  return (
    <>
      {!!made.phones && <Notice tone="info" live><p><Trans>The phone fetches the key by itself. The list says when it is on the lock.</Trans></p></Notice>}
      {to && !made.phones && <Notice tone="info" live><p><Trans>The invitation goes to {to}. The list says when it was opened, and when the key is on the lock.</Trans></p></Notice>}
      {link && <InvitationLink link={link} />}
      <Problem error={error} />
      <div className="row" style={{ justifyContent: "space-between" }}>
        {link ? <span /> : <Button variant="default" loading={busy} onClick={() => void show()}><Trans>Show a link and QR code</Trans></Button>}
        <Button onClick={onClose} data-autofocus><Trans>Done</Trans></Button>
      </div>
    </>
  );
}

export function Invite({ opened, onClose, door, person }: { opened: boolean; onClose: () => void; door?: string; person?: string }) {
  const [made, setMade] = useState<Made>();
  useEffect(() => {
    if (opened) setMade(undefined);
  }, [opened]);
  return (
    <Dialog opened={opened} onClose={onClose} title={made ? <Trans>Access given</Trans> : <Trans>Let somebody in</Trans>}>
      {made ? <Done made={made} onClose={onClose} /> : <Form door={door} personId={person} onMade={setMade} />}
    </Dialog>
  );
}
