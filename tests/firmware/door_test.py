#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The front door of the tour with a lock on an emulated Cortex-M: activated from its label through the gateway, opened by a code and
from afar, killed in the middle of its work.

door_test.py BINARIES IMAGE [TEST...]
"""

import json
import os
import pathlib
import shutil
import signal
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import counted
from building import ZONE, Building, until

BINARIES = sys.argv.pop(1)
IMAGE = pathlib.Path(sys.argv.pop(1)).resolve()
LOCK_ENDED_BY_POWER_CUT = 3
STACK_BYTES_MAX = 16 * 1024
START_INSTRUCTIONS_MAX = 10_000_000
ENTRY_INSTRUCTIONS_MAX = 4_000_000


class EmulatedDoor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = home = Building(BINARIES)
        cls.addClassCleanup(home.close)
        home.start_platform()
        home.must("site", "add", "home")
        home.must("door", "add", "front", "--site", "home", "--zone", ZONE)
        cls.label = home.must("lock", "init", "--state", "front", "--class", "protected", "--firmware", IMAGE).out.splitlines()[0]
        home.start("gateway", "gateway", "--serial", home.folder / "front" / "bearer.sock", "--platform", home.url)
        home.run_lock("front")
        home.must("lock", "claim", "--door", "front", "--label", cls.label, "--class", "protected")
        assert home.must("lock", "label", "--state", "front").out.splitlines()[0] == cls.label
        home.must("lock", "press", "--state", "front")
        until("the lock is active", lambda: home.lock("front")["state"] == "active" and home.lock("front")["online"])

    def pull_the_plug(self):
        """QEMU is killed: nothing in it gets to tidy up."""
        os.kill(int((self.home.folder / "front" / "emulator.pid").read_text()), signal.SIGKILL)
        self.assertEqual(self.home.wait_for_end("front"), LOCK_ENDED_BY_POWER_CUT, self.home.log("front"))

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
        said = [line.split() for line in counted.say(IMAGE, copy, ["figures", "type 24681357", "type 24681358"])]
        self.assertEqual(said[0], ["!", "start", "ok"])
        start, first, second = (counted.instructions(IMAGE, cycles) for cycles in (said[1][1], said[2][4], said[3][4]))
        print(f"{IMAGE.stem}: {start:,} instructions to start, {first:,} for a wrong code, {second:,} for another")
        self.assertLess(start, START_INSTRUCTIONS_MAX)
        self.assertLess(max(first, second), ENTRY_INSTRUCTIONS_MAX)

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
