// SPDX-License-Identifier: Apache-2.0
// The first owner of a new platform: whoever holds the API key that its first start wrote down.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { cardea } from "../../../../shared/api/client.ts";
import { api, must } from "../../api.ts";
import { apiLanguage } from "../../i18n.ts";
import { Notice } from "../../parts/page.tsx";
import { problemWords } from "../../parts/words.ts";
import { enter } from "../../session.ts";
import { Outside } from "./outside.tsx";

export default function Start() {
  const { t } = useLingui();
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [invitation, setInvitation] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  const begin = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      let word = invitation;
      if (!word) {
        // A password that is refused leaves the invitation good: it is not asked for twice.
        word = must(await cardea({ url: "", key: key.trim() }).POST("/v1/operators", { body: { name, email, role: "owner", language: apiLanguage() } })).invitation;
        setInvitation(word);
      }
      must(await api.POST("/v1/invitations/accept", { body: { invitation: word, password } }));
      must(await api.POST("/v1/sessions", { body: { email, password, cookie: true } }));
      await enter();
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  const fixed = invitation !== undefined;
  return (
    <Outside title={<Trans>Set up a new platform</Trans>} name={t`Set up a new platform`}>
      {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
      <form className="stack" onSubmit={(event) => void begin(event)}>
        <PasswordInput label={t`API key`} description={t`The platform's first start wrote it into the file api-key and said where`} required autoComplete="off" disabled={fixed} value={key} onChange={(event) => setKey(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show the key` }} />
        <TextInput label={t`Your name`} required autoComplete="name" disabled={fixed} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={t`E-mail`} type="email" required autoComplete="username" disabled={fixed} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <PasswordInput label={t`Choose a password`} description={t`At least 12 characters`} required minLength={12} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
        <Button type="submit" size="sm" loading={busy}><Trans>Become the owner</Trans></Button>
      </form>
      <div className="row" style={{ justifyContent: "space-between" }}>
        <Link className="link" to={"/sign-in"}><Trans>Back to signing in</Trans></Link>
        <Link className="link" to={"/accept"}><Trans>I have an invitation</Trans></Link>
      </div>
    </Outside>
  );
}
