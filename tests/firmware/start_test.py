#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The start program of each board over flash that a factory, a thief or decay has written: which image runs, and that none does that
its maker has not signed for this board (spec/update.md V1 to V6, U1 to U4, U6, U7).

start_test.py ARRIVE [TEST...]
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import uuid

import board as boards
from board import BOARDS, container

ARRIVE = sys.argv.pop(1)
STAYS = "! no_image"
RUNS = "! start not_found"  # the lock, which no factory has made yet


class StartProgram(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cardea-start-")
        self.addCleanup(folder.cleanup)
        self.flash = pathlib.Path(folder.name) / "nor.bin"

    def start(self, board, *images, lines=()):
        boards.make_flash(self.flash, *images)
        return boards.say(board, self.flash, lines)

    def image(self, board, version=(1, 0, 0, 0), **how):
        return boards.signed(board, boards.lock_body(board), version, **how)

    # [rule: U4]
    def test_stays_when_there_is_no_image(self):
        for board in BOARDS:
            self.assertEqual(self.start(board), [STAYS])

    # [rule: V1] [rule: V3] [rule: V4] [rule: V5]
    def test_runs_nothing_that_its_maker_has_not_signed_for_this_board(self):
        stranger = container.ec.generate_private_key(container.ec.SECP256R1())
        for board in BOARDS:
            good = self.image(board)
            flipped = [bytearray(good) for _ in range(3)]
            for image, at in zip(flipped, (boards.HEADER_SIZE, len(good) // 2, len(good) - 1)):
                image[at] ^= 1
            unsigned = good[:-72 - 4] + b"\xff" * 76
            other = next(name for name in BOARDS if name != board)
            refused = {"a flipped bit": flipped, "signed by a stranger": [self.image(board, key=stranger)], "unsigned": [unsigned],
                       "for another board": [self.image(board, device_class=uuid.uuid5(boards.VENDOR, f"mps2-{other}"))],
                       "cut short": [good[:len(good) // 2]]}
            for what, images in refused.items():
                for image in images:
                    self.assertEqual(self.start(board, image), [STAYS], f"{board}: {what}")
                # The other slot's runs, if that is good.
                self.assertEqual(self.start(board, images[0], good, lines=["image"])[1], "ok 1.0.0 1 confirmed 0 ok", what)

    # [rule: U1]
    def test_verifies_at_each_start(self):
        board = "an385"
        self.assertEqual(self.start(board, self.image(board)), [RUNS])
        self.assertEqual(boards.say(board, self.flash, []), [RUNS])
        with self.flash.open("r+b") as file:
            file.seek(boards.SLOTS[0] + 0x4000)
            byte = file.read(1)[0]
            file.seek(boards.SLOTS[0] + 0x4000)
            file.write(bytes([byte ^ 0x10]))
        self.assertEqual(boards.say(board, self.flash, []), [STAYS])

    # [rule: U7]
    def test_takes_the_higher_counter_then_the_higher_version_of_a_lock_without_a_journal(self):
        board = "an385"
        old, new = self.image(board, (1, 0, 0, 0)), self.image(board, (2, 0, 0, 0))
        safer = self.image(board, (1, 1, 0, 0), counter=2)
        for images, running in (((old, new), "2.0.0 1"), ((new, old), "2.0.0 0"), ((safer, new), "1.1.0 0")):
            self.assertEqual(self.start(board, *images, lines=["image"]), [RUNS, f"ok {running} confirmed 0 ok"])


class Trial(unittest.TestCase):
    """A lock whose image is confirmed, and beside it one that has arrived and waits for its trial."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cardea-start-")
        self.addCleanup(folder.cleanup)
        self.flash, self.next = pathlib.Path(folder.name) / "nor.bin", pathlib.Path(folder.name) / "next.img"

    def arrive(self, board, body):
        boards.make_flash(self.flash, boards.signed(board, boards.lock_body(board), (1, 0, 0, 0)))
        self.assertEqual(boards.say(board, self.flash, ["image"])[1], "ok 1.0.0 0 confirmed 0 ok")
        self.next.write_bytes(boards.signed(board, body, (2, 0, 0, 0), counter=2))
        key = container.anchor(boards.development_key(board)).hex()
        done = subprocess.run([ARRIVE, self.flash, self.next, boards.VENDOR.hex, uuid.uuid5(boards.VENDOR, f"mps2-{board}").hex,
                               f"{boards.LOAD_ADDRESS[board]:x}", key], capture_output=True, text=True)
        self.assertEqual(done.stdout, "ok waiting\n", done.stderr)

    # [rule: U2] [rule: U3] [rule: U6]
    def test_an_image_that_says_nothing_of_itself_has_three_starts_whenever_the_plug_is_pulled(self):
        for board in BOARDS:
            self.arrive(board, boards.lock_body(board))
            for start in range(3):
                self.assertEqual(boards.say(board, self.flash, ["image"])[1], "ok 2.0.0 1 on_trial 0 ok", f"{board}: {start}")
            self.assertEqual(boards.say(board, self.flash, ["image"])[1], "ok 1.0.0 0 refused 0 not_ready", board)

    # [rule: U3] [rule: U6]
    def test_an_image_that_hangs_is_started_anew_by_the_watchdog_and_given_up(self):
        for board in BOARDS:
            self.arrive(board, boards.hanging_body(board))
            self.assertEqual(boards.say(board, self.flash, ["image"]), [RUNS, "ok 1.0.0 0 refused 0 not_ready"], board)

    # [rule: U6]
    def test_an_image_that_never_reaches_its_platform_gives_up_after_a_day(self):
        board = "an385"
        self.arrive(board, boards.lock_body(board))
        with boards.emulator(board, self.flash) as qemu:
            try:
                for _ in range(3):
                    self.assertEqual(qemu.stdout.readline().strip(), RUNS)
                    qemu.stdin.write("advance 86400\n")
                    self.assertEqual(qemu.stdout.readline(), "ok\n")
                self.assertEqual(qemu.stdout.readline().strip(), RUNS)
                qemu.stdin.write("image\n")
                self.assertEqual(qemu.stdout.readline(), "ok 1.0.0 0 refused 0 not_ready\n")
            finally:
                qemu.kill()

    # [rule: U3] [rule: V4]
    def test_an_image_that_decays_before_its_trial_is_given_up_at_once(self):
        board = "an385"
        self.arrive(board, boards.lock_body(board))
        with self.flash.open("r+b") as file:
            file.seek(boards.SLOTS[1] + 0x5000)
            byte = file.read(1)[0]
            file.seek(boards.SLOTS[1] + 0x5000)
            file.write(bytes([byte ^ 1]))
        self.assertEqual(boards.say(board, self.flash, ["image"]), [RUNS, "ok 1.0.0 0 refused 0 corrupt"])


unittest.main(verbosity=2)
