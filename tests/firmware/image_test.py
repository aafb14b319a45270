#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The images themselves: no heap links, and how many instructions they need to boot.

image_test.py SOURCE_DIR
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import board as boards
import counted
from board import BOARDS

ROOT = pathlib.Path(sys.argv.pop(1))
DEADLINE_S = 60
BOOT_INSTRUCTIONS_MAX = 1_000_000
HEAP = re.compile(r"^(_?(malloc|free|calloc|realloc)(_r)?|_sbrk(_r)?|_Zn[wa]\w*|_Zd[la]\w*|__cxa_throw|__cxa_allocate_exception)$")


def programs(board):
    """The start program and the lock's image, for a debugger."""
    return boards.start_program(boards.shipped(board)), boards.shipped(board).with_suffix(".elf")


class Image(unittest.TestCase):
    def test_holds_no_heap_and_no_exception(self):
        for board in BOARDS:
            for program in programs(board):
                names = subprocess.run(["arm-none-eabi-nm", "--format=just-symbols", program], capture_output=True, text=True, check=True)
                symbols = names.stdout.split()
                self.assertGreater(len(symbols), 100)
                self.assertEqual([symbol for symbol in symbols if HEAP.match(symbol)], [], program)

    def test_does_not_link_once_something_wants_a_heap(self):
        source = 'extern "C" {{ void* malloc(unsigned); void reset_handler() {{ {} for (;;) {{}} }} }}'
        for board, (_, core, _) in BOARDS.items():
            for body, links in (("", True), ("*static_cast<volatile char*>(malloc(4)) = 1;", False)):
                with tempfile.TemporaryDirectory() as folder:
                    program = pathlib.Path(folder) / "program.cpp"
                    program.write_text(source.format(body))
                    done = subprocess.run(["arm-none-eabi-g++", "-mthumb", f"-mcpu={core}", "-Os", "-nostartfiles", "--specs=nano.specs",
                                           "-Wl,--gc-sections", "-L", ROOT / "firmware" / "mps2", f"-T{board}.ld", program, "-o",
                                           pathlib.Path(folder) / "program.elf"], capture_output=True, text=True)
                self.assertEqual(done.returncode == 0, links, done.stderr)
                self.assertEqual("undefined reference to `_sbrk'" in done.stderr, not links, done.stderr)

    def test_boots_in_as_many_instructions_every_time(self):
        for board in BOARDS:
            with tempfile.TemporaryDirectory() as folder:
                flash = pathlib.Path(folder) / "nor.bin"
                boards.make_flash(flash, boards.shipped(board).read_bytes())
                said = counted.say(board, flash, ["make " + "11" * 16 + " " + "22" * 16 + " protected", "type 12345678", "press"])
                self.assertEqual(said[:2], ["! start not_found", "ok"])
                self.assertTrue(said[2].startswith("ok refused"), said)
                counts = []
                for number in range(2):
                    copy = shutil.copy(flash, f"{flash}.{number}")  # a boot writes
                    said = counted.say(board, copy, ["figures"])
                    self.assertEqual(said[0], "! start ok")
                    counts.append(counted.instructions(board, said[1].split()[1]))
                # The host's clock shows another second: a branch or two more or less.
                self.assertLess(abs(counts[0] - counts[1]), counts[0] // 1000)
                self.assertLess(counts[0], BOOT_INSTRUCTIONS_MAX)
                print(f"mps2-{board}: {counts[0]:,} instructions from reset to ready, {said[1].split()[2]} bytes of stack")


unittest.main(argv=sys.argv[:1], verbosity=2)
