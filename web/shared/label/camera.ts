// SPDX-License-Identifier: Apache-2.0
// The camera, until it has seen a QR code that is a lock's label. Without a framework: both apps look through it.
import decode from "qr/decode.js";
import { isLabel } from "./label.ts";

const everyMs = 150;
/** Enough for a label that fills a third of the picture; more only costs time. */
const widthMax = 640;

export interface Sight {
  onLabel: (label: string) => void;
  onForeign: () => void; // a code, but no label
  onFailed: () => void; // there is no camera, or the person said no
}

/** Shows what the camera sees in `video`, and looks for a label in it. Ends with what it returns. */
export function lookForLabel(video: HTMLVideoElement, sight: Sight): () => void {
  let stream: MediaStream | undefined;
  let isGone = false;
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    if (isGone || paper === null || video.videoWidth === 0) return;
    canvas.width = Math.min(widthMax, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      const text = decode(paper.getImageData(0, 0, canvas.width, canvas.height));
      if (isLabel(text)) sight.onLabel(text.trim());
      else sight.onForeign();
    } catch {
      // No code in this picture.
    }
  };
  const stop = () => stream?.getTracks().forEach((track) => track.stop());
  const begin = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (isGone) return stop();
      video.srcObject = stream;
      await video.play();
    } catch {
      if (!isGone) sight.onFailed();
    }
  };
  void begin();
  const timer = setInterval(look, everyMs);
  return () => {
    isGone = true;
    clearInterval(timer);
    stop();
  };
}
