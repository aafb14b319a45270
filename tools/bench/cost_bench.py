# SPDX-License-Identifier: Apache-2.0
"""What a session costs a lock on an emulated Cortex-M3: instructions of the responder, exact and the same in every run, its stack, and
bytes on the air. The image is firmware/cost, compiled with preset mcu (-Os)."""

import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
from rows import at_most_value, print_rows, row

IMAGE = build.BUILD / "mcu" / "firmware" / "cardea-cost-an385.elf"
TICKS_AN_INSTRUCTION = 25 * 0.128  # the board's 25 MHz, and 128 ns an instruction under shift=7
COMMAND = ["qemu-system-arm", "-M", "mps2-an385", "-display", "none", "-monitor", "none", "-serial", "none", "-semihosting-config",
           "enable=on,target=native", "-icount", "shift=7,sleep=off", "-kernel", str(IMAGE)]
# What the image says: its row, its unit, and at most how much.
ROWS = {"symmetric/responder/cycles": ("symmetric/responder/instructions", 150_000), "symmetric/responder/stack": ("symmetric/responder/stack", 4_096),
        "symmetric/air": ("symmetric/air", 72), "records/open/cycles": ("records/open/instructions", None),
        "edhoc/responder/ahead/cycles": ("edhoc/responder/ahead/instructions", None),
        "edhoc/responder/cycles": ("edhoc/responder/instructions", 45_000_000), "edhoc/responder/stack": ("edhoc/responder/stack", 4_096),
        "edhoc/responder/ram": ("edhoc/responder/ram", None), "edhoc/air": ("edhoc/air", 101)}


def said_by_the_image() -> dict[str, int]:
    done = subprocess.run(COMMAND, text=True, capture_output=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"{IMAGE.name} ended with {done.returncode}: {done.stderr}")
    return {name: int(value) for name, value in (line.split() for line in done.stderr.splitlines() if line)}


def main() -> int:
    said, rows = said_by_the_image(), []
    for name, (figure, most) in ROWS.items():
        counts = name.endswith("cycles")
        value = round(said[name] / TICKS_AN_INSTRUCTION) if counts else said[name]
        rows.append(row(f"cost/cortex_m3/{figure}", value, "instructions" if counts else "bytes", target=None if most is None else at_most_value(most)))
    print_rows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
