#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Somebody is forced to open: they type their duress PIN at a real lock. It opens, says what it says for any PIN, and a letter to the owner
arrives at a real mail server (aiosmtpd, so this runs under Debian's own Python), and a webhook at its endpoint.

duress_test.py BINARIES
"""

import email
import email.policy
import sys
import unittest

from aiosmtpd.controller import Controller

from building import Building, free_port, until
from endpoint import Endpoint

BINARIES = sys.argv.pop(1)
OWNER = "olga@example.org"


class Post:
    """A mail server that takes everything."""

    def __init__(self):
        self.came, self.port = [], free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):
        self.came.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 taken"

    def letters(self, word):
        return [mail for to, mail in self.came if to == [OWNER] and word in mail["Subject"]]


class Duress(unittest.TestCase):
    def setUp(self):
        self.post, self.endpoint = Post(), Endpoint()
        self.addCleanup(self.post.controller.stop)
        self.addCleanup(self.endpoint.close)
        self.home = Building(BINARIES)
        self.addCleanup(self.home.close)
        self.home.make()
        self.home.stop("platform")
        self.home.start_platform("--test-webhooks", "--mail-server", f"smtp://127.0.0.1:{self.post.port}", "--mail-without-tls",
                                 "--mail-from", "Doors <doors@example.org>")
        until("the lock is back", lambda: self.home.lock("front")["online"])
        invited = self.home.post("/v1/operators", {"name": "Olga", "email": OWNER, "role": "owner"})
        self.home.post("/v1/invitations/accept", {"invitation": invited["invitation"], "password": "a long enough password"})
        self.home.post("/v1/webhooks", {"url": self.endpoint.url, "types": ["access.duress", "alert.opened"]})

    def test_it_opens_like_any_pin_and_the_owner_hears_of_it(self):
        home = self.home
        let_in = home.must("let-in", "--person", "Ana", "--door", "front", "--to", "+2h", "--make-pin", "--json").json()
        normal, grant = let_in["credentials"][0]["code"], let_in["grant"]["id"]
        refused = home.cardea("credential", "issue", grant, "--door", "front", "--duress", "--pin", normal)
        self.assertIn("pin_taken", refused.err)
        issued = home.must("credential", "issue", grant, "--door", "front", "--duress", "--make-pin", "--json").json()
        duress = issued["code"]
        until("the lock has it", lambda: home.must("credential", "show", issued["credential"]["id"], "--json").json()["delivery"] == "on_lock")
        self.assertIn("duress pin", home.must("credential", "list", grant).out)

        # With the PIN beside it, all is quiet.
        said = home.type("front", normal)
        self.assertEqual(said["verdict"], "granted")
        home.wait_for_event("access.granted", "--door", "front")
        self.assertEqual(home.events("--type", "access.duress"), [])

        # At the door nothing tells the two apart.
        forced = home.type("front", duress)
        self.assertEqual(forced, said)
        event = home.wait_for_event("access.duress", "--door", "front")
        self.assertEqual(event["credential_id"], issued["credential"]["id"])
        letter = until("the letter", lambda: self.post.letters("forced"))[0]
        body = letter.get_body().get_content()
        self.assertIn("front, home", body)
        self.assertNotIn("Ana", body)
        self.assertNotIn(duress, letter.as_string())
        until("the webhook", lambda: set(self.endpoint.types()) == {"access.duress", "alert.opened"})
        alert, = home.must("alert", "list", "--state", "open", "--json").json()["items"]
        self.assertEqual((alert["type"], alert["severity"], alert["count"]), ("duress", "critical", 1))

        # Nobody else was written to.
        self.assertEqual({tuple(to) for to, _ in self.post.came}, {(OWNER,)})


if __name__ == "__main__":
    unittest.main()
