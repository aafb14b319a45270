// SPDX-License-Identifier: Apache-2.0
// Coming back from the provider: what it sent along is worth something only with the handle that this browser kept.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Loader, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, codeOf, must } from "../../api.ts";
import { forget, kept } from "../../oidc.ts";
import { Notice } from "../../parts/page.tsx";
import { problemWords } from "../../parts/words.ts";
import { useFilters } from "../../search.ts";
import { enter } from "../../session.ts";
import { Outside } from "./outside.tsx";

export default function FromProvider() {
  const { t } = useLingui();
  const [{ state, code }] = useFilters<{ state?: string; code?: string }>();
  const [{ handle, to, links }] = useState(kept);
  const [factor, setFactor] = useState("");
  const [asks, setAsks] = useState(false);
  const [wrong, setWrong] = useState<{ error?: unknown }>();
  const begun = useRef(false);

  const finish = async (second_factor?: string) => {
    setWrong(undefined);
    if (!handle || !state || !code) return setWrong({});
    try {
      if (links) must(await api.POST("/v1/account/oidc-links", { body: { handle, state, code } }));
      else must(await api.POST("/v1/sessions/oidc", { body: { handle, state, code, second_factor, cookie: true } }));
      forget();
      await enter(links ? "/account" : to);
    } catch (error) {
      if (codeOf(error) === "second_factor_required") setAsks(true);
      else setWrong({ error });
    }
  };
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void finish();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void finish(factor.replaceAll(" ", ""));
  };
  const problem = wrong && (wrong.error === undefined ? t`The provider sent nothing to sign in with. Begin again.` : problemWords(wrong.error));
  return (
    <Outside title={links ? <Trans>Your organisation's account</Trans> : <Trans>Sign in</Trans>} name={links ? t`Your organisation's account` : t`Sign in`}>
      {problem && <Notice tone="bad" live><p>{problem}</p></Notice>}
      {asks ? (
        <form className="stack" onSubmit={submit}>
          <TextInput label={t`Code`} description={t`From your authenticator app, or a recovery code`} autoComplete="one-time-code" autoFocus required value={factor} onChange={(event) => setFactor(event.currentTarget.value)} />
          <Button type="submit" size="sm"><Trans>Sign in</Trans></Button>
        </form>
      ) : problem ? (
        links ? <Link className="link" to={"/account" as string}><Trans>Back to your account</Trans></Link> : <Link className="link" to={"/sign-in"}><Trans>Back to signing in</Trans></Link>
      ) : (
        <div className="row" role="status"><Loader /> <Trans>One moment…</Trans></div>
      )}
    </Outside>
  );
}
