// SPDX-License-Identifier: Apache-2.0
// A lost phone: its keys end, every open invitation too, and new ones go out for what the person may still open.
import { Plural, Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { forgetAccess, openGrantsQuery, phonesQuery } from "../../parts/grants.ts";
import { InvitationLink, invite } from "../../parts/invitation.tsx";
import { Notice } from "../../parts/page.tsx";

/** `phone`: that one; without it all of them. */
export function LostPhone({ person, phone, opened, onClose }: { person: Schemas["Person"]; phone?: Schemas["Phone"]; opened: boolean; onClose: () => void }) {
  const grants = useQuery(openGrantsQuery(person.id)).data ?? [];
  const phones = useQuery(phonesQuery(person.id)).data?.filter((one) => one.ended_at === null) ?? [];
  const [done, setDone] = useState<{ links: string[] }>();
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) {
      setDone(undefined);
      clear();
    }
  }, [opened, clear]);
  const count = phone ? 1 : phones.length;
  const keys = grants.length;
  const email = person.email;
  const run = () =>
    act(async () => {
      if (phone) must(await api.POST("/v1/phones/{phone_id}/lost", { params: { path: { phone_id: phone.id } } }));
      else must(await api.POST("/v1/persons/{person_id}/phones/lost", { params: { path: { person_id: person.id } } }));
      await forgetAccess();
      const links: string[] = [];
      for (const grant of grants) {
        const { link } = await invite(grant.id, email ? "email" : "link");
        if (link) links.push(link);
      }
      setDone({ links });
      await forgetAccess();
    });
  return (
    <Dialog opened={opened} onClose={onClose} title={<Trans>Phone lost</Trans>}>
      {done ? (
        <>
          <Notice tone="info" live>
            <p>
              <Trans>The phone gets no new keys. The list says of each lock until when it can still open there.</Trans> {email && keys > 0 && <Trans>New invitations go to {email}.</Trans>}
            </p>
          </Notice>
          {done.links.map((link) => <InvitationLink key={link} link={link} />)}
          <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={onClose}><Trans>Done</Trans></Button></div>
        </>
      ) : (
        <>
          <p style={{ margin: 0 }}><Plural value={count} one="The keys on # phone end, and every open invitation." other="The keys on # phones end, and every open invitation." /></p>
          {keys > 0 && <p style={{ margin: 0 }}>{email ? <Plural value={keys} one={`A new invitation for # access goes to ${email}.`} other={`New invitations for # accesses go to ${email}.`} /> : <Trans>You get a new link to hand over.</Trans>}</p>}
          <Problem error={error} />
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Button variant="default" onClick={onClose} data-autofocus><Trans>Cancel</Trans></Button>
            <Button color="red" loading={busy} onClick={() => void run()}>{keys > 0 ? <Trans>End and replace</Trans> : <Trans>End the keys</Trans>}</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
