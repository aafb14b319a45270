// SPDX-License-Identifier: Apache-2.0
// Webhooks: where what happens is sent to, and whether it arrives.
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, MultiSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Ask, Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { instantOf } from "../../parts/period.tsx";
import { Copy } from "../../parts/qr.tsx";
import { State } from "../../parts/state.tsx";
import { Ago, When } from "../../parts/time.tsx";
import { eventTypes, eventWords, fieldProblem } from "../../parts/words.ts";
import { all, paged, queryClient } from "../../queries.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";

type Webhook = Schemas["Webhook"];
type Delivery = Schemas["WebhookDelivery"];
type EventType = Schemas["EventType"];
const refreshMs = 15_000; // no event tells of what arrives there
const webhooksQuery = { queryKey: ["webhooks"], refetchInterval: refreshMs, queryFn: () => all((cursor) => api.GET("/v1/webhooks", { params: { query: { limit: 200, cursor } } })) };
const deliveriesPage = 20;
const deliveriesQuery = (id: string) => ({
  ...paged(["webhooks", id, "deliveries"], async (cursor) => must(await api.GET("/v1/webhooks/{webhook_id}/deliveries", { params: { path: { webhook_id: id }, query: { limit: deliveriesPage, cursor } } }))),
  refetchInterval: refreshMs,
});
const forget = () => queryClient.invalidateQueries({ queryKey: ["webhooks"] });

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <>
      <Notice tone="warn" live><p><Trans>With this secret the receiver tells our messages from others. It is shown only here and only now.</Trans></p></Notice>
      <Copy text={secret} label={t`Secret`} />
      <div className="row" style={{ justifyContent: "flex-end" }}><Button onClick={onClose}><Trans>Done</Trans></Button></div>
    </>
  );
}

function TypesSelect({ value, onChange }: { value: EventType[]; onChange: (types: EventType[]) => void }) {
  const { t } = useLingui();
  return (
    <MultiSelect
      label={t`Only these events`} description={t`None: all of them`} placeholder={value.length === 0 ? t`All events` : undefined} searchable hidePickedOptions limit={100} nothingFoundMessage={t`Nothing has that name`}
      value={value} onChange={(types) => onChange(types as EventType[])} data={eventTypes.map((type) => ({ value: type, label: `${eventWords(type)} (${type})` }))}
    />
  );
}

function AddWebhook({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const [url, setUrl] = useState("");
  const [types, setTypes] = useState<EventType[]>([]);
  const [secret, setSecret] = useState<string>();
  const { busy, error, act } = useAct();
  const close = () => {
    setSecret(undefined);
    setUrl("");
    setTypes([]);
    onClose();
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    await act(async () => {
      setSecret(must(await api.POST("/v1/webhooks", { body: { url, types } })).secret);
      await forget();
    });
  };
  const wrong = fieldProblem(error, "/url") !== undefined;
  return (
    <Dialog opened={opened} onClose={close} title={<Trans>Add a webhook</Trans>}>
      {secret ? <Secret secret={secret} onClose={close} /> : (
        <form className="stack" onSubmit={(event) => void add(event)}>
          <TextInput label={t`Address`} type="url" placeholder="https://" required data-autofocus error={wrong && t`This address cannot be used.`} value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
          <TypesSelect value={types} onChange={setTypes} />
          {!wrong && <Problem error={error} />}
          <div className="row" style={{ justifyContent: "flex-end" }}><Button type="submit" loading={busy}><Trans>Add</Trans></Button></div>
        </form>
      )}
    </Dialog>
  );
}

/** The position of the last event before a moment: what follows it is sent anew. */
async function positionBefore(moment: string): Promise<number> {
  const { items } = must(await api.GET("/v1/events", { params: { query: { to: moment, limit: 1 } } }));
  return items[0]?.position ?? 0;
}

/** What was sent lately, and what came of it. From any of them on all can be sent again, in order: the log of events is the queue. */
function Deliveries({ webhook, again }: { webhook: Webhook; again: (after: number) => Promise<unknown> }) {
  const deliveries = useInfiniteQuery(deliveriesQuery(webhook.id));
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="stack" style={{ borderTop: "1px solid var(--c-line)", paddingTop: 12 }}>
      <h3 className="part"><Trans>Sent lately</Trans></h3>
      {deliveries.isPending ? <LoadingRows count={2} height={56} /> : deliveries.isError ? <Failed error={deliveries.error} retry={() => void deliveries.refetch()} /> : items.length === 0 ? <span className="dim"><Trans>Nothing was sent there yet.</Trans></span> : (
        <ul className="rows deliveries">
          {items.map((one) => <DeliveryRow key={one.number} delivery={one} again={() => again(one.first_position - 1)} />)}
        </ul>
      )}
      {deliveries.hasNextPage && <div className="row"><Button variant="default" loading={deliveries.isFetchingNextPage} onClick={() => void deliveries.fetchNextPage()}><Trans>Show more</Trans></Button></div>}
    </section>
  );
}

