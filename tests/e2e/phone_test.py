#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From a manager's invitation to a door that opens for a phone, and no more once it is lost: a platform, two locks, phones as files."""

import sys
import unittest
import urllib.request

from building import Building, until

BINARIES = sys.argv.pop(1)


class Phone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Building(BINARIES)
        cls.addClassCleanup(cls.home.close)
        cls.home.make()

    def invite(self, person, *doors):
        home = self.home
        home.must("person", "add", person)
        words = [word for door in doors for word in ("--door", door)]
        grant = home.must("grant", "add", "--person", person, *words, "--to", "+2h", "--json").json()["id"]
        return grant, home.must("grant", "invite", grant, "--link", "--json").json()["link"]

    def wait_for_delivery(self, grant, count, state):
        home = self.home
        until(f"{count} credentials are {state}", lambda: [c["delivery"] for c in home.must("credential", "list", grant, "--json").json()["items"]].count(state) == count)

    def code(self, phone, door):
        """Without a network: the platform that it is told of does not exist."""
        shown = self.home.must("phone", "code", "--phone", phone, "--door", door, "--server", "http://127.0.0.1:1", "--json").json()
        return shown["items"][0]["code"]

    # [rule: PH1]
    def test_looking_at_the_link_uses_nothing_up(self):
        home = self.home
        grant, link = self.invite("Ada Example", "front")
        page, token = link.split("#")
        for method in ("GET", "HEAD", "GET"):
            for address in (page, page + "?utm_source=scanner&id=" + token):
                answer = urllib.request.urlopen(urllib.request.Request(address.replace("localhost", "127.0.0.1"), method=method), timeout=60)
                content = answer.read().decode()
                self.assertEqual(answer.status, 200)
                self.assertNotIn(token, content)
                self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertEqual(home.must("grant", "invitations", grant, "--json").json()["items"][0]["state"], "sent")
        home.must("phone", "claim", link, "--phone", "ada")
        self.assertEqual(home.must("grant", "invitations", grant, "--json").json()["items"][0]["state"], "on_phone")
        refused = home.cardea("phone", "claim", link.replace(token[-4:], "0000"), "--phone", "other")
        self.assertEqual(refused.status, 1, str(refused))
        self.assertIn("invitation_not_found", refused.err)
        self.assertFalse((home.folder / "other").exists())

    # [rule: PH11]
    def test_a_phone_opens_without_a_network_and_a_lost_one_no_more(self):
        home = self.home
        grant, link = self.invite("Bo Example", "front", "side")
        home.must("phone", "claim", link, "--phone", "first", "--name", "Bo's phone")
        home.must("phone", "claim", link, "--phone", "second", "--name", "Bo's tablet")
        self.assertEqual(home.cardea("phone", "claim", link, "--phone", "third").status, 1)
        self.assertEqual(home.cardea("phone", "code", "--phone", "first").status, 1)
        home.must("phone", "fetch", "--phone", "first")
        home.must("phone", "fetch", "--phone", "second")
        self.wait_for_delivery(grant, 4, "on_lock")

        for door in ("front", "side"):
            self.assertEqual(home.type(door, self.code("first", door)), {"verdict": "granted", "reason": None, "wait_s": 0})
            home.wait_for_event("access.granted", "--door", door, "--person", "Bo Example")

        phones = home.must("phone", "list", "Bo Example", "--json").json()["items"]
        self.assertEqual([phone["name"] for phone in phones], ["Bo's phone", "Bo's tablet"])
        home.must("phone", "lost", "Bo Example", "--phone", phones[0]["id"])
        self.wait_for_delivery(grant, 2, "ended")
        refused = home.type("front", self.code("first", "front"))
        self.assertEqual((refused["verdict"], refused["reason"]), ("refused", "unknown_code"))
        self.assertEqual(home.type("front", self.code("second", "front"))["verdict"], "granted")
        ended = home.cardea("phone", "fetch", "--phone", "first")
        self.assertEqual(ended.status, 1)
        self.assertIn("phone_ended", ended.err)
        self.assertEqual(home.cardea("phone", "code", "--phone", "first").status, 1)
        self.assertEqual(home.events("--type", "phone.ended")[0]["detail"], {"phone": phones[0]["id"], "because": "lost"})

        home.must("phone", "lost", "Bo Example")
        self.wait_for_delivery(grant, 4, "ended")
        self.assertEqual(home.type("side", self.code("second", "side"))["reason"], "unknown_code")


unittest.main(argv=sys.argv[:1], verbosity=2)
