// SPDX-License-Identifier: Apache-2.0
// What every page is made of: its head, panels, and what a panel shows while there is nothing, not yet, or an error.
import { Button, Skeleton, Title } from "@mantine/core";
import { useLingui, Trans } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, type CSSProperties, type ReactNode } from "react";
import { problemWords } from "./words.ts";

/** The one <h1>, with what can be done beside it. `title` is the tab's name too. */
export function Page({ title, name, crumb, actions, wide, children }: { title: ReactNode; name: string; crumb?: ReactNode; actions?: ReactNode; wide?: boolean; children: ReactNode }) {
  useEffect(() => {
    document.title = `${name} · Cardea`;
  }, [name]);
  return (
    <div className={wide ? "page wide" : "page"}>
      {crumb && <div className="crumb">{crumb}</div>}
      <div className="page-head">
        <Title order={1}>{title}</Title>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a page under its own heading. */
export function Panel({ title, actions, children, padded, style }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; padded?: boolean; style?: CSSProperties }) {
  return (
    <section className="panel" style={style}>
      {title && (
        <div className="panel-head">
          <Title order={2}>{title}</Title>
          {actions && <div className="actions">{actions}</div>}
        </div>
      )}
      {padded ? <div className="panel-body">{children}</div> : children}
    </section>
  );
}

/** Rows of the height that the real ones have, so that nothing moves when they come. */
export function LoadingRows({ count, height = 44 }: { count: number; height?: number }) {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`}>
      {Array.from({ length: count }, (_, index) => (
        <div className="line" key={index} style={{ height, minHeight: height }} aria-hidden>
          <Skeleton height={10} width={`${34 + ((index * 17) % 40)}%`} />
        </div>
      ))}
    </div>
  );
}

export function Empty({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
      {actions && <div className="actions">{actions}</div>}
    </div>
  );
}

export function Notice({ tone, children, live }: { tone: "info" | "ok" | "warn" | "bad"; children: ReactNode; live?: boolean }) {
  return (
    <div className={`notice ${tone}`} role={live ? (tone === "bad" ? "alert" : "status") : undefined}>
      {(tone === "warn" || tone === "bad") && <IconAlertTriangle size={16} aria-hidden />}
      <div className="grow">{children}</div>
    </div>
  );
}

/** What was asked for did not come: why, and the way to ask again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="empty" role="alert">
      <strong>
        <Trans>This could not be loaded</Trans>
      </strong>
      <p>{problemWords(error)}</p>
      {retry && (
        <div className="actions">
          <Button variant="default" onClick={retry}>
            <Trans>Try again</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}
