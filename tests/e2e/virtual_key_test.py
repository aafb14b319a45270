#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Virtual keys: invited, claimed, leased; opens while the platform is away; revoked, and the news carried to a lock without a network by another phone."""

import sys
import unittest

from building import Building, until

BINARIES = sys.argv.pop(1)
NOWHERE = "http://127.0.0.1:1"


class VirtualKey(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Building(BINARIES)
        cls.addClassCleanup(cls.home.close)
        cls.home.make()

    def phone_of(self, person, door, name):
        """A phone that has claimed an invitation to a door."""
        home = self.home
        home.must("person", "add", person)
        grant = home.must("grant", "add", "--person", person, "--door", door, "--to", "+2h", "--json").json()["id"]
        link = home.must("grant", "invite", grant, "--link", "--json").json()["link"]
        home.must("phone", "claim", link, "--phone", name)
        return grant

    def open(self, phone, door, server=NOWHERE):
        """Before the lock, and without a network: the platform that it is told of does not exist."""
        return self.home.cardea("phone", "open", door, "--phone", phone, "--near", self.home.folder / door / "near.sock", "--server", server, "--json")

    def applied(self, door):
        desired = self.home.lock(door)["desired"]
        return desired["applied_version"] == desired["version"]

    # [rule: PH14]
    def test_opens_while_the_platform_is_away(self):
        home = self.home
        self.phone_of("Ada Example", "front", "ada")
        self.assertEqual(self.open("ada", "front").status, 1, "it has no virtual key yet")
        home.must("phone", "lease", "--phone", "ada")
        until("the lock knows whose signature counts", lambda: self.applied("front"))
        self.assertEqual(home.stop("platform"), 0, home.log("platform"))
        opened = self.open("ada", "front")
        self.assertEqual((opened.status, opened.json()["verdict"]), (0, "granted"), str(opened))
        self.assertEqual(self.open("ada", "side").status, 1)
        home.start_platform()
        event = home.wait_for_event("access.granted", "--door", "front", "--person", "Ada Example")
        self.assertEqual(event["method"], "virtual_key")

    # [rule: PH15]
    def test_a_phone_carries_the_news_of_a_revocation_to_a_lock_without_a_network(self):
        home = self.home
        lost = self.phone_of("Bo Example", "cellar", "bo")
        self.phone_of("Cy Example", "cellar", "cy")
        for phone in ("bo", "cy"):
            home.must("phone", "lease", "--phone", phone)
        home.carry_file("cellar")
        home.start("cellar", "lock", "run", "--state", "cellar", "--no-network")
        until("the lock is near", lambda: (home.folder / "cellar" / "near.sock").exists())
        until("it opens", lambda: self.open("bo", "cellar").status == 0)

        home.must("grant", "revoke", lost)
        self.assertEqual(self.open("bo", "cellar").status, 0, "the lock has not heard of it, and the lease goes on")
        home.must("phone", "lease", "--phone", "cy")
        carried = self.open("cy", "cellar")
        self.assertEqual((carried.status, carried.json()["verdict"]), (0, "granted"), str(carried))
        self.assertGreater(carried.json()["list"], 0)
        refused = self.open("bo", "cellar")
        self.assertEqual((refused.status, refused.json()["reason"]), (1, "cancelled"), str(refused))
        home.must("phone", "lease", "--phone", "bo")
        self.assertEqual(self.open("bo", "cellar").status, 1, "there is no lease for it any more")


unittest.main(argv=sys.argv[:1], verbosity=2)
