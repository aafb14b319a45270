// SPDX-License-Identifier: Apache-2.0
// Every 64 bytes of the flash as a square. The colours are those of the legend beneath, so that they follow the theme.
import { useEffect, useRef, useState } from "preact/hooks";
import { flashSize, sectorSize, type Happening } from "./board.ts";
import { useSpeech } from "./words.ts";

const cellSize = 64;
const columns = sectorSize / cellSize;
const rows = flashSize / sectorSize;
const pixels = 16;
const gap = 2;

interface Props {
  flash: Uint8Array;
  last: Happening[];
}

/** The cells that were programmed. */
function writtenCells(last: Happening[]): Set<number> {
  const cells = new Set<number>();
  for (const happening of last)
    if (happening.kind === "program")
      for (let at = happening.offset; at < happening.offset + happening.bytes.length; at++) cells.add(Math.floor(at / cellSize));
  return cells;
}

function draw(canvas: HTMLCanvasElement, flash: Uint8Array, hot: Set<number>, colours: string[]): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const [blank, journal, records, last] = colours as [string, string, string, string];
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (let cell = 0; cell < columns * rows; cell++) {
    const bytes = flash.subarray(cell * cellSize, (cell + 1) * cellSize);
    const used = bytes.some((byte) => byte !== 0xff);
    const row = Math.floor(cell / columns);
    context.fillStyle = hot.has(cell) ? last : !used ? blank : row < rows / 2 ? journal : records;
    context.fillRect((cell % columns) * pixels, row * pixels, pixels - gap, pixels - gap);
  }
}

export function FlashMap({ flash, last }: Props) {
  const { words, number } = useSpeech();
  const canvas = useRef<HTMLCanvasElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const [scheme, setScheme] = useState(0);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const change = () => setScheme((count) => count + 1);
    dark.addEventListener("change", change);
    return () => dark.removeEventListener("change", change);
  }, []);
  const hot = writtenCells(last);
  useEffect(() => {
    const swatches = [...(legend.current?.querySelectorAll(".swatch") ?? [])];
    if (canvas.current) draw(canvas.current, flash, hot, swatches.map((swatch) => getComputedStyle(swatch).backgroundColor));
  }, [flash, last, scheme]);
  const used = flash.reduce((count, byte) => count + (byte === 0xff ? 0 : 1), 0);
  const written = last.reduce((count, happening) => count + (happening.kind === "program" ? happening.bytes.length : 0), 0);
  return (
    <>
      <canvas ref={canvas} class="flash" width={columns * pixels} height={rows * pixels} role="img" aria-label={words.flashLabel(number(used), number(written))} />
      <ul ref={legend} class="legend">
        <li><span class="swatch blank" />{words.flashBlank}</li>
        <li><span class="swatch journal" />{words.flashJournal}</li>
        <li><span class="swatch records" />{words.flashRecords}</li>
        <li><span class="swatch last" />{words.flashLast}</li>
      </ul>
    </>
  );
}
