#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A platform is backed up while it runs, goes on, is lost with its machine, and comes back from the backup: what it gave out in
between opens nothing more, nothing is given out twice, and its locks follow it again."""

import shutil
import sys
import unittest

from building import Building, until

BINARIES = sys.argv.pop(1)


class Restore(unittest.TestCase):
    def setUp(self):
        self.home = Building(BINARIES)
        self.addCleanup(self.home.close)
        self.home.make()

    def code_for(self, person, door, *words):
        """Lets somebody in; the code that opens."""
        told = self.home.must("let-in", "--person", person, "--door", door, "--to", "+2h", "--json", *words).json()
        issued = told["credentials"][0]
        return issued.get("code") or issued["current"]["code"]

    def lose_the_machine_and_restore(self):
        home = self.home
        home.processes["platform"].kill()
        home.wait_for_end("platform")
        key = home.folder / "platform.key"  # kept elsewhere, as the backup said
        shutil.copy(home.folder / "platform" / "platform.key", key)
        shutil.rmtree(home.folder / "platform")
        said = home.must("serve", "restore", "--from", "backup", "--state", "platform", "--platform-key", key).out
        self.assertIn("issue them anew", said)
        home.start_platform()

    def wait_until_applied(self, door):
        def applied():
            desired = self.home.lock(door)["desired"]
            return desired["applied_version"] == desired["version"] and self.home.lock(door)["online"]
        until(f"{door} follows the restored platform", applied)

    def phone_of(self, person, door):
        """A phone with a virtual key."""
        home = self.home
        home.must("person", "add", person)
        grant = home.must("grant", "add", "--person", person, "--door", door, "--to", "+2h", "--json").json()["id"]
        home.must("phone", "claim", home.must("grant", "invite", grant, "--link", "--json").json()["link"], "--phone", person)
        home.must("phone", "lease", "--phone", person)
        self.wait_until_applied(door)

    def opens(self, person, door):
        """With the virtual key that the phone has, beside the lock."""
        near = self.home.folder / door / "near.sock"
        return self.home.cardea("phone", "open", door, "--phone", person, "--near", near, "--json").json()

    def test_a_virtual_key_of_the_time_in_between_opens_nothing(self):
        home = self.home
        self.phone_of("dora", "front")
        home.must("serve", "backup", "--state", "platform", "--to", "backup")
        self.phone_of("emil", "front")
        for person in ("dora", "emil"):
            self.assertEqual(self.opens(person, "front")["verdict"], "granted")
        self.lose_the_machine_and_restore()
        self.wait_until_applied("front")
        for person in ("dora", "emil"):  # of him and of his key the platform knows nothing any more
            refused = self.opens(person, "front")
            self.assertEqual((refused["verdict"], refused["reason"]), ("refused", "cancelled"), person)
        self.phone_of("fritz", "front")
        self.assertEqual(self.opens("fritz", "front")["verdict"], "granted")

    def test_nothing_of_the_time_in_between_comes_back(self):
        home = self.home
        before = self.code_for("Ana", "front")
        said = home.must("serve", "backup", "--state", "platform", "--to", "backup").out
        self.assertIn("platform.key", said)
        self.assertEqual(home.cardea("serve", "backup", "--state", "platform", "--to", "backup").status, 2)

        between = self.code_for("Bea", "front")
        between_offline = self.code_for("Bea", "cellar", "--offline")
        self.lose_the_machine_and_restore()
        self.wait_until_applied("front")
        self.assertEqual(home.events("--type", "platform.restored")[0]["detail"]["positions_skipped"], 1_000_000)

        for code in (before, between):
            self.assertEqual(home.type("front", code)["verdict"], "refused")
        home.carry_file("cellar")
        self.assertEqual(home.type("cellar", between_offline)["verdict"], "refused")

        after = self.code_for("Cem", "front")
        self.wait_until_applied("front")
        self.assertEqual(home.type("front", after)["verdict"], "granted")
        after_offline = self.code_for("Cem", "cellar", "--offline")
        self.assertNotEqual(after_offline, between_offline)
        self.assertEqual(home.type("cellar", after_offline)["verdict"], "granted")


if __name__ == "__main__":
    unittest.main(verbosity=2)
