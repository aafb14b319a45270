// SPDX-License-Identifier: Apache-2.0
// Doing something that the platform may refuse: whether it runs, what came of it, and the dialog that asks first.
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Modal } from "@mantine/core";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Notice } from "./page.tsx";
import { problemWords } from "./words.ts";

/** `act` runs it once at a time and says whether it succeeded; `error` is why it did not. */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const clear = useCallback(() => setError(undefined), []);
  const act = useCallback(async (run: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, error, act, clear };
}

export function Problem({ error }: { error: unknown }) {
  return error === undefined ? null : <Notice tone="bad" live><p>{problemWords(error)}</p></Notice>;
}

/** A dialog with a heading, which gives the focus back to whatever opened it. */
export function Dialog({ opened, onClose, title, size = 440, children }: { opened: boolean; onClose: () => void; title: ReactNode; size?: number; children: ReactNode }) {
  const { t } = useLingui();
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": t`Close` }}>
      <div className="stack">{children}</div>
    </Modal>
  );
}

/** Asks before what cannot be taken back. `children` says what will be so afterwards. */
export function Ask({ opened, onClose, title, children, button, run }: { opened: boolean; onClose: () => void; title: ReactNode; children: ReactNode; button: ReactNode; run: () => Promise<unknown> }) {
  const { busy, error, act, clear } = useAct();
  useEffect(() => {
    if (opened) clear();
  }, [opened, clear]);
  const go = async () => {
    if (await act(run)) onClose();
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <div>{children}</div>
      <Problem error={error} />
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" onClick={onClose} data-autofocus><Trans>Cancel</Trans></Button>
        <Button color="red" loading={busy} onClick={() => void go()}>{button}</Button>
      </div>
    </Dialog>
  );
}
