# SPDX-License-Identifier: Apache-2.0
"""What a lock weighs on a Cortex-M3, as the linker says: flash and RAM of images that are never run (firmware/size), compiled with
preset mcu (-Os), without a port and without a heap; and of the start program of a board, port and all. Beside each, what its parts take
of it. Our crypto alone stands beside mbed TLS, configured as small as it gets for the same work (firmware/peers)."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
from rows import at_most_value, print_rows, row

FOLDER = build.BUILD / "mcu" / "firmware" / "size"
PEERS = build.BUILD / "mcu" / "firmware" / "peers"
KIB = 1024
# The whole lock component, international suite, with its crypto; and codes, throttle, journal, clock, audit without crypto.
BUDGETS = {"whole": {"flash": 48 * KIB, "ram": 20 * KIB}, "codes": {"flash": 12 * KIB, "ram": 12 * KIB}}
# The whole without phones, files and firmware images: what a vendor leaves out by not constructing it. No target names it.
LINKED = FOLDER / "linked.elf"
START_PROGRAM = build.BUILD / "mcu" / "firmware" / "cardea-start-mps2-an385.elf"
START_PROGRAM_BUDGET = {"flash": 26 * KIB, "ram": KIB}
_FLASH = (".vectors", ".text", ".rodata", ".ARM", ".init_array", ".data")
_RAM = (".data", ".bss")
# A function of an image: its size, and the file that it stands in.
_FUNCTION = re.compile(r"^([0-9a-f]+) ([0-9a-f]+) [tTwW] \S+(?:\t(.*):\d+)?$", re.MULTILINE)


def sections_of(image: Path) -> tuple[int, int]:
    """Bytes of flash and of RAM. What begins as data stands in both."""
    out = subprocess.run(["arm-none-eabi-size", "-A", str(image)], text=True, capture_output=True, check=True).stdout
    sizes = re.findall(r"^(\.\S+)\s+(\d+)", out, re.MULTILINE)
    return (sum(int(size) for name, size in sizes if name.startswith(_FLASH)), sum(int(size) for name, size in sizes if name.startswith(_RAM)))


def folder_of(path: str) -> str:
    """Whose code a file is: /…/lock/link/link.cpp is lock/link's. The compiler's own library names files that are nowhere here."""
    file = Path(path)
    if not path or not file.resolve().is_relative_to(build.ROOT):
        return "compiler"
    folder = file.resolve().parent.relative_to(build.ROOT)
    return folder.parts[2] if folder.parts[:2] == ("build", "sources") else re.sub(r"/internal$", "", str(folder))


def symbols_of(image: Path) -> str:
    return subprocess.run(["arm-none-eabi-nm", "-S", "-l", str(image)], text=True, capture_output=True, check=True).stdout


def flash_by_folder(symbols: str, flash: int) -> Counter:
    """Bytes of `flash` by the folder of the code, from symbols_of(image); what is no function stands under `constants`. A function that
    was folded into another counts for that one's folder."""
    places, folders = set(), Counter()
    for address, size, path in _FUNCTION.findall(symbols):
        if address not in places:  # a constructor has two names
            folders[folder_of(path)] += int(size, 16)
        places.add(address)
    folders["constants"] = flash - folders.total()
    return folders


def ram_by_part(image: Path) -> Counter:
    """Bytes of RAM by the objects of the image."""
    out = subprocess.run(["arm-none-eabi-nm", "-C", "-S", str(image)], text=True, capture_output=True, check=True).stdout
    found = re.findall(r"^\S+ (\S+) [bBdD] (.*)$", out, re.MULTILINE)
    return Counter({name.split("::")[-1]: int(size, 16) for size, name in found})


def target_of(budget: dict[str, int], what: str):
    return at_most_value(budget[what]) if what in budget else None


def main() -> int:
    rows = []
    images = [(image, FOLDER / f"{image}.elf", budget) for image, budget in BUDGETS.items()]
    for image, elf, budget in [*images, ("linked", LINKED, {}), ("start", START_PROGRAM, START_PROGRAM_BUDGET)]:
        name = f"size/cortex_m3/{image}"
        flash, ram = sections_of(elf)
        rows.append(row(f"{name}/flash", flash, "bytes", target=target_of(budget, "flash")))
        rows += [row(f"{name}/flash/{folder}", size, "bytes")
                 for folder, size in flash_by_folder(symbols_of(elf), flash).most_common() if size > 0]
        rows.append(row(f"{name}/ram", ram, "bytes", target=target_of(budget, "ram")))
        rows += [row(f"{name}/ram/{part}", size, "bytes") for part, size in ram_by_part(elf).most_common() if size > 16]
    ours, theirs = (sections_of(PEERS / f"{image}.elf")[0] for image in ("crypto", "crypto_mbedtls"))
    rows.append(row("size/cortex_m3/crypto/flash", ours, "bytes", "mbed TLS 2.28", theirs, round(ours / theirs, 3)))
    print_rows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
