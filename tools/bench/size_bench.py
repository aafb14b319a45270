# SPDX-License-Identifier: Apache-2.0
"""What core and lock weigh on a Cortex-M3, compiled with preset mcu (-Os): flash and RAM of every object in their archives, before
a linker leaves out what a product does not use."""

import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
from rows import print_rows, row

PARTS = ("core", "lock")


def sections_of(archives: list[Path]) -> tuple[int, int, int]:
    """Bytes of text (with constants), data and bss."""
    out = subprocess.run(["arm-none-eabi-size", *map(str, archives)], text=True, capture_output=True, check=True).stdout
    sizes = [[int(word) for word in line.split()[:3]] for line in out.splitlines()[1:]]
    return tuple(map(sum, zip(*sizes)))


def main() -> int:
    rows = []
    for part in PARTS:
        text, data, bss = sections_of(sorted((build.BUILD / "mcu" / part).rglob("*.a")))
        rows.append(row(f"size/cortex_m3/{part}/flash", text + data, "bytes"))
        rows.append(row(f"size/cortex_m3/{part}/static_ram", data + bss, "bytes"))
    print_rows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
