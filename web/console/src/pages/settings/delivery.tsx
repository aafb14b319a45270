// SPDX-License-Identifier: Apache-2.0
// E-mails and SMS to people: what waits, what did not arrive and why, and trying it again.
import { useLingui as useI18n } from "@lingui/react";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, must, type Schemas } from "../../api.ts";
import { Dialog, Problem, useAct } from "../../parts/act.tsx";
import { Empty, Failed, LoadingRows, Notice, Panel } from "../../parts/page.tsx";
import { State } from "../../parts/state.tsx";
import { timeText, When } from "../../parts/time.tsx";
import { pageSize, paged, queryClient } from "../../queries.ts";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";

type Message = Schemas["OutboxMessage"];
type Show = Schemas["MessageState"];

const refreshMs = 15_000; // no event tells of a letter
const messagesQuery = (state: Show) => paged(["outbox", "pages", state], async (cursor) => must(await api.GET("/v1/outbox", { params: { query: { state, limit: pageSize, cursor } } })));

const letters: Record<string, MessageDescriptor> = {
  invitation: msg`Invitation`,
  access_ended: msg`Access ended`,
  access_changed: msg`Access changed`,
  code: msg`Code`,
  operator_invitation: msg`Invitation to the console`,
  recovery_begun: msg`Recovery of an account`,
  recovery_begun_totp: msg`Recovery of an account`,
  recovery_notice: msg`Notice of a recovery`,
  recovery_open: msg`Recovery of an account`,
  alert: msg`Alert`,
};

function Standing({ message }: { message: Message }) {
  const { i18n } = useI18n();
  const { attempts } = message;
  const sent = message.sent_at ? timeText(i18n.locale, message.sent_at, "log") : "";
  if (message.state === "sent") return <State tone="none"><Trans>Sent {sent}</Trans></State>;
  if (message.state === "failed") return <State tone="warn"><Trans>Did not arrive</Trans></State>;
  if (message.channel === "sms") return <State tone="wait" quiet><Trans>Waits to be passed on</Trans></State>;
  const next = message.next_attempt_at && timeText(i18n.locale, message.next_attempt_at, "log");
  return <State tone="wait" quiet>{attempts > 0 && next ? <Plural value={attempts} one={`Tried once, next ${next}`} other={`Tried # times, next ${next}`} /> : <Trans>Waits to be sent</Trans>}</State>;
}

function Text({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const message = useQuery({ queryKey: ["outbox", id], enabled: !!id, gcTime: 0, queryFn: async () => must(await api.GET("/v1/outbox/{message_id}", { params: { path: { message_id: id ?? "" } } })) });
  const to = message.data?.to ?? "";
  return (
    <Dialog opened={!!id} onClose={onClose} title={to ? <Trans>To {to}</Trans> : <Trans>Message</Trans>}>
      {message.error ? <Failed error={message.error} retry={() => void message.refetch()} /> : !message.data ? <Skeleton height={80} /> : message.data.text === null ? <Notice tone="info"><p><Trans>Nobody but its recipient reads this text, or it has expired.</Trans></p></Notice> : <p className="letter" lang={message.data.language === "zh" ? "zh-CN" : message.data.language}>{message.data.text}</p>}
    </Dialog>
  );
}

function Row({ message, onText }: { message: Message; onText: () => void }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const may = useMay();
  const { busy, error, act } = useAct();
  const { to } = message;
  const retry = () =>
    act(async () => {
      must(await api.POST("/v1/outbox/{message_id}/retry", { params: { path: { message_id: message.id } } }));
      await queryClient.invalidateQueries({ queryKey: ["outbox"] });
    });
  const what = message.letter && letters[message.letter] ? i18n._(letters[message.letter] as MessageDescriptor) : t`Message`;
  const isOver = message.state === "sent" || Date.parse(message.expires_at) < Date.now();
  const canRead = may("codes:reveal") && message.operator_id === null && !isOver;
  return (
    <li>
      <div className="line message">
        <span className="cut"><span style={{ fontWeight: 550 }}>{to}</span><span className="secondary cut" style={{ display: "block" }}>{message.channel === "sms" ? <Trans>{what}, by SMS</Trans> : <Trans>{what}, by e-mail</Trans>}, <When at={message.created_at} style="log" /></span></span>
        <span className="cut"><Standing message={message} />{message.failure && message.state !== "sent" && <span className="secondary cut" style={{ display: "block", paddingLeft: 15 }} lang="en" title={message.failure}>{message.failure}</span>}</span>
        <span className="row" style={{ justifyContent: "flex-end" }}>
          {canRead && <Button variant="default" aria-label={t`Read: ${what}, ${to}`} onClick={onText}><Trans>Read</Trans></Button>}
          {may("outbox:write") && !isOver && message.channel === "email" && <Button variant="default" loading={busy} aria-label={t`Try again: ${what}, ${to}`} onClick={() => void retry()}><Trans>Try again</Trans></Button>}
        </span>
      </div>
      {error !== undefined && <div style={{ padding: "0 16px 12px" }}><Problem error={error} /></div>}
    </li>
  );
}

export function Delivery() {
  const { t } = useLingui();
  const [{ show: wanted }, change] = useFilters<{ show?: string }>();
  const show: Show = wanted === "queued" || wanted === "sent" ? wanted : "failed";
  const messages = useInfiniteQuery({ ...messagesQuery(show), refetchInterval: refreshMs });
  const items = messages.data?.pages.flatMap((page) => page.items) ?? [];
  const [reading, setReading] = useState<string>();
  return (
    <Panel
      title={<Trans>E-mails and SMS</Trans>}
      actions={<SegmentedControl size="xs" aria-label={t`Show`} value={show} onChange={(value) => change({ show: value === "failed" ? undefined : value })} data={[{ value: "failed", label: t`Not arrived` }, { value: "queued", label: t`Waiting` }, { value: "sent", label: t`Sent` }]} />}
    >
      {messages.isPending ? (
        <LoadingRows count={4} height={56} />
      ) : messages.isError && items.length === 0 ? (
        <Failed error={messages.error} retry={() => void messages.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={show === "failed" ? <Trans>Everything has arrived</Trans> : show === "queued" ? <Trans>Nothing waits</Trans> : <Trans>Nothing was sent yet</Trans>}>{show === "queued" && <Trans>E-mails wait here until the mail server has taken them, SMS until somebody passes them on.</Trans>}</Empty>
      ) : (
        <ul className="rows">{items.map((one) => <Row key={one.id} message={one} onText={() => setReading(one.id)} />)}</ul>
      )}
      {messages.hasNextPage && <div className="line"><Button variant="default" loading={messages.isFetchingNextPage} onClick={() => void messages.fetchNextPage()}><Trans>Show more</Trans></Button></div>}
      <Text id={reading} onClose={() => setReading(undefined)} />
    </Panel>
  );
}
