// SPDX-License-Identifier: Apache-2.0
// Who or what an id is, read once and kept.
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, must } from "../api.ts";
import { doorQuery, personQuery } from "../queries.ts";

const operatorQuery = (id: string) =>
  queryOptions({
    queryKey: ["operators", id],
    queryFn: async () => must(await api.GET("/v1/operators/{operator_id}", { params: { path: { operator_id: id } } })),
    staleTime: 300_000,
    retry: false,
  });

export function useDoor(id: string | undefined | null) {
  return useQuery({ ...doorQuery(id ?? ""), enabled: !!id, staleTime: 300_000 }).data;
}

export function DoorName({ id, link = true }: { id: string; link?: boolean }) {
  const door = useDoor(id);
  if (!door) return <span className="dim">…</span>;
  return link ? (
    <Link className="link above" to="/doors/$doorId" params={{ doorId: id }}>
      {door.name}
    </Link>
  ) : (
    <>{door.name}</>
  );
}

export function PersonName({ id, link = true }: { id: string; link?: boolean }) {
  const person = useQuery(personQuery(id));
  if (!person.data) return <span className="dim">{person.error ? <Trans>Somebody else's</Trans> : "…"}</span>;
  return link ? (
    <Link className="link above" to={"/people/$personId" as string} params={{ personId: id } as never}>
      {person.data.name}
    </Link>
  ) : (
    <>{person.data.name}</>
  );
}

/** Whoever asked through the API: an operator by name, the person who made a home, or a program. */
export function AskerName({ id }: { id: string }) {
  return id.startsWith("person_") ? <PersonName id={id} link={false} /> : <OperatorOrKey id={id} />;
}

function OperatorOrKey({ id }: { id: string }) {
  const isOperator = id.startsWith("operator_");
  const operator = useQuery({ ...operatorQuery(id), enabled: isOperator });
  if (operator.data) return <>{operator.data.name}</>;
  return <span className="dim">{isOperator ? <Trans>An operator</Trans> : id.startsWith("key_") || id.startsWith("apikey_") ? <Trans>An API key</Trans> : id.split("_")[0]}</span>;
}
