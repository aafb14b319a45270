#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signing in at a real terminal: what is typed is never shown, the session lies in a file for its user alone, goes before nothing that was said
explicitly, and is worth nothing once it has ended."""

import base64
import hashlib
import hmac
import json
import stat
import struct
import sys
import time
import unittest
import urllib.error
import urllib.request

from building import DEADLINE_S, Building
from terminal import Terminal

BINARIES = sys.argv.pop(1)
PASSWORD = "a long enough password"


class SignIn(unittest.TestCase):
    def setUp(self):
        self.home = Building(BINARIES)
        self.addCleanup(self.home.close)
        self.home.start_platform()
        invitation = self.home.must("operator", "invite", "Ada", "--email", "ada@example.org", "--role", "owner").out.splitlines()[0]
        (self.home.folder / "invitation").write_text(invitation)
        (self.home.folder / "password").write_text(PASSWORD)
        self.home.must("operator", "accept", "--invitation-file", "invitation", "--password-file", "password")
        del self.home.environment["CARDEA_API_KEY_FILE"]
        (self.home.folder / "api-key").rename(self.home.folder / "elsewhere")
        self.home.environment["XDG_STATE_HOME"] = str(self.home.folder / "state")

    def sign_in(self, password=PASSWORD, code=None):
        terminal = Terminal(self.home, "sign-in", "--email", "ada@example.org")
        terminal.wait_for("Password: ")
        terminal.type(password + "\n")
        if code is not None:
            terminal.wait_for("recovery code: ")
            terminal.type(code + "\n")
        return terminal, terminal.end()

    def session_file(self):
        return next((self.home.folder / "state" / "cardea").iterdir())

    def api(self, method, path, body, token):
        request = urllib.request.Request(self.home.url + path, None if body is None else json.dumps(body).encode(),
                                         {"Authorization": "Bearer " + token, "Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return json.loads(answer.read() or b"null")

    def test_without_a_terminal_or_a_session_it_says_what_to_do(self):
        answer = self.home.cardea("sign-in", "--email", "ada@example.org")
        self.assertEqual(answer.status, 2)
        self.assertIn("cardea key add", answer.err)
        for words in (["session", "list"], ["sign-out"]):
            self.assertEqual(self.home.cardea(*words).status, 1, words)
        self.assertIn("cardea sign-in", self.home.cardea("site", "list").err)

    def test_what_is_wrong_leaves_nothing(self):
        terminal, status = self.sign_in("not the password")
        self.assertEqual(status, 1)
        self.assertNotIn("not the password", terminal.shown)
        terminal = Terminal(self.home, "sign-in", "--email", "ada@example.org")
        terminal.wait_for("Password: ")
        terminal.type("half a passw\x03")
        self.assertEqual(terminal.end(), 2)
        self.assertIn("nothing was sent", terminal.shown)
        self.assertFalse((self.home.folder / "state").exists())

    def test_a_session_is_kept_for_its_user_alone_and_ends(self):
        terminal, status = self.sign_in("x\x15" + PASSWORD + "y\x7f")
        self.assertEqual(status, 0, terminal.shown)
        self.assertNotIn(PASSWORD, terminal.shown)
        self.assertIn("Signed in as Ada (owner)", terminal.shown)
        path = self.session_file()
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(path.parent.stat().st_mode), 0o700)
        token = json.loads(path.read_text())["token"]
        self.assertNotIn(token, terminal.shown)

        self.home.must("site", "add", "home")
        sessions = self.home.must("session", "list", "--json").json()["items"]
        self.assertEqual(len(sessions), 1)
        self.home.environment["CARDEA_API_KEY"] = "cardea_" + "0" * 64
        self.assertEqual(self.home.cardea("site", "list").status, 1, "what is said explicitly goes before the session")
        del self.home.environment["CARDEA_API_KEY"]

        path.chmod(0o644)
        self.assertIn("other users", self.home.cardea("site", "list").err)
        path.chmod(0o600)
        self.home.must("sign-out")
        self.assertFalse(path.exists())
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.api("GET", "/v1/account", None, token)
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()

    def test_a_second_factor_is_asked_for(self):
        self.assertEqual(self.sign_in()[1], 0)
        token = json.loads(self.session_file().read_text())["token"]
        secret = self.api("POST", "/v1/account/totp", {"password": PASSWORD}, token)["secret"]
        codes = self.api("POST", "/v1/account/totp/confirm", {"code": totp(secret)}, token)["recovery_codes"]
        self.home.must("sign-out", "--everywhere")
        self.assertEqual(self.sign_in(code="000000")[1], 1)
        terminal, status = self.sign_in(code=codes[0])
        self.assertEqual(status, 0, terminal.shown)
        self.assertNotIn(codes[0], terminal.shown)
        self.assertEqual(self.sign_in(code=codes[0])[1], 1, "once")


def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


if __name__ == "__main__":
    unittest.main()
