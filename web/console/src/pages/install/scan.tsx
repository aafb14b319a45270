// SPDX-License-Identifier: Apache-2.0
// The camera, until it has seen a QR code that is a lock's label.
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { lookForLabel } from "../../../../shared/label/camera.ts";
import { Notice } from "../../parts/page.tsx";

export function Scan({ onLabel }: { onLabel: (label: string) => void }) {
  const { t } = useLingui();
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const [foreign, setForeign] = useState(false);
  const found = useRef(onLabel);
  found.current = onLabel;
  useEffect(() => {
    if (video.current === null) return;
    return lookForLabel(video.current, { onLabel: (label) => found.current(label), onForeign: () => setForeign(true), onFailed: () => setFailed(true) });
  }, []);
  if (failed) return <Notice tone="warn" live><p><Trans>The camera cannot be used here. Allow it for this page, or type what is printed under the code.</Trans></p></Notice>;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <video ref={video} className="camera" muted playsInline aria-label={t`Picture of the camera`} />
      <p className="secondary" role="status" style={{ margin: 0 }}>{foreign ? <Trans>This code is not a lock's label. A label begins with CARDEA1.</Trans> : <Trans>Hold the lock's label in front of the camera.</Trans>}</p>
    </div>
  );
}
