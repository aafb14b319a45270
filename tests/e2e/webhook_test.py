#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A webhook from the command line, and the verifier that spec/webhook.md prints, run as it stands there on what the platform sends."""

import json
import pathlib
import re
import sys
import time
import unittest

from building import Building, until
from endpoint import Endpoint

BINARIES = sys.argv.pop(1)
SPEC = pathlib.Path(__file__).resolve().parents[2] / "spec" / "webhook.md"


def printed_verifier():
    code = re.search(r"^```python\n(.*?)^```$", SPEC.read_text(), re.DOTALL | re.MULTILINE).group(1)
    names = {}
    exec(compile(code, str(SPEC), "exec"), names)  # what an integrator copies
    return names["verify"]


class Webhook(unittest.TestCase):
    def setUp(self):
        self.home = Building(BINARIES)
        self.addCleanup(self.home.close)
        self.home.start_platform("--test-webhooks")
        self.endpoint = Endpoint()
        self.addCleanup(self.endpoint.close)
        self.verify = printed_verifier()

    def next_delivery(self):
        until("a delivery", lambda: self.endpoint.came)
        return self.endpoint.came.pop(0)

    def webhook(self):
        return self.home.must("webhook", "list", "--json").json()["items"][0]

    def test_the_printed_verifier_takes_what_we_send_and_nothing_else(self):
        secret = self.home.must("webhook", "add", self.endpoint.url, "--type", "key.created").out.strip()
        self.home.must("key", "add", "reader", "--permission", "doors:read")
        headers, body = self.next_delivery()
        self.assertEqual([event["type"] for event in json.loads(body)["events"]], ["key.created"])
        self.assertFalse(self.verify(secret, headers, body.replace(b"key.created", b"key.revoked")))
        self.assertFalse(self.verify(secret, {**headers, "webhook-id": "webhook_0_1_1"}, body))
        self.assertFalse(self.verify(secret, headers, body, now=time.time() + 301))
        self.assertFalse(self.verify(secret, {name: value for name, value in headers.items() if name != "webhook-signature"}, body))
        self.assertFalse(self.verify("whsec_" + "A" * 43 + "=", headers, body))
        self.assertTrue(self.verify(secret, headers, body))

        fresh = self.home.must("webhook", "rotate", self.webhook()["id"]).out.strip()
        self.home.must("key", "add", "second", "--permission", "doors:read")
        headers, body = self.next_delivery()
        self.assertNotEqual(secret, fresh)
        self.assertTrue(self.verify(secret, headers, body))
        self.assertTrue(self.verify(fresh, headers, body))

    def test_the_command_line_says_how_it_stands_and_sends_again(self):
        home, endpoint = self.home, self.endpoint
        refused = home.cardea("webhook", "add", "ftp://example.org/")
        self.assertEqual(refused.status, 2, str(refused))
        endpoint.down = True
        home.must("webhook", "add", endpoint.url, "--after", "0")
        home.must("key", "add", "reader", "--permission", "doors:read")
        until("it says that it fails", lambda: self.webhook()["last_failure"])
        one = self.webhook()["id"]
        self.assertIn("500", home.must("webhook", "show", one).out)
        self.assertIn("disabled", home.must("webhook", "disable", one).out)
        endpoint.down = False
        self.assertIn("active", home.must("webhook", "enable", one).out)
        first = json.loads(self.next_delivery()[1])["events"][0]["position"]
        until("it has all", lambda: self.webhook()["behind"] == 0)
        endpoint.came.clear()
        home.must("webhook", "set", one, "--after", str(first - 1))
        self.assertEqual(json.loads(self.next_delivery()[1])["events"][0]["position"], first)
        home.must("webhook", "remove", one)
        self.assertEqual(home.must("webhook", "list", "--json").json()["items"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
