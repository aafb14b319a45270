// SPDX-License-Identifier: Apache-2.0
// From an empty workspace to the first guest, a step at a time; each step is done here or begins here.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { api, must } from "../../api.ts";
import { apiLanguage } from "../../i18n.ts";
import { Notice } from "../../parts/page.tsx";
import { useStepFocus } from "../../parts/steps.ts";
import { viewerZone } from "../../parts/time.tsx";
import { problemWords } from "../../parts/words.ts";
import { queryClient, workspaceQuery } from "../../queries.ts";
import { useMay } from "../../session.ts";

/** What the platform's first start calls it, in any language. */
const unnamed = "My workspace";

export type Steps = { site?: string; door?: string; lockless?: string; installed: boolean; invited: boolean };

export const stepsQuery = queryOptions({
  queryKey: ["doors", "first-run"],
  queryFn: async (): Promise<Steps> => {
    const limit = { params: { query: { limit: 1 } } };
    const [sites, doors, locks, grants] = await Promise.all([
      api.GET("/v1/sites", limit),
      api.GET("/v1/doors", limit),
      api.GET("/v1/locks", { params: { query: { limit: 1, state: "active" } } }),
      api.GET("/v1/access-grants", limit),
    ]);
    const door = must(doors).items[0];
    return { site: must(sites).items[0]?.id, door: door?.id, lockless: door?.lock_id === null ? door.id : undefined, installed: must(locks).items.length > 0, invited: must(grants).items.length > 0 };
  },
});

function Step({ number, done, current, title, children }: { number: number; done: boolean; current: boolean; title: ReactNode; children: ReactNode }) {
  const { t } = useLingui();
  return (
    <li className="step" data-done={done || undefined} aria-current={current ? "step" : undefined}>
      <span className="step-mark">{done ? <IconCheck size={14} stroke={2.4} aria-label={t`Done`} role="img" /> : number}</span>
      <div className="grow">
        <div className="step-title">{title}</div>
        {current && <div className="step-body">{children}</div>}
      </div>
    </li>
  );
}

export function FirstRun({ steps }: { steps: Steps }) {
  const { t } = useLingui();
  const may = useMay();
  const [site, setSite] = useState("");
  const [door, setDoor] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const mayName = useQuery(workspaceQuery).data?.name === unnamed && may("workspace:write");
  const current = !steps.site ? 1 : !steps.door ? 2 : !steps.installed ? 3 : 4;
  const list = useStepFocus(current, "input, a, button");

  const attempt = (run: () => Promise<unknown>) => async (event?: FormEvent) => {
    event?.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await run();
      await Promise.all(["sites", "doors", "locks", "grants"].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  const addSite = attempt(async () => {
    must(await api.POST("/v1/sites", { body: { name: site } }));
    if (!mayName) return;
    must(await api.PATCH("/v1/workspace", { body: { name: site, language: apiLanguage() } }));
    await queryClient.invalidateQueries({ queryKey: ["workspace"] });
  });
  const addDoor = attempt(async () => must(await api.POST("/v1/doors", { body: { site_id: steps.site ?? "", name: door, zone: viewerZone } })));
  const practise = attempt(async () => must(await api.POST("/v1/sandbox/locks", { body: { door_id: steps.lockless ?? "" } })));
  return (
    <section className="panel" aria-labelledby="first-run">
      <div className="panel-head"><h2 id="first-run"><Trans>Four steps to the first opened door</Trans></h2></div>
      <ol className="steps" ref={list}>
        <Step number={1} done={!!steps.site} current={current === 1} title={<Trans>Add a site</Trans>}>
          <form className="row" onSubmit={(event) => void addSite(event)}>
            <TextInput className="grow" maw={320} required maxLength={100} aria-label={t`Name of the site`} placeholder={t`Harbour House`} value={site} onChange={(event) => setSite(event.currentTarget.value)} />
            <Button size="sm" type="submit" loading={busy}><Trans>Add site</Trans></Button>
          </form>
          <p className="secondary" style={{ margin: "8px 0 0" }}>
            <Trans>A building, or several at one place.</Trans> {mayName && <Trans>Guests read this name on their keys. It can be changed later.</Trans>}
          </p>
        </Step>
        <Step number={2} done={!!steps.door} current={current === 2} title={<Trans>Add its first door</Trans>}>
          <form className="row" onSubmit={(event) => void addDoor(event)}>
            <TextInput className="grow" maw={320} required maxLength={100} aria-label={t`Name of the door`} placeholder={t`Front door`} value={door} onChange={(event) => setDoor(event.currentTarget.value)} />
            <Button size="sm" type="submit" loading={busy}><Trans>Add door</Trans></Button>
          </form>
          <p className="secondary" style={{ margin: "8px 0 0" }}><Trans>It gets the time zone of this computer, {viewerZone}. That can be changed later.</Trans></p>
        </Step>
        <Step number={3} done={steps.installed} current={current === 3} title={<Trans>Install its lock</Trans>}>
          <div className="row" style={{ flexWrap: "wrap" }}>
            <Button size="sm" component={Link} to={"/install" as string} search={{ door: steps.door } as never}><Trans>Install a lock</Trans></Button>
            {steps.lockless && may("doors:write") && <Button size="sm" variant="default" loading={busy} onClick={() => void practise()}><Trans>Use a practice lock</Trans></Button>}
          </div>
          <p className="secondary" style={{ margin: "8px 0 0" }}><Trans>A practice lock behaves like a real one and opens nothing. It is marked everywhere.</Trans></p>
        </Step>
        <Step number={4} done={steps.invited} current={current === 4} title={<Trans>Let the first person in</Trans>}>
          <Button size="sm" component={Link} to={"/access" as string} search={{ invite: "yes", door: steps.door } as never}><Trans>Let somebody in</Trans></Button>
        </Step>
      </ol>
      {problem && <div style={{ padding: "0 16px 16px" }}><Notice tone="bad" live><p>{problem}</p></Notice></div>}
    </section>
  );
}
