#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Access grants that are changed in place: what a real lock without a network opens to before and after it has heard."""

import sys
import unittest

from building import Building

BINARIES = sys.argv.pop(1)


class GrantChange(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Building(BINARIES)
        cls.addClassCleanup(cls.home.close)
        cls.home.make()

    def let_in(self, person, door, *words):
        made = self.home.must("let-in", "--person", person, "--door", door, "--to", "+2h", "--json", *words).json()
        return made["grant"]["id"], made["credentials"][0]["code"], made["credentials"][0]["credential"]["id"]

    def credential(self, identifier):
        return self.home.must("credential", "show", identifier, "--json").json()

    def test_a_pin_opens_in_the_time_that_was_added_and_not_in_what_was_taken_away(self):
        home = self.home
        longer, pin_of_longer, _ = self.let_in("Ana Example", "cellar", "--make-pin")
        shorter, pin_of_shorter, credential = self.let_in("Bo Example", "cellar", "--make-pin")
        home.carry_file("cellar")
        self.assertEqual(home.type("cellar", pin_of_longer)["verdict"], "granted")
        self.assertEqual(home.type("cellar", pin_of_shorter)["verdict"], "granted")

        before = self.credential(credential)["last_possible_use"]
        home.must("grant", "change", longer, "--to", "+1d")
        home.must("grant", "change", shorter, "--to", "now+1h")
        shown = self.credential(credential)
        self.assertEqual((shown["old_rules_hold"], shown["last_possible_use"]), (True, before), "the lock has not heard")
        home.carry_file("cellar")
        home.carry_file("cellar")
        shown = self.credential(credential)
        self.assertFalse(shown["old_rules_hold"])
        self.assertLess(shown["last_possible_use"], before)

        home.must("lock", "advance", 90 * 60, "--state", "cellar")
        self.assertEqual(home.type("cellar", pin_of_longer)["verdict"], "granted")
        refused = home.type("cellar", pin_of_shorter)
        self.assertEqual((refused["verdict"], refused["reason"]), ("refused", "expired"))
        home.must("lock", "advance", 60 * 60, "--state", "cellar")
        self.assertEqual(home.type("cellar", pin_of_longer)["verdict"], "granted", "past the end that it had")

    def test_people_hear_what_did_not_follow_and_what_to_do(self):
        home = self.home
        grant, _, code = self.let_in("Cy Example", "cellar", "--offline")
        self.assertIn(code, home.must("grant", "change", grant, "--to", "+1d").out)
        refused = home.cardea("grant", "change", grant, "--to", "now+10m")
        self.assertEqual(refused.status, 1, str(refused))
        self.assertIn("code_keeps_window", refused.err)
        self.assertIn(f"credential issue {grant}", home.must("grant", "change", grant, "--add-door", "side").out)
        home.must("grant", "change", grant, "--remove-door", "cellar")
        self.assertEqual(self.credential(code)["delivery"], "ending")
        for words in ((), ("--to", "+1h", "--no-end"), ("--remove-door", "side"), ("--remove-door", "front"), ("--uses", "3", "--any-number")):
            self.assertEqual(home.cardea("grant", "change", grant, *words).status, 2, words)
        changed = home.must("grant", "change", grant, "--uses", "3", "--schedule", "daily 00:00-24:00", "--json").json()
        self.assertEqual(changed["grant"]["max_uses"], 3)
        taken = home.must("grant", "change", grant, "--any-time", "--any-number", "--no-end", "--json").json()["grant"]
        self.assertEqual((taken["schedule"], taken["max_uses"], taken["to"]), (None, None, None))


if __name__ == "__main__":
    unittest.main(verbosity=2)
