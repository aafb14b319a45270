# SPDX-License-Identifier: Apache-2.0
"""A lock on an emulated board behind the door *front* of a real platform, reached through a real gateway."""

import os
import signal
import unittest

from building import ZONE, Building, until

LOCK_ENDED_BY_POWER_CUT = 3


class BoardDoor(unittest.TestCase):
    """The lock of each test class is activated from its label once, and lives as long as the class."""

    @classmethod
    def stage(cls, binaries, image):
        cls.home = home = Building(binaries)
        cls.addClassCleanup(home.close)
        home.start_platform()
        home.must("site", "add", "home")
        home.must("door", "add", "front", "--site", "home", "--zone", ZONE)
        cls.label = home.must("lock", "init", "--state", "front", "--class", "protected", "--firmware", image).out.splitlines()[0]
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
