// SPDX-License-Identifier: Apache-2.0
// A text as a QR code, and beside it the text itself: not everybody can scan.
import { Trans } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import encode from "qr";
import { useMemo, useState } from "react";

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const rows = encode(text, "raw", { ecc: "medium", border: 2 });
    return { size: rows.length, path: rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("") };
  }, [text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

export function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Button size="sm" variant="default" leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}</span>
    </Button>
  );
}

/** Something to be taken elsewhere, in a field of its own. */
export function Copy({ text, label }: { text: string; label: string }) {
  return (
    <div className="row" style={{ alignItems: "flex-end" }}>
      <TextInput className="grow" label={label} readOnly value={text} onFocus={(event) => event.currentTarget.select()} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} />
      <CopyButton text={text} />
    </div>
  );
}
