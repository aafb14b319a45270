// SPDX-License-Identifier: Apache-2.0
// A page's filters live in its address, so that it can be sent, kept and gone back to.
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type Search = Record<string, string | undefined>;

/** The filters, and how to change some of them. What is undefined leaves the address. */
export function useFilters<T extends Search>(): [T, (change: Partial<T>) => void] {
  const search = useSearch({ strict: false }) as T;
  const navigate = useNavigate();
  const change = useCallback((some: Partial<T>) => void navigate({ to: ".", search: ((now: T) => ({ ...now, ...some })) as never, replace: true }), [navigate]);
  return [search, change];
}

/** A part of the address: `$doorId` of "/doors/$doorId". */
export function useParam(name: string): string {
  const found = (useParams({ strict: false }) as Record<string, string>)[name];
  if (found === undefined) throw new Error(`this address has no ${name}`);
  return found;
}