function DeliveryRow({ delivery, again }: { delivery: Delivery; again: () => Promise<unknown> }) {
  const { t } = useLingui();
  const may = useMay();
  const { busy, error, act } = useAct();
  const [done, setDone] = useState(false);
  const [first, ...others] = delivery.types;
  const more = others.length;
  const count = delivery.event_count;
  const position = delivery.first_position;
  const what = first ? eventWords(first) : t`An event`;
  return (
    <li>
      <div className="line delivery">
        <span className="cut">
          <span className="cut" style={{ display: "block", fontWeight: 550 }}>{what}{more > 0 && <span className="dim"> <Plural value={more} one="and # other kind" other="and # other kinds" /></span>}</span>
          <span className="secondary cut" style={{ display: "block" }}><Plural value={count} one="# event" other="# events" />, <When at={delivery.tried_at} style="log" /></span>
        </span>
        <span><Outcome delivery={delivery} /></span>
        {may("webhooks:write") && <Button variant="default" loading={busy} aria-label={t`Send again from here: ${what}, ${position}`} onClick={() => void act(again).then(setDone)}><Trans>Send again from here</Trans></Button>}
      </div>
      <Problem error={error} />
      {done && <SentAgain />}
    </li>
  );
}

function SentAgain() {
  return <Notice tone="info" live><p><Trans>It is sent again in the order in which it happened. The receiver knows each event by its id.</Trans></p></Notice>;
}

function Outcome({ delivery }: { delivery: Delivery }) {
  const attempts = delivery.attempts;
  const tries = attempts > 1 && <span className="secondary" style={{ display: "block" }}><Plural value={attempts} one="# attempt" other="# attempts" /></span>;
  const { status } = delivery;
  if (delivery.state === "taken") return <><State tone="none"><Trans>Taken: {status}</Trans></State>{tries}</>;
  return (
    <>
      <State tone="bad">{status ? <Trans>Failed: {status}</Trans> : <Trans>No answer</Trans>}</State>
      {!status && <span className="secondary" lang="en" style={{ display: "block" }}>{delivery.failure}</span>}
      {tries}
      {delivery.next_attempt_at && <span className="secondary" style={{ display: "block" }}><Trans>Next attempt: <When at={delivery.next_attempt_at} style="log" /></Trans></span>}
    </>
  );
}

/** How it stands, changing it, and sending again what did not arrive or was lost there. */
function ShowWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const may = useMay();
  const patch = async (body: Schemas["WebhookUpdate"]) => {
    must(await api.PATCH("/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: webhook.id } }, body }));
    await forget();
  };
  return (
    <>
      <dl className="facts">
        {!may("webhooks:write") && <><dt><Trans>Address</Trans></dt><dd>{webhook.url}</dd></>}
        <dt><Trans>State</Trans></dt>
        <dd><Arrival webhook={webhook} /></dd>
        {webhook.last_failure && <><dt><Trans>Last attempt</Trans></dt><dd lang="en">{webhook.last_failure}</dd></>}
        {webhook.state === "active" && webhook.next_attempt_at && <><dt><Trans>Next attempt</Trans></dt><dd><When at={webhook.next_attempt_at} style="log" /></dd></>}
      </dl>
      {may("webhooks:write") && <ChangeWebhook webhook={webhook} patch={patch} onClose={onClose} />}
      <Deliveries webhook={webhook} again={(after) => patch({ after })} />
    </>
  );
}

function ChangeWebhook({ webhook, patch, onClose }: { webhook: Webhook; patch: (body: Schemas["WebhookUpdate"]) => Promise<unknown>; onClose: () => void }) {
  const { t } = useLingui();
  const [url, setUrl] = useState(webhook.url);
  const [types, setTypes] = useState(webhook.types);
  const [since, setSince] = useState("");
  const [done, setDone] = useState<"tried" | "again">();
  const { busy, error, act } = useAct();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await act(() => patch({ url, types }))) onClose();
  };
  const again = async (event: FormEvent) => {
    event.preventDefault();
    const moment = instantOf(since);
    if (moment && (await act(async () => patch({ after: await positionBefore(moment) })))) setDone("again");
  };
  const wrong = fieldProblem(error, "/url") !== undefined;
  const isOff = webhook.state === "disabled";
  return (
    <>
      <div className="row" style={{ flexWrap: "wrap" }}>
        <Button variant="default" loading={busy} onClick={() => void act(() => patch({ state: isOff ? "active" : "disabled" }))}>{isOff ? <Trans>Switch on</Trans> : <Trans>Switch off</Trans>}</Button>
        {!isOff && (webhook.behind > 0 || webhook.failing_since) && <Button variant="default" loading={busy} onClick={() => void act(() => patch({})).then((ok) => ok && setDone("tried"))}><Trans>Try now</Trans></Button>}
        <span className="dim" role="status">{done === "tried" && <Trans>The next attempt is due now.</Trans>}</span>
      </div>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <TextInput label={t`Address`} type="url" required error={wrong && t`This address cannot be used.`} value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
        <TypesSelect value={types} onChange={setTypes} />
        {!wrong && <Problem error={error} />}
        <div className="row" style={{ justifyContent: "flex-end" }}><Button type="submit" loading={busy}><Trans>Save</Trans></Button></div>
      </form>
      <form className="row" style={{ alignItems: "flex-end", borderTop: "1px solid var(--c-line)", paddingTop: 12 }} onSubmit={(event) => void again(event)}>
        <TextInput className="grow" type="datetime-local" required label={t`Send again everything since`} value={since} onChange={(event) => setSince(event.currentTarget.value)} />
        <Button size="sm" type="submit" variant="default" loading={busy}><Trans>Send again</Trans></Button>
      </form>
      {done === "again" && <SentAgain />}
    </>
  );
}

