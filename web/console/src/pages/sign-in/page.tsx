// SPDX-License-Identifier: Apache-2.0
// Signing in: by passkey, or else by password and, where there is one, the authenticator app's code.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput, TextInput, UnstyledButton } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { api, codeOf, must } from "../../api.ts";
import { leaveFor, redirectUri } from "../../oidc.ts";
import { Notice } from "../../parts/page.tsx";
import { problemWords } from "../../parts/words.ts";
import { passkeysWork, signInWithPasskey } from "../../passkey.ts";
import { useFilters } from "../../search.ts";
import { enter } from "../../session.ts";
import { Outside } from "./outside.tsx";

export default function SignIn() {
  const { t } = useLingui();
  const [{ to }] = useFilters<{ to?: string }>();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [step, setStep] = useState<"password" | "code">("password");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState<"passkey" | "password" | "provider">();

  const attempt = async (what: typeof busy, run: () => Promise<unknown>) => {
    setBusy(what);
    setProblem(undefined);
    try {
      await run();
    } catch (error) {
      const said = codeOf(error);
      if (said === "second_factor_required") setStep("code");
      else if (error instanceof DOMException) setProblem(t`No passkey was used. Try again, or sign in with your password.`);
      else setProblem(problemWords(error));
    } finally {
      setBusy(undefined);
    }
  };
  const withPasskey = () => attempt("passkey", async () => {
    await signInWithPasskey();
    await enter(to);
  });
  const withPassword = (event: FormEvent) => {
    event.preventDefault();
    void attempt("password", async () => {
      must(await api.POST("/v1/sessions", { body: { email, password, cookie: true, ...(step === "code" && { code: code.replaceAll(" ", "") }) } }));
      await enter(to);
    });
  };
  const withProvider = () => attempt("provider", async () => {
    leaveFor(must(await api.POST("/v1/oidc-sign-ins", { body: { redirect_uri: redirectUri } })), { to });
  });

  return (
    <Outside title={<Trans>Sign in</Trans>} name={t`Sign in`}>
      {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
      {step === "password" && (
        <>
          {passkeysWork && (
            <Button size="sm" fullWidth leftSection={<IconFingerprint size={17} aria-hidden />} loading={busy === "passkey"} onClick={() => void withPasskey()}>
              <Trans>Sign in with a passkey</Trans>
            </Button>
          )}
          <div className="or"><Trans>or</Trans></div>
        </>
      )}
      <form className="stack" onSubmit={withPassword}>
        {step === "password" ? (
          <>
            <TextInput label={t`E-mail`} type="email" autoComplete="username webauthn" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
            <PasswordInput label={t`Password`} autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
          </>
        ) : (
          <TextInput label={t`Code`} description={t`From your authenticator app, or a recovery code`} inputMode="text" autoComplete="one-time-code" required data-autofocus autoFocus value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        )}
        <Button type="submit" size="sm" variant={step === "password" && passkeysWork ? "default" : "filled"} fullWidth loading={busy === "password"}>
          {step === "password" ? <Trans>Sign in with password</Trans> : <Trans>Sign in</Trans>}
        </Button>
      </form>
      <div className="row" style={{ justifyContent: "space-between", flexWrap: "wrap" }}>
        <UnstyledButton className="link" fz="sm" disabled={busy === "provider"} onClick={() => void withProvider()}><Trans>Sign in with your organisation's account</Trans></UnstyledButton>
        <Link className="link" to={"/recover"}><Trans>I cannot sign in</Trans></Link>
        <Link className="link" to={"/start"}><Trans>Set up a new platform</Trans></Link>
      </div>
    </Outside>
  );
}
