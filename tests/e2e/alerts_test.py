#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real lock's door is forced: an alert, a letter in the outbox and a signed webhook. Whoever acknowledges it ends the escalation; nobody
does, and the owner hears of it a minute later, although the platform was killed in between."""

import sys
import unittest

from building import NO_APPS, Building, until
from endpoint import Endpoint

BINARIES = sys.argv.pop(1)


class Alerts(unittest.TestCase):
    def setUp(self):
        self.home = Building(BINARIES)
        self.addCleanup(self.home.close)
        self.home.make()

    def alerts(self, state):
        return self.home.must("alert", "list", "--state", state, "--json").json()["items"]

    def an_alert(self, alert_type, state="open"):
        return until(f"an alert {alert_type} that is {state}",
                     lambda: [alert for alert in self.alerts(state) if alert["type"] == alert_type])[0]

    def letters_to(self, address):
        return [message for message in self.home.must("outbox", "list", "--json").json()["items"] if message["to"] == address]

    def rule_of(self, alert_type):
        rules = self.home.must("alert", "rule", "list", "--json").json()["items"]
        return next(rule["id"] for rule in rules if rule["type"] == alert_type)

    def force(self, door):
        self.home.must("lock", "advance", 60, "--state", door)  # whatever let somebody in is long ago
        self.home.must("lock", "door", "open", "--state", door)

    def test_told_acknowledged_escalated(self):
        home = self.home
        endpoint = Endpoint()
        self.addCleanup(endpoint.close)
        home.stop("platform")
        home.start("platform", "serve", "--state", home.folder / "platform", "--listen", home.url.removeprefix("http://"),
                   "--api-key-file", home.folder / "api-key", "--test-webhooks", *NO_APPS)
        until("the platform answered", lambda: home.cardea("health").status == 0)
        home.post("/v1/webhooks", {"url": endpoint.url, "types": [
            "alert.opened", "alert.acknowledged", "alert.escalated", "alert.closed"]})
        home.must("alert", "rule", "set", self.rule_of("door_forced"), "--tell", "night@example.org", "--tell", "1:owner@example.org")

        # Nobody has anything to hear of somebody who comes in.
        home.must("lock", "press", "--state", "front")
        home.must("lock", "door", "open", "--state", "front")
        home.must("lock", "door", "closed", "--state", "front")
        self.assertEqual([alert for alert in self.alerts("open") if alert["type"] != "rule_changed"], [])

        # Forced, told, acknowledged, over.
        self.force("front")
        alert = self.an_alert("door_forced")
        self.assertEqual(len(self.letters_to("night@example.org")), 1)
        until("the webhook of its opening", lambda: "alert.opened" in endpoint.types())
        home.must("alert", "ack", alert["id"], "--note", "on my way")
        home.must("lock", "door", "closed", "--state", "front")
        closed = self.an_alert("door_forced", "closed")
        self.assertEqual((closed["note"], closed["count"]), ("on my way", 1))
        until("the webhook of its end", lambda: endpoint.types()[-1:] == ["alert.closed"])
        self.assertEqual(self.letters_to("owner@example.org"), [])

        # Forced again; the platform dies before the next step is due, and takes it all the same.
        self.force("side")
        self.an_alert("door_forced")
        home.processes["platform"].kill()
        home.wait_for_end("platform")
        home.start_platform()
        until("the owner's letter", lambda: self.letters_to("owner@example.org"), 120)
        home.wait_for_event("alert.escalated")
        self.assertEqual(len(self.letters_to("night@example.org")), 3, "told, that it is over, and told again")
        self.assertEqual(len(self.alerts("open")), 2, "and the rule that was changed")


if __name__ == "__main__":
    unittest.main()
