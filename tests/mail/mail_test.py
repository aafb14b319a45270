#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mails of a real cardea-server to a real SMTP server (aiosmtpd) that behaves, and one that does not.

mail_test.py CARDEA_SERVER

Needs Debian's python3-aiosmtpd, so it runs under /usr/bin/python3.
"""

import asyncio
import email
import email.policy
import html.parser
import json
import logging
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

BINARY = sys.argv.pop(1)
DEADLINE_S = 30
PASSWORD = "correct horse battery"
logging.disable()  # of the mail server: what it says to us is what counts


def until(what, look):
    deadline = time.monotonic() + DEADLINE_S
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
    return found


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Post:
    """An SMTP server; `say` maps a step to what it answers, once each, and then it accepts."""

    def __init__(self, port=None, **options):
        self.came, self.say, self.held = [], {"RCPT": [], "DATA": []}, threading.Event()
        self.held.set()
        self.waiting = threading.Event()
        self.port = port or free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()

    def stop(self):
        self.held.set()
        self.controller.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.say["RCPT"]:
            return self.say["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.say["DATA"]:
            return self.say["DATA"].pop(0)
        self.came.append((envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        self.waiting.set()
        while not self.held.is_set():
            await asyncio.sleep(0.01)
        return "250 taken"


NO_APPS = ("--console", "off", "--phone", "off")


class Server:
    def __init__(self, state, port, *more, apps=NO_APPS, env=None):
        self.state = state
        self.log = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would be full one day, and hold the server up
        self.process = subprocess.Popen([BINARY, "--listen", "127.0.0.1:0", *apps, "--state", str(state), "--mail-server",
                                         f"smtp://127.0.0.1:{port}", "--mail-from", "Häfen <doors@example.org>", *more],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, env={**os.environ, **(env or {})})
        for line in self.process.stdout:
            if ready := re.match(r"cardea-server ready on (http://\S+)", line):
                self.url = ready[1]
                break
        else:
            raise AssertionError(f"never ready: {self.said()}")
        self.key = (state / "api-key").read_text().strip()

    def send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", **({"Content-Type": "application/json"} if data else {})}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def invite(self, name, address, **more):
        status, made = self.send("POST", "/v1/operators", {"name": name, "email": address, "role": "auditor", **more})
        assert status == 201, made
        return made

    def message(self, address):
        items = self.send("GET", "/v1/outbox")[1]["items"]
        return next(item for item in items if item["to"] == address)

    def until_state(self, address, state):
        return until(f"the mail to {address} is {state}", lambda: (m := self.message(address))["state"] == state and m)

    def until_attempt(self, address, count):
        return until(f"attempt {count} at {address}", lambda: (m := self.message(address))["attempts"] >= count and m)

    def retry(self, message):
        status, now = self.send("POST", f"/v1/outbox/{message['id']}/retry")
        assert status == 200 and now["state"] == "queued", now

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, self.said()

    def said(self):
        self.log.seek(0)
        return self.log.read()


class Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data


class MailTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.state = pathlib.Path(self.folder.name) / "state"

    def post(self, **options):
        made = Post(**options)
        self.addCleanup(made.stop)
        return made

    def server(self, port, *more, **options):
        made = Server(self.state, port, *more, **options)
        self.addCleanup(lambda: made.process.poll() is None and made.stop(signal.SIGKILL))
        return made

    def test_refuses_options_that_are_none(self):
        for words, said in ((["--mail-server", "mail.example.org"], "smtp://"), (["--mail-server", "smtp://u:p@mail.example.org"], "without a user"),
                            (["--mail-server", "smtp://mail.example.org", "--mail-from", "nobody"], "sender"),
                            (["--mail-server", "smtp://m.example.org", "--mail-from", "a@b.org", "--mail-without-tls", "--mail-user", "x"], "TLS"),
                            (["--mail-server", "smtp://m.example.org", "--mail-password-file", "/nowhere"], "--mail-password-file")):
            done = subprocess.run([BINARY, "--state", self.state, "--listen", "127.0.0.1:0", *NO_APPS, *words], capture_output=True, text=True, timeout=DEADLINE_S)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)

    def test_a_hostile_name_stays_a_name_in_every_part_of_the_mail(self):
        post = self.post()
        server = self.server(post.port, "--mail-without-tls")
        name = "Eve <script>alert(1)</script> \"&' =?UTF-8?Q?x?= 钥匙"
        made = server.invite(name, "eve@example.org", language="zh")
        message = server.until_state("eve@example.org", "sent")
        self.assertEqual((message["attempts"], message["failure"], message["letter"], message["language"]), (1, None, "operator_invitation", "zh"))
        self.assertIsNone(server.send("GET", f"/v1/outbox/{message['id']}")[1]["text"])
        (envelope, mail), = post.came
        self.assertEqual((envelope.mail_from, envelope.rcpt_tos), ("doors@example.org", ["eve@example.org"]))
        self.assertEqual((mail["From"].addresses[0].display_name, mail["From"].addresses[0].addr_spec), ("Häfen", "doors@example.org"))
        self.assertEqual(mail["Message-ID"], f"<{message['id']}@example.org>")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail["Subject"], "邀请您使用 My workspace 的 Cardea")
        self.assertEqual(sorted(mail.keys()), sorted(["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted",
                                                      "Content-Language", "Content-Type"] + [key for key in mail.keys() if key.startswith("X-")]))
        plain, rich = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        self.assertIn(name, plain)
        self.assertIn(made["invitation"], plain)
        page = Tags(rich)
        self.assertEqual(set(page.tags), {"html", "head", "meta", "body", "p"})
        self.assertIn(name, page.words)
        self.assertNotIn(made["invitation"].encode(), (self.state / "cardea.db").read_bytes())
        self.assertEqual(server.stop()[0], 0)

    def test_an_operators_invitation_leads_to_the_console(self):
        post = self.post()
        server = self.server(post.port, "--mail-without-tls",
                             apps=("--phone", "off", "--console", "127.0.0.1:0", "--console-url", "https://console.example.org"))
        made = server.invite("Ana", "ana@example.org")
        server.until_state("ana@example.org", "sent")
        (_, mail), = post.came
        link = "https://console.example.org/accept#" + made["invitation"]
        plain, rich = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        self.assertIn(link, plain.splitlines())
        self.assertIn(f'<a href="{link}"', rich)
        self.assertNotIn(made["invitation"].encode(), (self.state / "cardea.db").read_bytes())
        self.assertEqual(server.stop()[0], 0)

    def test_what_a_server_does_not_take_now_is_tried_again_and_said(self):
        port = free_port()
        server = self.server(port, "--mail-without-tls")
        server.invite("Ana", "ana@example.org")
        down = server.until_attempt("ana@example.org", 1)
        self.assertEqual(down["state"], "queued")
        self.assertIn("connect", down["failure"])
        self.assertGreater(down["next_attempt_at"], down["created_at"])
        post = self.post(port=port)
        post.say["RCPT"] = ["451 4.3.0 come back later"]
        server.retry(down)
        later = until("the server was asked", lambda: (m := server.message("ana@example.org"))["failure"] and "451" in m["failure"] and m)
        self.assertEqual((later["state"], later["failure"]), ("queued", "the mail server refused the recipient: 451 4.3.0 come back later"))
        post.say["DATA"] = ["452 4.3.1 no room"]
        server.retry(later)
        full = until("the server was asked again", lambda: (m := server.message("ana@example.org"))["failure"] and "452" in m["failure"] and m)
        self.assertEqual(full["failure"], "the mail server refused the message: 452 4.3.1 no room")
        server.retry(full)
        self.assertIsNone(server.until_state("ana@example.org", "sent")["failure"])
        self.assertEqual(len(post.came), 1)

    def test_a_refusal_for_good_is_not_repeated_unless_somebody_asks(self):
        post = self.post()
        post.say["RCPT"] = ["550 5.1.1 no such user"]
        server = self.server(post.port, "--mail-without-tls")
        server.invite("Ben", "ben@example.org")
        failed = server.until_state("ben@example.org", "failed")
        self.assertEqual((failed["failure"], failed["attempts"]), ("the mail server refused the recipient: 550 5.1.1 no such user", 1))
        self.assertEqual(server.send("GET", "/v1/outbox?state=failed")[1]["items"], [failed])
        self.assertEqual(post.came, [])
        post.say["DATA"] = ["554 5.6.0 looks like spam"]
        server.retry(failed)
        again = until("the second refusal", lambda: (m := server.message("ben@example.org"))["attempts"] == 2 and m)
        self.assertEqual((again["state"], again["failure"]), ("failed", "the mail server refused the message: 554 5.6.0 looks like spam"))
        server.retry(again)
        server.until_state("ben@example.org", "sent")
        self.assertEqual(server.send("POST", f"/v1/outbox/{failed['id']}/retry")[1]["code"], "message_sent")

    def test_a_slow_server_holds_up_nobody_and_a_kill_in_the_middle_sends_the_same_mail_again(self):
        post = self.post()
        post.held.clear()
        server = self.server(post.port, "--mail-without-tls")
        server.invite("Cy", "cy@example.org")
        self.assertTrue(post.waiting.wait(DEADLINE_S))
        self.assertEqual(server.send("GET", "/v1/health")[0], 200)
        self.assertEqual(server.message("cy@example.org")["state"], "queued")
        server.stop(signal.SIGKILL)
        post.held.set()
        server = self.server(post.port, "--mail-without-tls")
        server.until_state("cy@example.org", "sent")
        first, second = [mail for _, mail in post.came]
        self.assertEqual(first["Message-ID"], second["Message-ID"])
        self.assertEqual(first.as_bytes(), second.as_bytes())

        post.held.clear()
        post.waiting.clear()
        server.invite("Di", "di@example.org")
        self.assertTrue(post.waiting.wait(DEADLINE_S))
        self.assertEqual(server.stop()[0], 0)  # does not wait for the mail server

    def test_an_invitation_reaches_its_person_in_their_language_and_so_does_its_end(self):
        post = self.post()
        server = self.server(post.port, "--mail-without-tls", "--public-url", "https://cardea.example.org")

        def made(path, body):
            status, answer = server.send("POST", path, body)
            self.assertIn(status, (200, 201), answer)
            return answer
        site = made("/v1/sites", {"name": "Haus"})["id"]
        door = made("/v1/doors", {"site_id": site, "name": "Tür & Tor", "zone": "Europe/Zurich"})["id"]
        person = made("/v1/persons", {"name": "Zoë", "email": "zoe@example.org", "language": "de"})["id"]
        grant = made("/v1/access-grants", {"person_id": person, "door_ids": [door], "from": "2026-01-01T12:00:00Z"})["id"]
        invitation = made(f"/v1/access-grants/{grant}/invitations", {"channel": "email"})
        self.assertIsNone(invitation["link"])
        one = "/v1/invitations/" + invitation["invitation"]["id"]
        until("the invitation is sent", lambda: server.send("GET", one)[1]["state"] == "sent")
        (_, mail), = post.came
        self.assertEqual(mail["Subject"], "Ihr Schlüssel für Tür & Tor")
        plain, rich = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        link = re.search(r"https://cardea\.example\.org/invitation/de#cardea_phone_[0-9a-f]{64}", plain)[0]
        self.assertIn(f'<a href="{link}">{link}</a>', rich)
        self.assertIn("2026-01-01 13:00 (Europe/Zurich)", plain)
        self.assertIsNone(server.send("GET", "/v1/outbox/" + invitation["invitation"]["mail"]["message_id"])[1]["text"])
        token = {"invitation": link.split("#")[1]}
        self.assertEqual(made("/v1/invitations/open", token)["doors"], ["Tür & Tor"])
        made(f"/v1/access-grants/{grant}/revoke", None)
        until("the end is told", lambda: len(post.came) == 2)
        self.assertEqual(post.came[1][1]["Subject"], "Ihr Zutritt ist beendet: Tür & Tor")
        self.assertEqual(server.send("POST", "/v1/invitations/open", token)[0], 404)

    def test_a_change_of_a_schedule_is_told_once_to_those_who_were_invited_by_mail_and_have_access_still(self):
        post = self.post()
        server = self.server(post.port, "--mail-without-tls", "--public-url", "https://cardea.example.org")

        def made(method, path, body=None):
            status, answer = server.send(method, path, body)
            self.assertIn(status, (200, 201), answer)
            return answer
        site = made("POST", "/v1/sites", {"name": "House"})["id"]
        door = made("POST", "/v1/doors", {"site_id": site, "name": "Front", "zone": "Europe/Zurich"})["id"]
        feasts = made("POST", "/v1/calendars", {"name": "Feasts", "dates": ["2031-01-01"]})["id"]
        weekly = lambda to: {"weekly": [{"days": ["mon", "tue", "wed"], "from": "08:00", "to": to}]}
        schedule = made("POST", "/v1/schedules", {"name": "Mornings", "schedule": weekly("12:00"), "calendar_ids": [feasts]})["id"]
        grants = {}
        for name, language, channel in (("Zoe", "de", "email"), ("Ana", "en", "email"), ("Bo", "en", "link"), ("Cy", "en", "email")):
            person = made("POST", "/v1/persons", {"name": name, "email": f"{name.lower()}@example.org", "language": language})["id"]
            grants[name] = made("POST", "/v1/access-grants", {"person_id": person, "door_ids": [door], "from": "2026-01-01T12:00:00Z", "schedule_id": schedule})["id"]
            made("POST", f"/v1/access-grants/{grants[name]}/invitations", {"channel": channel})
        until("the invitations are sent", lambda: len(server.send("GET", "/v1/outbox?state=sent")[1]["items"]) == 3)
        made("POST", f"/v1/access-grants/{grants['Cy']}/revoke")
        made("PATCH", f"/v1/schedules/{schedule}", {"name": "Early"})  # nothing of anybody's access
        made("PATCH", f"/v1/schedules/{schedule}", {"schedule": weekly("13:00")})
        made("PATCH", f"/v1/schedules/{schedule}", {"schedule": weekly("13:00")})  # as it is already
        told = lambda: {m["Subject"]: m.get_body(("plain",)).get_content() for e, m in post.came if "changed" in m["Subject"] or "geändert" in m["Subject"]}
        until("the change is told", lambda: len(told()) == 2)
        self.assertIn("2026-01-01 13:00 (Europe/Zurich) to further notice, Mon-Wed 08:00-13:00; some dates differ.", " ".join(told()["Your access has changed: Front"].split()))
        self.assertIn("Mo-Mi 08:00-13:00; an einzelnen Tagen anders.", " ".join(told()["Ihr Zutritt hat sich geändert: Front"].split()))
        made("PATCH", f"/v1/calendars/{feasts}", {"dates": ["2032-01-01"]})
        until("the calendar's change is told", lambda: len(post.came) == 3 + 1 + 2 + 2)
        self.assertEqual(len([m for m in server.send("GET", "/v1/outbox")[1]["items"] if m["letter"] == "access_changed"]), 4)

    def make_certificate(self):
        where = pathlib.Path(self.folder.name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=mail.test",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", where / "key.pem", "-out", where / "cert.pem"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(where / "cert.pem", where / "key.pem")
        return context, where / "cert.pem"

    def test_goes_nowhere_without_tls_and_shows_its_password_to_nobody_else(self):
        bare = self.post()
        server = self.server(bare.port)
        server.invite("Ed", "ed@example.org")
        self.assertEqual(server.until_attempt("ed@example.org", 1)["failure"], "the mail server offers no TLS")
        self.assertEqual(bare.came, [])
        server.stop()

        context, certificate = self.make_certificate()
        shown = []

        def authenticator(server, session, envelope, mechanism, data):
            shown.append((data.login, data.password))
            return AuthResult(success=data.password == PASSWORD.encode(), handled=False)
        post = self.post(tls_context=context, require_starttls=True, authenticator=authenticator, auth_required=True)
        password = pathlib.Path(self.folder.name) / "password"
        password.write_text("wrong\n")
        login = ["--mail-user", "cardea", "--mail-password-file", str(password)]
        server = self.server(post.port, *login)
        server.retry(server.message("ed@example.org"))
        unknown = until("the certificate was looked at", lambda: "certificate" in (m := server.message("ed@example.org"))["failure"] and m)
        self.assertEqual(shown, [])
        server.stop()
        server = self.server(post.port, *login, "--mail-ca-file", str(certificate))
        server.retry(unknown)
        refused = until("the password was looked at", lambda: "password" in (m := server.message("ed@example.org"))["failure"] and m)
        self.assertEqual(refused["state"], "queued")
        server.stop()
        server = self.server(post.port, "--mail-user", "cardea", "--mail-ca-file", str(certificate), "--verbose", env={"CARDEA_MAIL_PASSWORD": PASSWORD})
        server.retry(refused)
        server.until_state("ed@example.org", "sent")
        self.assertEqual(shown[-1], (b"cardea", PASSWORD.encode()))
        self.assertEqual(len(post.came), 1)
        environment = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        self.assertNotIn(PASSWORD.encode(), environment)
        _, said = server.stop()
        self.assertNotIn(PASSWORD, said)


unittest.main(argv=sys.argv[:1], verbosity=2)
