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

    def type_code(self, phone, door):
        """With the code of the next step where that of this one is used up by whoever had the slot before (codes.md R4)."""
        code, typed = None, None

        def is_new():
            nonlocal code, typed
            if (shown := self.code(phone, door)) != code:
                code, typed = shown, self.home.type(door, shown)
            return typed["reason"] != "replayed"
        until("the slot takes a code", is_new)
        return typed

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

    # [rule: PH19]
    def test_a_resident_opens_from_afar_and_lets_a_guest_in_until_she_stops_it(self):
        home = self.home
        home.must("person", "add", "Cleo Example")
        words = ("grant", "add", "--person", "Cleo Example", "--door", "front", "--to", "+2h", "--may-share", "--own-door", "front", "--json")
        grant = home.must(*words).json()["id"]
        home.must("phone", "claim", home.must("grant", "invite", grant, "--link", "--json").json()["link"], "--phone", "cleo")
        order = lambda *words: home.must("phone", *words, "--json").json()
        opened = order("unlock", "front", "--phone", "cleo")
        self.assertEqual((opened["state"], opened["reason"]), ("opened", None))
        made = order("share", "Dan Guest", "--door", "front", "--until", "+1h", "--phone", "cleo")
        share = made["share"]["id"]
        home.must("phone", "claim", made["link"], "--phone", "dan")
        home.must("phone", "fetch", "--phone", "dan")
        self.wait_for_delivery(share, 1, "on_lock")
        self.assertEqual(self.type_code("dan", "front")["verdict"], "granted")
        seen = lambda phone: [entry["person"] for entry in order("events", "--phone", phone)["items"]]
        home.wait_for_event("access.granted", "--person", "Dan Guest")
        self.assertEqual(seen("cleo")[:2], ["Dan Guest", "Cleo Example"])  # her grant may have begun before others came in
        self.assertEqual(seen("dan"), ["Dan Guest"])
        self.assertEqual([(one["name"], one["state"]) for one in order("shares", "--phone", "cleo")["items"]], [("Dan Guest", "on_phone")])
        home.must("phone", "unshare", share, "--phone", "cleo")
        self.wait_for_delivery(share, 1, "ended")
        self.assertEqual(home.type("front", self.code("dan", "front"))["reason"], "unknown_code")
        refused = home.cardea("phone", "unlock", "front", "--phone", "dan")
        self.assertEqual(refused.status, 1, str(refused))
        self.assertIn("no key for front", refused.err)


unittest.main(argv=sys.argv[:1], verbosity=2)
