// SPDX-License-Identifier: Apache-2.0
// Back into an account: ask for a mail, then choose a new password with the word that it brings.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { api, must } from "../../api.ts";
import { Notice } from "../../parts/page.tsx";
import { problemWords } from "../../parts/words.ts";
import { enter } from "../../session.ts";
import { Outside, wordOf } from "./outside.tsx";

export default function Recover() {
  const { t } = useLingui();
  const [step, setStep] = useState<"ask" | "asked" | "complete">(location.hash ? "complete" : "ask");
  const [email, setEmail] = useState("");
  const [recovery, setRecovery] = useState(() => wordOf(location.hash));
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => history.replaceState(history.state, "", location.pathname), []);

  const attempt = (run: () => Promise<unknown>) => async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await run();
    } catch (error) {
      setProblem(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  const ask = attempt(async () => {
    must(await api.POST("/v1/recoveries", { body: { email } }));
    setStep("asked");
  });
  const complete = attempt(async () => {
    const factor = code.trim() === "" ? {} : { code: code.replaceAll(" ", "") };
    const operator = must(await api.POST("/v1/recoveries/complete", { body: { recovery: wordOf(recovery), password, ...factor } }));
    if (operator.second_factor) return void location.assign("/sign-in");
    must(await api.POST("/v1/sessions", { body: { email: operator.email, password, cookie: true } }));
    await enter();
  });
  return (
    <Outside title={step === "complete" ? <Trans>Choose a new password</Trans> : <Trans>Get back into your account</Trans>} name={t`Get back into your account`}>
      {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
      {step === "ask" && (
        <form className="stack" onSubmit={(event) => void ask(event)}>
          <p className="dim" style={{ margin: 0 }}><Trans>You get an e-mail with a word. With it, and the code of your authenticator app or an owner's approval, you choose a new password. All owners are told.</Trans></p>
          <TextInput label={t`E-mail`} type="email" required autoComplete="username" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <Button type="submit" size="sm" loading={busy}><Trans>Send the e-mail</Trans></Button>
        </form>
      )}
      {step === "asked" && (
        <>
          <Notice tone="info" live><p><Trans>If there is an account with this address, an e-mail is on its way.</Trans></p></Notice>
          <Button size="sm" onClick={() => setStep("complete")}><Trans>I have the word</Trans></Button>
        </>
      )}
      {step === "complete" && (
        <form className="stack" onSubmit={(event) => void complete(event)}>
          <TextInput label={t`Word from the e-mail`} required autoComplete="off" spellCheck={false} value={recovery} onChange={(event) => setRecovery(event.currentTarget.value)} />
          <PasswordInput label={t`New password`} description={t`At least 12 characters`} required minLength={12} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
          <TextInput label={t`Code`} description={t`From your authenticator app, or a recovery code; leave it empty if you have none`} autoComplete="one-time-code" value={code} onChange={(event) => setCode(event.currentTarget.value)} />
          <Button type="submit" size="sm" loading={busy}><Trans>Set the password</Trans></Button>
        </form>
      )}
      <div className="row" style={{ justifyContent: "space-between" }}>
        <Link className="link" to={"/sign-in"}><Trans>Back to signing in</Trans></Link>
        {step === "ask" && <Button variant="subtle" color="gray" c="var(--c-text)" onClick={() => setStep("complete")}><Trans>I have the word</Trans></Button>}
      </div>
    </Outside>
  );
}
