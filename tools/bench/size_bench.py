# SPDX-License-Identifier: Apache-2.0
"""What a lock weighs on a Cortex-M3, as the linker says: flash and RAM of two images that are never run (firmware/size), compiled with
preset mcu (-Os), without a port and without a heap. Beside each image, what its parts take of it."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
from rows import at_most_value, print_rows, row

FOLDER = build.BUILD / "mcu" / "firmware" / "size"
KIB = 1024
# The whole lock component, international suite, with its crypto; and codes, throttle, journal, clock, audit without crypto.
BUDGETS = {"whole": {"flash": 48 * KIB, "ram": 20 * KIB}, "codes": {"flash": 12 * KIB, "ram": 12 * KIB}}
_FLASH = (".text", ".rodata", ".ARM", ".init_array", ".data")
_RAM = (".data", ".bss")
# A section of an object in a map: its name, on a line of its own when it is long, then address, size and object.
_SECTION = re.compile(r"^ (\.\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE)


def sections_of(image: Path) -> tuple[int, int]:
    """Bytes of flash and of RAM. What begins as data stands in both."""
    out = subprocess.run(["arm-none-eabi-size", "-A", str(image)], text=True, capture_output=True, check=True).stdout
    sizes = re.findall(r"^(\.\S+)\s+(\d+)", out, re.MULTILINE)
    return (sum(int(size) for name, size in sizes if name.startswith(_FLASH)), sum(int(size) for name, size in sizes if name.startswith(_RAM)))


def folder_of(path: str) -> str:
    """Whose code an object of a map is: `lock/link/libcardea_lock_link.a(link.cpp.obj)` is lock/link's."""
    if "libcardea_bearssl.a" in path:
        return "bearssl"
    if path.startswith("/"):
        return "compiler"
    return re.sub(r"/(CMakeFiles/.*|lib\w+\.a\(.*)$", "", path)


def flash_by_folder(map_text: str) -> Counter:
    """Bytes of flash by the folder that they were compiled from."""
    _, _, memory = map_text.partition("Linker script and memory map")
    folders = Counter()
    for name, size, path in _SECTION.findall(re.sub(r"^( \.\S+)\n", r"\1", memory, flags=re.MULTILINE)):
        if name.startswith(_FLASH):
            folders[folder_of(path)] += int(size, 16)
    return folders


def ram_by_part(image: Path) -> Counter:
    """Bytes of RAM by the objects of the image."""
    out = subprocess.run(["arm-none-eabi-nm", "-C", "-S", str(image)], text=True, capture_output=True, check=True).stdout
    found = re.findall(r"^\S+ (\S+) [bBdD] (.*)$", out, re.MULTILINE)
    return Counter({name.split("::")[-1]: int(size, 16) for size, name in found})


def main() -> int:
    rows = []
    for image, budget in BUDGETS.items():
        elf, name = FOLDER / f"{image}.elf", f"size/cortex_m3/{image}"
        flash, ram = sections_of(elf)
        rows.append(row(f"{name}/flash", flash, "bytes", target=at_most_value(budget["flash"])))
        rows += [row(f"{name}/flash/{folder}", size, "bytes")
                 for folder, size in flash_by_folder(elf.with_suffix(".map").read_text()).most_common() if size > 0]
        rows.append(row(f"{name}/ram", ram, "bytes", target=at_most_value(budget["ram"])))
        rows += [row(f"{name}/ram/{part}", size, "bytes") for part, size in ram_by_part(elf).most_common() if size > 16]
    print_rows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
