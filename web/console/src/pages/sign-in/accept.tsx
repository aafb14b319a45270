// SPDX-License-Identifier: Apache-2.0
// Becoming an operator: the invitation's word, from the link's part after # or by hand, and a password of one's own.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { api, must } from "../../api.ts";
import { Notice } from "../../parts/page.tsx";
import { problemWords } from "../../parts/words.ts";
import { enter } from "../../session.ts";
import { Outside, wordOf } from "./outside.tsx";

export default function Accept() {
  const { t } = useLingui();
  const [invitation, setInvitation] = useState(() => wordOf(location.hash));
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  // The word is good once: it does not stay in the address.
  useEffect(() => history.replaceState(history.state, "", location.pathname), []);

  const accept = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const operator = must(await api.POST("/v1/invitations/accept", { body: { invitation: wordOf(invitation), password } }));
      must(await api.POST("/v1/sessions", { body: { email: operator.email, password, cookie: true } }));
      await enter();
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Outside title={<Trans>Accept your invitation</Trans>} name={t`Accept your invitation`}>
      {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
      <form className="stack" onSubmit={(event) => void accept(event)}>
        <TextInput label={t`Invitation`} description={t`From the e-mail: it begins with cardea_invitation_`} required autoComplete="off" spellCheck={false} value={invitation} onChange={(event) => setInvitation(event.currentTarget.value)} />
        <PasswordInput label={t`Choose a password`} description={t`At least 12 characters`} required minLength={12} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
        <Button type="submit" size="sm" loading={busy}><Trans>Accept</Trans></Button>
      </form>
    </Outside>
  );
}
