// SPDX-License-Identifier: Apache-2.0
// One's own password, asked for before what changes how one signs in: whoever finds the page open does not know it.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { Problem, useAct } from "../../parts/act.tsx";
import { forgetAccount } from "./account.ts";

interface Props {
  /** Throws what the platform refused. */
  send: (password: string) => Promise<unknown>;
  /** Cancelled, or done. */
  onClose: () => void;
  /** It was sent; `onClose` when there is nothing more to say. */
  onSent?: () => void;
  /** Before the password. */
  children: ReactNode;
  /** After it. */
  fields?: ReactNode;
  submit: ReactNode;
  /** Whether something is taken away. */
  removes?: boolean;
  /** Whether the cursor begins in the password. */
  first?: boolean;
  problem?: (error: unknown) => ReactNode;
}

/** The content of a Dialog, which begins anew whenever that is opened. */
export function OwnPasswordForm({ send, onClose, onSent = onClose, children, fields, submit, removes = false, first = true, problem = (error) => <Problem error={error} /> }: Props) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const { busy, error, act } = useAct();
  const go = async (event: FormEvent) => {
    event.preventDefault();
    const sent = await act(async () => {
      await send(password);
      await forgetAccount();
    });
    if (sent) onSent();
  };
  return (
    <form className="stack" onSubmit={(event) => void go(event)}>
      {children}
      <PasswordInput label={t`Your password`} required autoComplete="current-password" data-autofocus={first || undefined} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ "aria-label": t`Show password` }} />
      {fields}
      {problem(error)}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
        <Button type="submit" color={removes ? "red" : undefined} loading={busy}>{submit}</Button>
      </div>
    </form>
  );
}
