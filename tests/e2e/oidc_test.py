#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Operators who sign in at a real OpenID Connect provider: glewlwyd, as Debian has it, over TLS of its own authority."""

import json
import pathlib
import re
import subprocess
import sys
import unittest
import urllib.error
import urllib.parse
import urllib.request

from building import DEADLINE_S, Building, free_port
from provider import Provider
from terminal import Terminal
from tls import Authority

BINARIES = sys.argv.pop(1)
PASSWORD = "a long enough password"


class Oidc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Building(BINARIES)
        cls.addClassCleanup(cls.home.close)
        cls.console = cls.home.url.replace("127.0.0.1", "localhost") + "/sign-in/oidc"
        cls.port = free_port()  # glewlwyd wants the port of 127.0.0.1 named
        cls.there = Provider(cls.home.folder / "provider", [cls.console, f"http://127.0.0.1:{cls.port}/sign-in/oidc"])
        cls.addClassCleanup(cls.there.stop)
        (cls.home.folder / "secret").write_text(cls.there.client_secret + "\n")
        cls.home.start_platform("--oidc-issuer", cls.there.issuer, "--oidc-client-id", cls.there.client_id, "--oidc-client-secret-file",
                                cls.home.folder / "secret", "--oidc-ca-file", cls.there.authority.file)
        cls.key = (cls.home.folder / "api-key").read_text().strip()
        cls.ada = cls.operator("ada", "owner")
        cls.there.add_user("ada", "ada@example.org", True)

    @classmethod
    def send(cls, method, path, body=None, token=None):
        """Status and body."""
        headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
        request = urllib.request.Request(cls.home.url + path, None if body is None else json.dumps(body).encode(), headers, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=DEADLINE_S)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return answer.status, json.loads(answer.read() or b"null")

    @classmethod
    def must(cls, *what, token=None):
        status, body = cls.send(*what, token=token)
        assert status < 300, f"{what[:2]}: {status} {body}"
        return body

    def refused(self, status, code, *what, token=None):
        got, body = self.send(*what, token=token)
        self.assertEqual((got, body.get("code")), (status, code), body)
        return body["detail"]

    @classmethod
    def invite(cls, name, role):
        return cls.must("POST", "/v1/operators", {"name": name, "email": f"{name}@example.org", "role": role}, token=cls.key)

    @classmethod
    def operator(cls, name, role):
        """With a password, and signed in by it: the session."""
        cls.must("POST", "/v1/invitations/accept", {"invitation": cls.invite(name, role)["invitation"], "password": PASSWORD})
        return cls.must("POST", "/v1/sessions", {"email": f"{name}@example.org", "password": PASSWORD})["token"]

    def begin(self, **more):
        return self.must("POST", "/v1/oidc-sign-ins", more)

    def sign_in(self, name, **more):
        return self.must("POST", "/v1/sessions/oidc", self.there.answer_of(name, self.begin(**more)))

    def link(self, name, session):
        offer = self.must("POST", "/v1/account/oidc-links/begin", {"password": PASSWORD}, token=session)
        return self.must("POST", "/v1/account/oidc-links", self.there.answer_of(name, offer), token=session)

    # --- refusals

    def test_1_refuses_to_start_with_a_provider_that_it_cannot_use(self):
        for words, told in ((["--oidc-issuer", "http://id.example.org", "--oidc-client-id", "x"], "https://"),
                            (["--oidc-issuer", "https://id.example.org"], "--oidc-client-id"),
                            (["--oidc-client-id", "x"], "--oidc-issuer"),
                            (["--oidc-issuer", "https://id.example.org", "--oidc-client-id", "x", "--oidc-client-secret-file", "nothing"], "nothing")):
            done = subprocess.run([pathlib.Path(BINARIES).resolve() / "cardea-server", "--state", self.home.folder / "other", *words],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(told, done.stderr)

    def test_1_sends_nobody_back_to_a_page_of_somebody_else(self):
        for uri in ("https://evil.example/sign-in/oidc", self.console + "/x", self.console.replace("//", "//evil@"), "http://127.0.0.1:8/",
                    "http://127.0.0.1:8@evil.example/sign-in/oidc", "http://127.0.0.1.evil.example:8/sign-in/oidc", ""):
            self.refused(400, "invalid_request", "POST", "/v1/oidc-sign-ins", {"redirect_uri": uri})

    def test_1_asks_for_a_code_with_pkce_state_and_nonce(self):
        queries = []
        for _ in range(2):
            url = urllib.parse.urlsplit(self.begin()["authorization_url"])
            self.assertTrue(url.geturl().startswith(self.there.issuer + "/auth?"))
            queries.append(dict(urllib.parse.parse_qsl(url.query)))
        one, two = queries
        for name in ("state", "nonce", "code_challenge"):
            self.assertRegex(one[name], "^[A-Za-z0-9_-]{43}$")
            self.assertNotEqual(one[name], two[name])
        self.assertEqual((one["response_type"], one["code_challenge_method"], one["redirect_uri"]), ("code", "S256", self.console))

    def test_2_nobody_is_linked_silently(self):
        """Verified or not, an e-mail address is no link until the workspace says so."""
        answer = self.there.answer_of("ada", self.begin())
        self.assertIn("link", self.refused(403, "oidc_not_linked", "POST", "/v1/sessions/oidc", answer))
        self.assertEqual(self.must("GET", "/v1/account/oidc-links", token=self.ada)["items"], [])

    def test_2_a_link_wants_the_password(self):
        self.refused(403, "password_refused", "POST", "/v1/account/oidc-links/begin", {"password": "wrong"}, token=self.ada)
        self.refused(403, "forbidden", "POST", "/v1/account/oidc-links/begin", {"password": PASSWORD}, token=self.key)

    def test_2_then_ada_links_her_account(self):
        self.assertEqual(self.link("ada", self.ada)["issuer"], self.there.issuer)
        offer = self.must("POST", "/v1/account/oidc-links/begin", {"password": PASSWORD}, token=self.ada)
        self.refused(409, "oidc_linked", "POST", "/v1/account/oidc-links", self.there.answer_of("ada", offer), token=self.ada)

    def test_3_what_belongs_to_another_sign_in_is_worth_nothing(self):
        mine, other = self.begin(), self.begin()
        answer, another = self.there.answer_of("ada", mine), self.there.answer_of("ada", other)
        # The code of one under the handle and state of the other: the provider refuses the verifier.
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", {**answer, "code": another["code"]})
        # The handle is used up by it.
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", answer)
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", {**another, "state": answer["state"]})
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", another)
        # A victim who is made to bring the attacker's code and state has no handle to them.
        brought = self.there.answer_of("ada", self.begin())
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", {**brought, "handle": self.begin()["handle"]})
        # What began as a sign-in makes no link, and the other way round.
        started = self.there.answer_of("ada", self.begin())
        self.refused(403, "oidc_refused", "POST", "/v1/account/oidc-links", started, token=self.ada)
        linking = self.must("POST", "/v1/account/oidc-links/begin", {"password": PASSWORD}, token=self.ada)
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", self.there.answer_of("ada", linking))

    def test_3_a_code_is_good_once(self):
        answer = self.there.answer_of("ada", self.begin())
        self.must("POST", "/v1/sessions/oidc", answer)
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", answer)
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", {**answer, "handle": self.begin()["handle"]})

    def test_4_a_second_factor_is_still_asked_for(self):
        eve = self.operator("eve", "manager")
        self.there.add_user("eve", "eve@example.org", True)
        self.link("eve", eve)
        secret = self.must("POST", "/v1/account/totp", {"password": PASSWORD}, token=eve)["secret"]
        code = subprocess.run(["oathtool", "--totp", "--base32", secret], capture_output=True, text=True, check=True).stdout.strip()
        codes = self.must("POST", "/v1/account/totp/confirm", {"code": code}, token=eve)["recovery_codes"]
        answer = self.there.answer_of("eve", self.begin())
        self.refused(401, "second_factor_required", "POST", "/v1/sessions/oidc", answer)
        self.refused(403, "second_factor_refused", "POST", "/v1/sessions/oidc", {**answer, "second_factor": "000000"})
        self.refused(403, "oidc_refused", "POST", "/v1/sessions/oidc", {**answer, "second_factor": codes[0]})
        answer = self.there.answer_of("eve", self.begin())
        self.refused(401, "second_factor_required", "POST", "/v1/sessions/oidc", answer)
        self.must("POST", "/v1/sessions/oidc", {**answer, "second_factor": codes[0]})

    def test_4_who_has_ended_stays_out(self):
        bob = self.operator("bob", "manager")
        self.there.add_user("bob", "bob@example.org", True)
        self.link("bob", bob)
        signed_in = self.sign_in("bob")
        self.must("POST", f"/v1/operators/{signed_in['operator']['id']}/end", token=self.key)
        self.refused(401, "unauthorized", "GET", "/v1/account", token=signed_in["token"])
        self.refused(403, "oidc_not_linked", "POST", "/v1/sessions/oidc", self.there.answer_of("bob", self.begin()))

    def test_5_an_unverified_address_is_nobodys(self):
        """Who writes somebody else's address into their profile at the provider gets nothing here."""
        self.operator("carol", "manager")
        self.there.add_user("mallory", "carol@example.org", False)
        self.there.add_user("carol", "Carol@Example.org", True)
        self.refused(403, "oidc_not_linked", "POST", "/v1/sessions/oidc", self.there.answer_of("carol", self.begin()))
        self.must("PATCH", "/v1/workspace", {"oidc_link_by_email": True}, token=self.key)
        self.refused(403, "oidc_not_linked", "POST", "/v1/sessions/oidc", self.there.answer_of("mallory", self.begin()))
        self.assertEqual(self.sign_in("carol")["operator"]["email"], "carol@example.org")
        # Once linked, the address counts for nothing any more.
        self.there.add_user("mallory2", "carol@example.org", True)
        self.refused(403, "oidc_not_linked", "POST", "/v1/sessions/oidc", self.there.answer_of("mallory2", self.begin()))
        self.must("PATCH", "/v1/workspace", {"oidc_link_by_email": False}, token=self.key)
        self.assertEqual(self.sign_in("carol")["operator"]["email"], "carol@example.org")

    # --- the way in

    def test_6_an_operator_signs_in_with_the_account_that_is_linked(self):
        signed_in = self.sign_in("ada")
        self.assertEqual(signed_in["operator"]["role"], "owner")
        account = self.must("GET", "/v1/account", token=signed_in["token"])
        self.assertIn("operators:write", account["permissions"])
        link, = self.must("GET", "/v1/account/oidc-links", token=self.ada)["items"]
        self.assertEqual((link["issuer"], link["email"]), (self.there.issuer, "ada@example.org"))
        self.assertTrue(link["last_used_at"])
        kinds = [event["type"] for event in self.home.must("events", "--limit", 200, "--json").json()["items"]]
        self.assertIn("operator.oidc_linked", kinds)

    def test_6_an_invitation_is_accepted_at_the_provider(self):
        self.there.add_user("dan", "somebody@elsewhere.example", False)
        invitation = self.invite("dan", "installer")["invitation"]
        self.refused(404, "invitation_not_found", "POST", "/v1/oidc-sign-ins", {"invitation": invitation[:-1] + ("0" if invitation[-1] != "0" else "1")})
        signed_in = self.sign_in("dan", invitation=invitation)
        self.assertEqual(signed_in["operator"]["role"], "installer")
        self.refused(404, "invitation_not_found", "POST", "/v1/oidc-sign-ins", {"invitation": invitation})
        self.assertEqual(self.sign_in("dan")["operator"]["name"], "dan")
        # There is no password to sign in with, to guess or to remove the link by.
        self.refused(401, "sign_in_refused", "POST", "/v1/sessions", {"email": "dan@example.org", "password": ""})
        self.assertIn("no password", self.refused(403, "password_refused", "POST", "/v1/account/oidc-links/remove",
                                                  {"issuer": self.there.issuer, "password": ""}, token=signed_in["token"]))

    def command(self, *more):
        """`cardea sign-in --oidc`, and the address that it shows."""
        environment = {**self.home.environment, "XDG_STATE_HOME": str(self.home.folder / "state")}
        del environment["CARDEA_API_KEY_FILE"]
        process = subprocess.Popen([self.home.cardea_path, "sign-in", "--oidc", "--port", str(self.port), *more], env=environment, cwd=self.home.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        process.stdout.readline()
        return process, environment, process.stdout.readline().strip()

    def test_6_the_command_line_signs_in_with_a_browser(self):
        process, environment, url = self.command()
        back = self.there.redirect_of("ada", url)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(back.replace("state=", "state=x"), timeout=DEADLINE_S)
        self.assertEqual(refused.exception.code, 400)
        refused.exception.close()
        with urllib.request.urlopen(back, timeout=DEADLINE_S) as page:
            self.assertIn("terminal", page.read().decode())
        out, err = process.communicate(timeout=DEADLINE_S)
        self.assertEqual(process.returncode, 0, out + err)
        self.assertIn("Signed in as ada (owner)", out)
        self.home.environment, mine = environment, self.home.environment
        try:
            current, = [one for one in self.home.must("session", "list", "--json").json()["items"] if one["current"]]
            self.assertTrue(current["id"].startswith("session_"))
        finally:
            self.home.environment = mine

    def test_6_the_command_line_accepts_an_invitation_there(self):
        self.there.add_user("fay", "fay@elsewhere.example", False)
        (self.home.folder / "invitation").write_text(self.invite("fay", "support")["invitation"] + "\n")
        process, _, url = self.command("--invitation-file", "invitation")
        with urllib.request.urlopen(self.there.redirect_of("fay", url), timeout=DEADLINE_S):
            pass
        out, err = process.communicate(timeout=DEADLINE_S)
        self.assertEqual(process.returncode, 0, out + err)
        self.assertIn("Signed in as fay (support)", out)

    def test_6_the_command_line_shows_a_link_and_takes_it_away(self):
        self.operator("gus", "manager")
        self.there.add_user("gus", "gus@example.org", True)
        self.home.environment["XDG_STATE_HOME"] = str(self.home.folder / "state of gus")
        key = self.home.environment.pop("CARDEA_API_KEY_FILE")
        try:
            self.at_a_terminal("sign-in", "--email", "gus@example.org")
            linked = self.at_a_terminal("account", "link", "--port", str(self.port), account="gus")
            self.assertIn("Linked with gus@example.org", linked)
            self.assertIn(self.there.issuer, self.home.must("account", "links").out)
            self.at_a_terminal("account", "unlink", self.there.issuer)
            self.assertEqual(self.home.must("account", "links", "--json").json()["items"], [])
        finally:
            del self.home.environment["XDG_STATE_HOME"]
            self.home.environment["CARDEA_API_KEY_FILE"] = key

    def at_a_terminal(self, *words, account=None):
        """What a command showed that asks for the password, and sends a browser to the provider."""
        terminal = Terminal(self.home, *words)
        terminal.wait_for("Password: ")
        terminal.type(PASSWORD + "\n")
        if account is not None:
            terminal.wait_for("code_challenge_method=S256\r\n")
            url = next(word for word in terminal.shown.split() if word.startswith("https://"))
            with urllib.request.urlopen(self.there.redirect_of(account, url), timeout=DEADLINE_S):
                pass
        self.assertEqual(terminal.end(), 0, terminal.shown)
        return terminal.shown

    def test_6_the_command_line_says_what_the_provider_says(self):
        process, _, url = self.command()
        state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in/oidc?error=access_denied&state={state}", timeout=DEADLINE_S):
            pass
        out, err = process.communicate(timeout=DEADLINE_S)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertIn("access_denied", err)

    def test_7_a_new_key_of_the_provider_is_taken(self):
        self.sign_in("ada")
        self.there.change_key()
        self.sign_in("ada")

    def test_8_a_link_that_is_removed_signs_nobody_in(self):
        self.must("POST", "/v1/account/oidc-links/remove", {"issuer": self.there.issuer, "password": PASSWORD}, token=self.ada)
        self.refused(403, "oidc_not_linked", "POST", "/v1/sessions/oidc", self.there.answer_of("ada", self.begin()))

    def test_9_a_provider_that_is_away_says_what_to_do_and_keeps_nobody_out(self):
        answer, later = (self.there.answer_of("carol", self.begin()) for _ in range(2))
        self.there.stop()
        self.assertIn("password", self.refused(503, "oidc_unavailable", "POST", "/v1/sessions/oidc", answer))
        self.assertRegex(self.home.log("platform"), re.escape(self.there.issuer) + r"/token: .*onnect")
        self.must("POST", "/v1/sessions", {"email": "carol@example.org", "password": PASSWORD})
        # Somebody else answers in its place.
        stranger = Authority(self.there.folder, "stranger")
        stranger.certify("DNS:localhost")
        self.there.start(stranger.file)
        self.refused(503, "oidc_unavailable", "POST", "/v1/sessions/oidc", later)
        self.assertRegex(self.home.log("platform"), re.escape(self.there.issuer) + r"/token: .*certificate")


if __name__ == "__main__":
    unittest.main()
