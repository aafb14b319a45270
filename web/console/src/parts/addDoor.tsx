// SPDX-License-Identifier: Apache-2.0
// Adding a door, and its site with it where there is none yet.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type FormEvent } from "react";
import { api, must, type Schemas } from "../api.ts";
import { queryClient, sitesQuery } from "../queries.ts";
import { useSite } from "../scope.ts";
import { Notice } from "./page.tsx";
import { viewerZone } from "./time.tsx";
import { problemWords } from "./words.ts";

const newSite = "new";

export function ZoneSelect({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const { t } = useLingui();
  const zones = useMemo(() => [...new Set([viewerZone, value, "UTC", ...Intl.supportedValuesOf("timeZone")])], [value]);
  return <Select label={t`Time zone of the door`} searchable allowDeselect={false} limit={80} nothingFoundMessage={t`Nothing has that name`} value={value} data={zones} onChange={(zone) => zone && onChange(zone)} />;
}

export function AddDoor({ opened, onClose, onAdded }: { opened: boolean; onClose: () => void; onAdded?: (door: Schemas["Door"]) => void }) {
  const { t } = useLingui();
  const scope = useSite();
  const sites = useQuery(sitesQuery).data ?? [];
  const [name, setName] = useState("");
  const [site, setSite] = useState<string>();
  const [siteName, setSiteName] = useState("");
  const [zone, setZone] = useState(viewerZone);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const chosen = site ?? scope ?? sites[0]?.id ?? newSite;
  useEffect(() => {
    if (opened) setProblem(undefined);
  }, [opened]);

  const add = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      let site_id = chosen;
      if (chosen === newSite) {
        site_id = must(await api.POST("/v1/sites", { body: { name: siteName } })).id;
        await queryClient.invalidateQueries({ queryKey: ["sites"] });
        setSite(site_id);
      }
      const door = must(await api.POST("/v1/doors", { body: { site_id, name, zone } }));
      await queryClient.invalidateQueries({ queryKey: ["doors"] });
      setName("");
      onClose();
      onAdded?.(door);
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={onClose} title={<Trans>Add a door</Trans>} size={420} closeButtonProps={{ "aria-label": t`Close` }}>
      <form className="stack" onSubmit={(event) => void add(event)}>
        {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
        <TextInput label={t`Name of the door`} placeholder={t`Front door`} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
        {sites.length > 0 && <Select label={t`Site`} allowDeselect={false} searchable={sites.length > 8} value={chosen} data={[...sites.map((one) => ({ value: one.id, label: one.name })), { value: newSite, label: t`A new site…` }]} onChange={(value) => setSite(value ?? undefined)} />}
        {chosen === newSite && <TextInput label={t`Name of the site`} placeholder={t`Harbour House`} required maxLength={100} value={siteName} onChange={(event) => setSiteName(event.currentTarget.value)} />}
        <ZoneSelect value={zone} onChange={setZone} />
        <div className="row" style={{ justifyContent: "flex-end", marginTop: 4 }}>
          <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" loading={busy}><Trans>Add door</Trans></Button>
        </div>
      </form>
    </Modal>
  );
}
