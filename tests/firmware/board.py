# SPDX-License-Identifier: Apache-2.0
"""An emulated board by itself: its flash, images for it, and QEMU that runs its start program."""

import pathlib
import struct
import subprocess
import sys
import threading
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tools" / "firmware"))

import image as container

# Board: preset, what the compiler calls its core, clock ticks an instruction under -icount shift=7 (128 ns each).
BOARDS = {"an385": ("mcu", "cortex-m3", 25 * 0.128), "an505": ("mcu-m33", "cortex-m33+nofp", 20 * 0.128)}
LOAD_ADDRESS = {"an385": 0x00200000, "an505": 0x10200000}
STACK_OF_HANGING = {"an385": 0x20001000, "an505": 0x38001000}
VENDOR = uuid.UUID("7984e2a0-393e-464e-8953-841fb9bfc5fb")
HEADER_SIZE = 512

# As firmware/mps2/slots.hpp divides the flash.
SLOTS = (0x40000, 0x80000)
SLOT_SIZE = 0x40000
FLASH_SIZE = 0xC0000
FILE_SIZE = 1 << 24


def board_of(image):
    """build/mcu/firmware/cardea-mps2-an385.img is for an385."""
    return pathlib.Path(image).stem.rsplit("-", 1)[1]


def shipped(board):
    """The lock's image, as ./dev firmware signs it."""
    return ROOT / "build" / BOARDS[board][0] / "firmware" / f"cardea-mps2-{board}.img"


def start_program(image):
    return pathlib.Path(image).with_name(f"cardea-start-mps2-{board_of(image)}.elf")


def development_key(board):
    return container.read_key(shipped(board).with_name("development-key.pem"))


def signed(board, body, version, counter=1, key=None, device_class=None):
    """A container around a body, from the maker that the start program knows unless another key is given."""
    device_class = device_class or uuid.uuid5(VENDOR, f"mps2-{board}")
    return container.make(body, key or development_key(board), version, counter, VENDOR.bytes, device_class.bytes, HEADER_SIZE,
                          LOAD_ADDRESS[board])


def lock_body(board):
    return shipped(board).with_suffix(".bin").read_bytes()


def hanging_body(board):
    """An image that does nothing, for ever: its vectors and a branch to itself, which is its answer to the watchdog too."""
    here = LOAD_ADDRESS[board] + HEADER_SIZE + 12
    return struct.pack("<III", STACK_OF_HANGING[board], here | 1, here | 1) + b"\xfe\xe7\xfe\xe7"


def make_flash(path, *images):
    """A chip that holds these images in its slots, and nothing else."""
    content = bytearray(b"\xff" * FLASH_SIZE)
    for slot, image in zip(SLOTS, images):
        content[slot:slot + len(image)] = image
    with pathlib.Path(path).open("wb") as file:
        file.write(content)
        file.truncate(FILE_SIZE)


DEADLINE_S = 120


def emulator(board, flash, *options):
    command = ["qemu-system-arm", "-M", f"mps2-{board},memory-backend=nor", "-object",
               f"memory-backend-file,id=nor,size=16M,mem-path={flash},share=on", "-display", "none", "-monitor", "none", "-serial", "null",
               "-serial", "stdio", "-semihosting-config", "enable=on,target=native", *options, "-kernel", start_program(shipped(board))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)


def say(board, flash, lines, *options):
    """What the panel says first, and to each of these lines."""
    with emulator(board, flash, *options) as qemu:
        ends = threading.Timer(DEADLINE_S, qemu.kill)
        ends.start()
        try:
            said = [qemu.stdout.readline()]
            for line in lines:
                qemu.stdin.write(line + "\n")
                said.append(qemu.stdout.readline())
        finally:
            ends.cancel()
            qemu.kill()
    return [line.strip() for line in said]
