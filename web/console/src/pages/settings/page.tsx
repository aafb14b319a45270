// SPDX-License-Identifier: Apache-2.0
// The workspace's settings: each part for whoever may read it.
import { Trans, useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Page } from "../../parts/page.tsx";
import { useFilters } from "../../search.ts";
import { useMay } from "../../session.ts";
import { Delivery } from "./delivery.tsx";
import { Keys } from "./keys.tsx";
import { Operators } from "./operators.tsx";
import { Webhooks } from "./webhooks.tsx";
import { WorkspaceSettings } from "./workspace.tsx";

export default function Settings() {
  const { t } = useLingui();
  const may = useMay();
  const [{ tab }, change] = useFilters<{ tab?: string; show?: string }>();
  const tabs = useRef<HTMLDivElement>(null);
  // On a phone the tabs do not all fit.
  useEffect(() => void tabs.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [tab]);
  return (
    <Page title={<Trans>Settings</Trans>} name={t`Settings`}>
      <Tabs value={tab ?? "workspace"} onChange={(value) => change({ tab: value === "workspace" ? undefined : (value ?? undefined), show: undefined })} keepMounted={false}>
        <Tabs.List mb={16} ref={tabs}>
          <Tabs.Tab value="workspace"><Trans>Workspace</Trans></Tabs.Tab>
          <Tabs.Tab value="codes"><Trans>Codes</Trans></Tabs.Tab>
          {may("operators:read") && <Tabs.Tab value="operators"><Trans>Operators</Trans></Tabs.Tab>}
          {may("keys:read") && <Tabs.Tab value="keys"><Trans>API keys</Trans></Tabs.Tab>}
          {may("webhooks:read") && <Tabs.Tab value="webhooks"><Trans>Webhooks</Trans></Tabs.Tab>}
          {may("outbox:read") && <Tabs.Tab value="delivery"><Trans>Delivery</Trans></Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="workspace"><WorkspaceSettings /></Tabs.Panel>
        <Tabs.Panel value="codes"><WorkspaceSettings codes /></Tabs.Panel>
        <Tabs.Panel value="operators"><Operators /></Tabs.Panel>
        <Tabs.Panel value="keys"><Keys /></Tabs.Panel>
        <Tabs.Panel value="webhooks"><Webhooks /></Tabs.Panel>
        <Tabs.Panel value="delivery"><Delivery /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
