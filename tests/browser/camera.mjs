// SPDX-License-Identifier: Apache-2.0
// What a camera sees, for Chromium: a QR code in the middle of a picture that does not move.
//
//   const camera = cameraSeeing("CARDEA1:…");
//   const person = await arrive({ flags: camera.flags });  … camera.remove();
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import encode from "qr";

const [width, height, moduleSize, quietModules] = [640, 480, 6, 4];
const [ground, light, dark] = [200, 235, 20];

/** One picture of a Y4M file. */
function picture(text) {
  const code = encode(text, "raw", { ecc: "medium", border: quietModules });
  const size = code.length * moduleSize;
  const [left, top] = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
  const luma = Buffer.alloc(width * height, ground);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) luma[(top + y) * width + left + x] = code[Math.floor(y / moduleSize)][Math.floor(x / moduleSize)] ? dark : light;
  return Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((width * height) / 2, 128)]);
}

export function cameraSeeing(text) {
  const folder = mkdtempSync(join(tmpdir(), "cardea-camera-"));
  const file = join(folder, "seen.y4m");
  const one = picture(text);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), one, one]));
  return {
    flags: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${file}`],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
