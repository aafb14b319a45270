// SPDX-License-Identifier: Apache-2.0
// The log as a file: all events that the filter lets through, read page by page.
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { api, must, Refused, type Schemas } from "../api.ts";
import { all, allDoorsQuery, doorQuery, eventParameters, personQuery, queryClient, type EventFilter } from "../queries.ts";
import { Notice } from "./page.tsx";
import { problemWords } from "./words.ts";

type Event = Schemas["Event"];
type Form = "csv" | "json";

/** A spreadsheet runs what begins like a formula: such text is quoted. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** So many are read one by one; a page of a list would have been faster for more. */
const singlyMax = 50;

/** What ids mean, of those that occur. One that is gone, or out of reach, means nothing. */
class Known<T> {
  #found = new Map<string, T | undefined>();
  #isAll = false;
  #one: (id: string) => Promise<T>;
  #list: () => Promise<Map<string, T>>;

  constructor(one: (id: string) => Promise<T>, list: () => Promise<Map<string, T>>) {
    this.#one = one;
    this.#list = list;
  }

  /** Afterwards of() knows these. */
  async learn(ids: Iterable<string | undefined>) {
    const fresh = [...new Set(ids)].filter((id) => id !== undefined && !this.#found.has(id)) as string[];
    if (fresh.length === 0 || this.#isAll) return;
    if (this.#found.size + fresh.length > singlyMax) {
      this.#found = await this.#list();
      this.#isAll = true;
      return;
    }
    const read = async (id: string) => this.#found.set(id, await this.#one(id).catch(unlessNotFound));
    await Promise.all(fresh.map(read));
  }

  of(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.#found.get(id);
  }
}

function unlessNotFound(error: unknown): undefined {
  if (!(error instanceof Refused) || error.problem.status !== 404) throw error;
}

const knownDoors = () => new Known((id) => queryClient.ensureQueryData(doorQuery(id)), async () => new Map((await queryClient.ensureQueryData(allDoorsQuery)).map((door) => [door.id, door])));
const knownPersons = () =>
  new Known(
    (id) => queryClient.ensureQueryData(personQuery(id)),
    async () => new Map((await all((cursor) => api.GET("/v1/persons", { params: { query: { limit: 200, cursor } } }))).map((person) => [person.id, person])),
  );

const columns = ["position", "recorded_at", "at", "type", "door", "door_name", "zone", "person", "person_name", "reason", "method", "by", "lock", "seq"] as const;

export function ExportMenu({ filter }: { filter: EventFilter }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const [count, setCount] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const stop = useRef(false);

  const save = async (form: Form) => {
    stop.current = false;
    setProblem(undefined);
    setCount(0);
    try {
      const doors = knownDoors();
      const persons = knownPersons();
      const line = (event: Event) => {
        const door = doors.of(event.door_id);
        const cells: Record<(typeof columns)[number], string | number | undefined> = {
          ...event,
          door: event.door_id,
          door_name: door?.name,
          zone: door?.zone,
          person: event.person_id,
          person_name: persons.of(event.person_id)?.name,
          lock: event.lock_id,
        } as never;
        return columns.map((column) => csvCell(String(cells[column] ?? ""))).join(",");
      };
      const parts: string[] = [form === "csv" ? columns.join(",") + "\r\n" : "[\n"];
      let read = 0;
      for (let cursor: string | undefined; !stop.current; ) {
        const page = must(await api.GET("/v1/events", { params: { query: { ...eventParameters(filter), limit: 200, cursor } } }));
        if (form === "csv") await Promise.all([doors.learn(page.items.map((event) => event.door_id)), persons.learn(page.items.map((event) => event.person_id))]);
        for (const event of page.items) parts.push(form === "csv" ? line(event) + "\r\n" : (read === 0 && event === page.items[0] ? "" : ",\n") + JSON.stringify(event));
        read += page.items.length;
        setCount(read);
        if (page.next === null) break;
        cursor = page.next;
      }
      if (stop.current) return;
      if (form === "json") parts.push("\n]\n");
      // The mark at the front is how a spreadsheet knows that this is UTF-8.
      const file = new Blob(form === "csv" ? ["\uFEFF", ...parts] : parts, { type: form === "csv" ? "text/csv" : "application/json" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `cardea-activity-${new Date().toISOString().slice(0, 10)}.${form}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setCount(undefined);
    }
  };
  const busy = count !== undefined;
  const number = new Intl.NumberFormat(i18n.locale).format(count ?? 0);
  return (
    <>
      {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
      {busy && <span className="dim number" role="status"><Trans>{number} events</Trans></span>}
      {busy ? (
        <Button variant="default" onClick={() => (stop.current = true)}><Trans>Stop</Trans></Button>
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />}><Trans>Export</Trans></Button>
          </Menu.Target>
          <Menu.Dropdown aria-label={t`Export`}>
            <Menu.Item onClick={() => void save("csv")}><Trans>CSV, for a spreadsheet</Trans></Menu.Item>
            <Menu.Item onClick={() => void save("json")}><Trans>JSON, complete</Trans></Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
