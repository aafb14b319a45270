// SPDX-License-Identifier: Apache-2.0
// A page that does not exist, and one that broke.
import { Button } from "@mantine/core";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Empty, Page } from "../parts/page.tsx";
import { problemWords } from "../parts/words.ts";
import { Refused } from "../api.ts";

export function Missing() {
  const { t } = useLingui();
  return (
    <Page title={<Trans>Nothing here</Trans>} name={t`Nothing here`}>
      <Empty title={<Trans>This page does not exist, or not any more.</Trans>} actions={<Button variant="default" component={Link} to="/"><Trans>Home</Trans></Button>} />
    </Page>
  );
}

export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui();
  return (
    <Page title={<Trans>This page broke</Trans>} name={t`This page broke`}>
      <Empty title={error instanceof Refused ? problemWords(error) : <Trans>That is our mistake. What you did before is safe.</Trans>} actions={<Button variant="default" onClick={reset}><Trans>Try again</Trans></Button>}>
        {(error as Error).message}
      </Empty>
    </Page>
  );
}
