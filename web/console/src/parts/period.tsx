// SPDX-License-Identifier: Apache-2.0
// From when to when, as the viewer's own clock says it. In the address it stands as an instant.
import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";

/** An instant as an <input type="datetime-local"> wants it. */
export function localText(instant: string | undefined): string {
  if (!instant || Number.isNaN(Date.parse(instant))) return "";
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function instantOf(local: string): string | undefined {
  if (local === "") return undefined;
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace(/\.\d+Z$/, "Z");
}

export function Period({ from, to, onChange }: { from?: string; to?: string; onChange: (change: { from?: string; to?: string }) => void }) {
  const { t } = useLingui();
  return (
    <>
      <TextInput type="datetime-local" size="xs" aria-label={t`From`} title={t`From`} value={localText(from)} onChange={(event) => onChange({ from: instantOf(event.currentTarget.value) })} />
      <span className="dim" aria-hidden>–</span>
      <TextInput type="datetime-local" size="xs" aria-label={t`Until`} title={t`Until`} value={localText(to)} onChange={(event) => onChange({ to: instantOf(event.currentTarget.value) })} />
    </>
  );
}
