# SPDX-License-Identifier: Apache-2.0
"""Builds, for a Cortex-M3 (build/mcu/firmware, board mps2-an385) and a Cortex-M33 (build/mcu-m33/firmware, mps2-an505), the start program
and the lock's image, which it signs with a key for development, and prints what they weigh, by section. Installs QEMU too, which runs
one as a lock:

  build/release/bin/cardea-lock init --state D --firmware build/mcu/firmware/cardea-mps2-an385.img
  ./dev run --firmware

With --version it also signs the same images as that version, for an update over the air."""

import subprocess
import sys

import build
import ui

BOARDS = {"mcu": "an385", "mcu-m33": "an505"}
IMAGES = {preset: build.BUILD / preset / "firmware" / f"cardea-mps2-{board}.img" for preset, board in BOARDS.items()}
START_PROGRAMS = {preset: build.BUILD / preset / "firmware" / f"cardea-start-mps2-{board}.elf" for preset, board in BOARDS.items()}
IN_FLASH = {".vectors", ".text", ".ARM.exidx", ".data"}
IN_RAM = {".stack", ".data", ".bss"}


def add_arguments(parser) -> None:
    parser.add_argument("--version", help="also sign the images as this version, for example 0.2.0: what a campaign brings to a lock")


def image_tool(*words) -> str:
    done = subprocess.run([sys.executable, build.ROOT / "tools" / "firmware" / "image.py", *words], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise ui.Failed(done.stderr.strip())
    return done.stdout


def sign_as(version: str) -> None:
    """An update of each image, and the public key that a platform is to trust for it, beside the image."""
    for image in IMAGES.values():
        key, update = image.with_name("development-key.pem"), image.with_name(f"{image.stem}-{version}.img")
        image_tool("renew", image, update, "--key", key, "--version", version)
        image.with_name("development-public.pem").write_text(image_tool("public", key))
        print(f"\n{update.relative_to(build.ROOT)}\n  the same image as {version}")


def sections(program) -> dict[str, int]:
    """Bytes by section, of those that a board holds."""
    out = subprocess.run(["arm-none-eabi-size", "-A", program], text=True, capture_output=True, check=True).stdout
    sizes = {words[0]: int(words[1]) for line in out.splitlines() if len(words := line.split()) == 3 and words[1].isdigit()}
    return {name: size for name, size in sizes.items() if name in IN_FLASH | IN_RAM}


def print_sizes() -> None:
    for program in [program for preset in BOARDS for program in (START_PROGRAMS[preset], IMAGES[preset].with_suffix(".elf"))]:
        sizes = sections(program)
        print(f"\n{program.relative_to(build.ROOT)}")
        for name, size in sizes.items():
            print(f"  {name:<12} {size:>8,} bytes")
        print(f"  flash        {sum(size for name, size in sizes.items() if name in IN_FLASH):>8,} bytes")
        print(f"  RAM          {sum(size for name, size in sizes.items() if name in IN_RAM):>8,} bytes")


def run(arguments) -> int:
    parts = ui.Parts()
    for preset in IMAGES:
        with parts.part(f"build {preset}"):
            build.build(preset, "cardea-image")
    print_sizes()
    if arguments.version:
        sign_as(arguments.version)
    return 0
