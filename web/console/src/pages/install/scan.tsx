// SPDX-License-Identifier: Apache-2.0
// The camera, until it has seen a QR code that is a lock's label.
import { Trans, useLingui } from "@lingui/react/macro";
import decode from "qr/decode.js";
import { useEffect, useRef, useState } from "react";
import { Notice } from "../../parts/page.tsx";

const everyMs = 150;
/** Enough for a label that fills a third of the picture; more only costs time. */
const widthMax = 640;

export function isLabel(text: string): boolean {
  return /^CARDEA1:/i.test(text.trim());
}

export function Scan({ onLabel }: { onLabel: (label: string) => void }) {
  const { t } = useLingui();
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const [foreign, setForeign] = useState(false);
  const found = useRef(onLabel);
  found.current = onLabel;
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    const canvas = document.createElement("canvas");
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    const look = () => {
      const shown = video.current;
      if (!shown || !paper || shown.videoWidth === 0) return;
      canvas.width = Math.min(widthMax, shown.videoWidth);
      canvas.height = Math.round((canvas.width * shown.videoHeight) / shown.videoWidth);
      paper.drawImage(shown, 0, 0, canvas.width, canvas.height);
      try {
        const text = decode(paper.getImageData(0, 0, canvas.width, canvas.height));
        if (isLabel(text)) found.current(text.trim());
        else setForeign(true);
      } catch {
        // No code in this picture.
      }
    };
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (gone || !video.current) return stream.getTracks().forEach((track) => track.stop());
        video.current.srcObject = stream;
        await video.current.play();
      } catch {
        if (!gone) setFailed(true);
      }
    };
    void begin();
    const timer = setInterval(look, everyMs);
    return () => {
      gone = true;
      clearInterval(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  if (failed) return <Notice tone="warn" live><p><Trans>The camera cannot be used here. Allow it for this page, or type what is printed under the code.</Trans></p></Notice>;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <video ref={video} className="camera" muted playsInline aria-label={t`Picture of the camera`} />
      <p className="secondary" role="status" style={{ margin: 0 }}>{foreign ? <Trans>This code is not a lock's label. A label begins with CARDEA1.</Trans> : <Trans>Hold the lock's label in front of the camera.</Trans>}</p>
    </div>
  );
}