function Arrival({ webhook }: { webhook: Webhook }) {
  const behind = webhook.behind;
  if (webhook.state === "disabled") return <State tone="warn"><Trans>Switched off</Trans></State>;
  if (webhook.failing_since) return <State tone="bad"><Trans>Fails since <Ago at={webhook.failing_since} /></Trans></State>;
  return behind > 0 ? <State tone="wait" quiet><Plural value={behind} one="# event behind" other="# events behind" /></State> : <State tone="none"><Trans>Everything has arrived</Trans></State>;
}

export function Webhooks() {
  const { t } = useLingui();
  const may = useMay();
  const webhooks = useQuery(webhooksQuery);
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Webhook>();
  const [asks, setAsks] = useState<"delete" | "rotate">();
  const [secret, setSecret] = useState<string>();
  const [{ webhook: opened }, change] = useFilters<{ webhook?: string }>();
  const shown = webhooks.data?.find((one) => one.id === opened);
  const remove = async () => {
    must(await api.DELETE("/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: chosen?.id ?? "" } } }));
    await forget();
  };
  const rotate = async () => {
    setSecret(must(await api.POST("/v1/webhooks/{webhook_id}/rotate-secret", { params: { path: { webhook_id: chosen?.id ?? "" } } })).secret);
  };
  const ask = (webhook: Webhook, what: "delete" | "rotate") => {
    setChosen(webhook);
    setAsks(what);
  };
  return (
    <Panel title={<Trans>Webhooks</Trans>} actions={may("webhooks:write") && <Button onClick={() => setAdding(true)}><Trans>Add a webhook</Trans></Button>}>
      {webhooks.isPending ? <LoadingRows count={2} height={56} /> : webhooks.isError ? <Failed error={webhooks.error} retry={() => void webhooks.refetch()} /> : webhooks.data.length === 0 ? <Empty title={<Trans>No webhooks</Trans>}><Trans>A webhook tells another program what happens, as it happens.</Trans></Empty> : (
        <ul className="rows">
          {webhooks.data.map((webhook) => (
            <li key={webhook.id}>
              <div className="line pick webhook">
                <span className="cut"><Link className="cover" to={"." as string} search={((now: object) => ({ ...now, webhook: webhook.id })) as never} replace>{webhook.url}</Link>{webhook.last_failure && <span className="secondary cut" style={{ display: "block" }} lang="en">{webhook.last_failure}</span>}</span>
                <span className="cut"><Arrival webhook={webhook} /></span>
                {may("webhooks:write") && (
                  <span className="row above">
                    <Button variant="default" aria-label={t`New secret for ${webhook.url}`} onClick={() => ask(webhook, "rotate")}><Trans>New secret</Trans></Button>
                    <Button variant="default" aria-label={t`Delete ${webhook.url}`} onClick={() => ask(webhook, "delete")}><Trans>Delete</Trans></Button>
                  </span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      <Dialog opened={!!shown} onClose={() => change({ webhook: undefined })} size={640} title={<Trans>Webhook</Trans>}>{shown && <ShowWebhook key={shown.id} webhook={shown} onClose={() => change({ webhook: undefined })} />}</Dialog>
      <AddWebhook opened={adding} onClose={() => setAdding(false)} />
      <Ask opened={asks === "delete"} onClose={() => setAsks(undefined)} title={<Trans>Delete this webhook?</Trans>} run={remove} button={<Trans>Delete</Trans>}><Trans>Nothing is sent there from now on.</Trans></Ask>
      <Ask opened={asks === "rotate"} onClose={() => setAsks(undefined)} title={<Trans>Give it a new secret?</Trans>} run={rotate} button={<Trans>New secret</Trans>}><Trans>The receiver must learn the new one.</Trans></Ask>
      <Dialog opened={secret !== undefined} onClose={() => setSecret(undefined)} title={<Trans>New secret</Trans>}>{secret && <Secret secret={secret} onClose={() => setSecret(undefined)} />}</Dialog>
    </Panel>
  );
}
