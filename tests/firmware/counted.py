# SPDX-License-Identifier: Apache-2.0
"""An image run by QEMU in such a way that its clock counts instructions (-icount): a figure repeats wherever it is taken."""

import pathlib
import subprocess

# Board: preset, what the compiler calls its core, clock ticks an instruction under -icount shift=7 (128 ns each).
BOARDS = {"an385": ("mcu", "cortex-m3", 25 * 0.128), "an505": ("mcu-m33", "cortex-m33+nofp", 20 * 0.128)}


def board_of(image):
    """build/mcu/firmware/cardea-mps2-an385.elf is for an385."""
    return pathlib.Path(image).stem.rsplit("-", 1)[1]


def say(image, flash, lines):
    """What the panel says first, and to each of these lines."""
    command = ["qemu-system-arm", "-M", f"mps2-{board_of(image)},memory-backend=nor", "-object",
               f"memory-backend-file,id=nor,size=16M,mem-path={flash},share=on", "-display", "none", "-monitor", "none", "-serial", "null",
               "-serial", "stdio", "-semihosting-config", "enable=on,target=native", "-icount", "shift=7,sleep=off", "-kernel", image]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1) as qemu:
        try:
            said = [qemu.stdout.readline()]
            for line in lines:
                qemu.stdin.write(line + "\n")
                said.append(qemu.stdout.readline())
        finally:
            qemu.kill()
    return [line.strip() for line in said]


def instructions(image, cycles):
    return round(int(cycles) / BOARDS[board_of(image)][2])
