#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A platform under TLS with a certificate of its own authority, and a lock that reaches it over wss: from activation to an
opening, through a change of the certificate, and against everybody who should not get through."""

import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import unittest

from building import NO_APPS, ZONE, Building, free_port, listens, until
from tls import Authority

BINARIES = sys.argv.pop(1)


class TlsBuilding(Building):
    def __init__(self, binaries):
        super().__init__(binaries)
        self.port = free_port()
        self.url = self.environment["CARDEA_SERVER"] = f"https://localhost:{self.port}"
        self.authority = Authority(self.folder, "authority")
        self.authority.certify("DNS:localhost")
        self.environment["CARDEA_CA"] = str(self.authority.file)

    def start_platform(self):
        self.start("platform", "serve", "--state", self.folder / "platform", "--listen", f"127.0.0.1:{self.port}", "--api-key-file",
                   self.folder / "api-key", "--tls-certificate", self.folder / "certificate.pem", "--tls-key", self.folder / "key.pem", *NO_APPS)

        def healthy():
            assert self.processes["platform"].poll() is None, self.log("platform")
            return self.cardea("health").status == 0
        until("the platform answered", healthy)

    def run_lock(self, door, ca="authority.pem"):
        self.start(door, "lock", "run", "--state", door, "--platform", self.url, "--ca", self.folder / ca)
        until(f"the lock of {door} runs", lambda: listens(self.folder / door / "lock.sock"))

    def served_names(self):
        context = ssl.create_default_context(cafile=self.authority.file)
        context.check_hostname = False
        with socket.create_connection(("127.0.0.1", self.port)) as plain, context.wrap_socket(plain) as tls:
            return [name for _, name in tls.getpeercert()["subjectAltName"]]


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = TlsBuilding(BINARIES)
        cls.addClassCleanup(cls.home.close)
        cls.home.start_platform()
        cls.home.must("site", "add", "home")
        cls.home.must("door", "add", "front", "--site", "home", "--zone", ZONE)
        cls.home.claim("front", "protected")

    def serve(self, *words):
        """A start that must fail: what it says."""
        done = subprocess.run([pathlib.Path(BINARIES).resolve() / "cardea-server", "--state", self.home.folder / "other", *NO_APPS,
                               *map(str, words)],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def alerts(self, state):
        listed = self.home.must("alert", "list", "--state", state, "--json").json()["items"]
        return [alert for alert in listed if alert["type"] == "certificate_ends"]

    def test_1_refuses_to_go_without_tls_over_a_network(self):
        self.assertIn("--tls-certificate", self.serve("--listen", "0.0.0.0:0"))
        self.assertIn("--tls-certificate", self.serve("--listen", "[::]:0"))

    def test_1_refuses_files_that_it_cannot_serve_with(self):
        folder = self.home.folder
        self.assertIn("--tls-key", self.serve("--tls-certificate", folder / "certificate.pem"))
        self.assertIn("nothing.pem", self.serve("--tls-certificate", folder / "nothing.pem", "--tls-key", folder / "key.pem"))
        self.assertIn("key values mismatch", self.serve("--tls-certificate", folder / "certificate.pem", "--tls-key", folder / "authority.key"))

    def test_1_gives_nothing_to_who_speaks_plain_http_or_tls_1_2(self):
        with socket.create_connection(("127.0.0.1", self.home.port)) as plain:
            plain.sendall(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                self.assertNotIn(b"HTTP", plain.recv(4096))
            except ConnectionResetError:
                pass  # not even that
        old = ssl.create_default_context(cafile=self.home.authority.file)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with socket.create_connection(("127.0.0.1", self.home.port)) as plain, self.assertRaises(ssl.SSLError):
            old.wrap_socket(plain, server_hostname="localhost")
        refused = self.home.cardea("health", "--server", f"http://127.0.0.1:{self.home.port}")
        self.assertEqual(refused.status, 3, str(refused))

    def test_1_is_refused_by_who_does_not_know_its_authority_or_asks_for_another_name(self):
        stranger = Authority(self.home.folder, "stranger")
        for words in (["--ca", stranger.file], ["--server", f"https://127.0.0.1:{self.home.port}"]):
            refused = self.home.cardea("health", *words)
            self.assertEqual(refused.status, 3, str(refused))
            self.assertIn("certificate is not believed", refused.err)

    def test_2_a_lock_goes_from_activation_to_an_opening_over_wss(self):
        home = self.home
        Authority(home.folder, "another")
        home.run_lock("front", "another.pem")
        home.must("lock", "press", "--state", "front")
        until("the lock refused a platform that it cannot believe", lambda: "certificate is not believed" in home.log("front"))
        self.assertEqual(home.stop("front"), 0)
        home.run_lock("front")
        home.must("lock", "press", "--state", "front")
        until("the lock is active", lambda: home.lock("front")["state"] == "active" and home.lock("front")["online"])

        code = home.must("let-in", "--person", "Ana", "--door", "front", "--to", "+2h", "--json").json()["credentials"][0]["current"]["code"]
        self.assertEqual(home.type("front", code)["verdict"], "granted")
        home.wait_for_event("access.granted", "--door", "front")
        self.assertEqual(home.must("lock", "unlock", "front").out, "Opened.\n")

    def test_3_a_new_certificate_is_taken_and_the_link_goes_on(self):
        home = self.home
        self.assertEqual(home.served_names(), ["localhost"])
        links = home.log("front").count("linked to the platform")

        home.authority.certify("DNS:localhost,DNS:second.example")  # seen without a signal
        until("the new certificate is served", lambda: home.served_names() == ["localhost", "second.example"])
        shutil.copy(home.folder / "authority.key", home.folder / "key.pem")  # a key of something else
        until("the broken one is refused", lambda: "key values mismatch" in home.log("platform"))
        self.assertEqual(home.served_names(), ["localhost", "second.example"])
        home.authority.certify("DNS:localhost,DNS:third.example", days="7")
        home.processes["platform"].send_signal(signal.SIGHUP)
        until("the next is served", lambda: home.served_names() == ["localhost", "third.example"])
        until("its end is told", lambda: "ends soon" in home.log("platform"))
        self.assertEqual(self.alerts("open"), [], "it was made for a week")
        home.authority.certify("DNS:localhost,DNS:fourth.example", days="7", days_old=83)
        until("the alert", lambda: len(self.alerts("open")) == 1)
        self.assertIn("The certificate ends", home.must("health").out)
        anybody = subprocess.run(["curl", "-s", "--cacert", home.authority.file, home.url + "/v1/health"], capture_output=True, text=True, check=True)
        self.assertNotIn("certificate", anybody.stdout)
        home.authority.certify("DNS:localhost,DNS:third.example")
        until("the alert is over", lambda: len(self.alerts("closed")) == 1)

        self.assertEqual(home.must("lock", "unlock", "front").out, "Opened.\n")
        self.assertEqual(home.log("front").count("linked to the platform"), links)
        self.assertEqual(home.stop("front"), 0)
        self.assertEqual(home.stop("platform"), 0)


unittest.main(argv=sys.argv[:1], verbosity=2)
