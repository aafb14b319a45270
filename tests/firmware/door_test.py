#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The front door of the tour with a lock on an emulated Cortex-M: activated from its label through the gateway, opened by a code and
from afar, killed in the middle of its work.

door_test.py BINARIES IMAGE [TEST...]
"""

import json
import pathlib
import shutil
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import board as boards
import counted
from board_door import LOCK_ENDED_BY_POWER_CUT, BoardDoor
from building import until

BINARIES = sys.argv.pop(1)
IMAGE = pathlib.Path(sys.argv.pop(1)).resolve()
BOARD = boards.board_of(IMAGE)
STACK_BYTES_MAX = 16 * 1024
START_INSTRUCTIONS_MAX = 10_000_000
ENTRY_INSTRUCTIONS_MAX = 4_000_000


class EmulatedDoor(BoardDoor):
    @classmethod
    def setUpClass(cls):
        cls.stage(BINARIES, IMAGE)

    def code_for(self, person):
        return self.home.must("let-in", "--person", person, "--door", "front", "--to", "+2h", "--json").json()["credentials"][0]["current"]["code"]

    def openings(self):
        log = self.home.folder / "front" / "motor.log"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def test_decides_what_the_lock_as_a_process_decides(self):
        home = self.home
        code = self.code_for("Ana Example")
        before = self.openings()
        self.assertEqual(home.type("front", code), {"verdict": "granted", "reason": None, "wait_s": 0})
        self.assertEqual(self.openings(), before + 1)
        self.assertEqual(home.wait_for_event("access.granted", "--person", "Ana Example")["method"], "app")
        self.assertEqual(home.type("front", code)["reason"], "replayed")
        self.assertEqual(home.must("lock", "unlock", "front").out, "Opened.\n")
        self.assertEqual(self.openings(), before + 2)

        refused = home.cardea("lock", "label", "--state", "front")
        self.assertEqual(refused.status, 1, str(refused))
        self.assertIn("claimed", refused.err)
        status = home.must("lock", "status", "--state", "front", "--json").json()
        self.assertEqual((status["claimed"], status["quality"], status["class"]), (True, "synced", "protected"))
        self.assertLess(status["stack_bytes"], STACK_BYTES_MAX)
        print(f"{IMAGE.stem}: {status['stack_bytes']:,} bytes of stack, activation and all")
        records = [json.loads(line)["kind"] for line in home.must("lock", "audit", "--state", "front").out.splitlines()]
        self.assertIn("opened", records)

        # It comes back with all that it knew: the code is used, and stays so.
        self.pull_the_plug()
        self.count_instructions()
        home.run_lock("front")
        self.assertEqual(home.type("front", code)["reason"], "replayed")
        self.assertEqual(home.type("front", self.code_for_later("Bo Example"))["verdict"], "granted")

    def count_instructions(self):
        """What a claimed lock with one credential takes for its start, a wrong code, and another; on a copy of its flash."""
        copy = shutil.copy(self.home.folder / "front" / "nor.bin", self.home.folder / "copy.bin")
        said = [line.split() for line in counted.say(BOARD, copy, ["figures", "type 24681357", "type 24681358"])]
        self.assertEqual(said[0], ["!", "start", "ok"])
        start, first, second = (counted.instructions(BOARD, cycles) for cycles in (said[1][1], said[2][4], said[3][4]))
        print(f"{IMAGE.stem}: {start:,} instructions to start, {first:,} for a wrong code, {second:,} for another")
        self.assertLess(start, START_INSTRUCTIONS_MAX)
        self.assertLess(max(first, second), ENTRY_INSTRUCTIONS_MAX)

    def test_opens_for_a_phones_virtual_key(self):
        home = self.home
        home.must("person", "add", "Vi Example")
        grant = home.must("grant", "add", "--person", "Vi Example", "--door", "front", "--to", "+2h", "--json").json()["id"]
        link = home.must("grant", "invite", grant, "--link", "--json").json()["link"]
        home.must("phone", "claim", link, "--phone", "vi")
        home.must("phone", "lease", "--phone", "vi")
        until("the lock knows whose signature counts", lambda: (desired := home.lock("front")["desired"])["applied_version"] == desired["version"])
        before = self.openings()
        words = ("phone", "open", "front", "--phone", "vi", "--near", home.folder / "front" / "near.sock", "--server", "http://127.0.0.1:1", "--json")
        opened = home.cardea(*words)
        self.assertEqual((opened.status, opened.json()["verdict"]), (0, "granted"), str(opened))
        self.assertEqual(home.cardea(*words).status, 0, "and again")
        self.assertEqual(self.openings(), before + 2)
        self.assertEqual(home.wait_for_event("access.granted", "--person", "Vi Example")["method"], "virtual_key")
        status = home.must("lock", "status", "--state", "front", "--json").json()
        self.assertLess(status["stack_bytes"], STACK_BYTES_MAX)
        home.must("grant", "revoke", grant)
        until("the lock has heard", lambda: (desired := home.lock("front")["desired"])["applied_version"] == desired["version"])
        refused = home.cardea(*words)
        self.assertEqual((refused.status, refused.json()["reason"]), (1, "cancelled"), str(refused))

    def code_for_later(self, person):
        """A code that the lock knows only after it is online again."""
        home = self.home
        issued = home.must("let-in", "--person", person, "--door", "front", "--to", "+2h", "--json").json()["credentials"][0]
        credential = issued["credential"]["id"]
        until("the lock has the slot", lambda: home.must("credential", "show", credential, "--json").json()["delivery"] == "on_lock")
        return home.must("code", "show", credential, "--json").json()["code"]

    def test_power_that_goes_at_any_flash_operation_of_an_entry_loses_no_guess(self):
        home = self.home

        def failures():
            return home.must("lock", "status", "--state", "front", "--json").json()["failures_30_days"]
        home.stop("platform")  # what a lock writes while it speaks with its platform would be counted too
        for operation in (1, 2, 3):
            before = failures()
            cut = home.cardea("lock", "type", "--state", "front", "87654321", "--cut-at", operation)
            self.assertEqual(cut.status, LOCK_ENDED_BY_POWER_CUT, str(cut))
            self.assertEqual(home.wait_for_end("front"), LOCK_ENDED_BY_POWER_CUT)
            home.run_lock("front")
            self.assertIn(failures(), (before, before + 1), operation)
            if operation > 1:
                self.assertEqual(failures(), before + 1, "the guess was charged before it was looked at")


unittest.main(verbosity=2)
