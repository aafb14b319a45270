# SPDX-License-Identifier: Apache-2.0
"""Builds the bootable images: build/mcu/firmware/cardea-mps2-an385.elf (Cortex-M3) and build/mcu-m33/firmware/cardea-mps2-an505.elf
(Cortex-M33), and prints what they weigh, by section. Installs QEMU too, which runs one as a lock:

  build/release/bin/cardea-lock init --state D --firmware build/mcu/firmware/cardea-mps2-an385.elf
  ./dev run --firmware"""

import subprocess

import build
import ui

IMAGES = {preset: build.BUILD / preset / "firmware" / f"cardea-mps2-{board}.elf" for preset, board in (("mcu", "an385"), ("mcu-m33", "an505"))}
IN_FLASH = {".vectors", ".text", ".ARM.exidx", ".data"}
IN_RAM = {".stack", ".data", ".bss"}


def add_arguments(parser) -> None:
    del parser


def sections(image) -> dict[str, int]:
    """Bytes by section, of those that a board holds."""
    out = subprocess.run(["arm-none-eabi-size", "-A", image], text=True, capture_output=True, check=True).stdout
    sizes = {words[0]: int(words[1]) for line in out.splitlines() if len(words := line.split()) == 3 and words[1].isdigit()}
    return {name: size for name, size in sizes.items() if name in IN_FLASH | IN_RAM}


def print_sizes() -> None:
    for image in IMAGES.values():
        sizes = sections(image)
        print(f"\n{image.relative_to(build.ROOT)}")
        for name, size in sizes.items():
            print(f"  {name:<12} {size:>8,} bytes")
        print(f"  flash        {sum(size for name, size in sizes.items() if name in IN_FLASH):>8,} bytes")
        print(f"  RAM          {sum(size for name, size in sizes.items() if name in IN_RAM):>8,} bytes")


def run(arguments) -> int:
    del arguments
    parts = ui.Parts()
    for preset in IMAGES:
        with parts.part(f"build {preset}"):
            build.build(preset, "cardea-image")
    print_sizes()
    return 0
