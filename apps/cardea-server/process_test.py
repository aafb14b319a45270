#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts the real cardea-server the way a user does, and the ways a user should not.

process_test.py CARDEA_SERVER
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

BINARY = sys.argv.pop(1)
DEADLINE_S = 120

OFF = ("--console", "off", "--phone", "off")


def apps_of(words):
    """With both apps at any port, unless `words` says where."""
    words = [str(word) for word in words]
    return words + [word for app in ("--console", "--phone") if app not in words for word in (app, "127.0.0.1:0")]


class Server:
    """One process with its own state folder, ready when the object is."""

    def __init__(self, state, *more, env=None):
        self.process = subprocess.Popen([BINARY, "--listen", "127.0.0.1:0", "--state", str(state), *apps_of(more)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if metrics := re.match(r"Metrics are served at port (\d+)", line):
                self.metrics_url = f"http://127.0.0.1:{metrics[1]}/metrics"
            if app := re.match(r"The (console|phone) (?:app )?is at (\S+)", line):
                setattr(self, app[1], app[2])
            if ready := re.match(r"cardea-server ready on (http://\S+)", line):
                self.url = ready[1]
                return
        raise AssertionError(f"never ready: {self.process.stderr.read()}")

    def get(self, path, key=None):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {key}"} if key else {})
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            self.trace = error.headers["Trace-Id"]
            return error.code, json.load(error)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, err


def refusal(*arguments, env=None):
    """A start that must fail: its exit status and what it says."""
    done = subprocess.run([BINARY, *apps_of(arguments)], capture_output=True, text=True, timeout=DEADLINE_S, env={**os.environ, **(env or {})})
    return done.returncode, done.stderr


class ProcessTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.state = pathlib.Path(self.folder.name) / "state"

    def test_refuses_a_listen_address_it_cannot_read(self):
        for text in ("nowhere", "127.0.0.1:99999", "127.0.0.1:", ":80", "example.org:80"):
            status, said = refusal("--state", self.state, "--listen", text)
            self.assertEqual(status, 2, said)
            self.assertTrue("expected ADDRESS:PORT" in said or "it is no IP address" in said, said)
        status, said = refusal("--state", self.state, "--unknown")
        self.assertEqual(status, 2)

    def test_refuses_a_database_that_another_process_holds(self):
        first = Server(self.state)
        status, said = refusal("--state", self.state, "--listen", "127.0.0.1:0")
        self.assertEqual(status, 2)
        self.assertIn(f"another cardea-server (pid {first.process.pid}) uses", said)
        other = pathlib.Path(self.folder.name) / "other"
        status, said = refusal("--state", other, "--listen", first.url.removeprefix("http://"))
        self.assertEqual(status, 2)
        self.assertIn("it is in use", said)
        self.assertEqual(first.stop()[0], 0)

    def test_refuses_a_wrong_passphrase_and_touches_nothing(self):
        passphrase = pathlib.Path(self.folder.name) / "passphrase"
        passphrase.write_text("correct horse\n")
        self.assertEqual(Server(self.state, "--passphrase-file", str(passphrase)).stop()[0], 0)
        before = (self.state / "keystore.sealed").read_bytes()
        status, said = refusal("--state", self.state, "--listen", "127.0.0.1:0", env={"CARDEA_PASSPHRASE": "wrong"})
        self.assertEqual(status, 2)
        self.assertIn("passphrase", said)
        self.assertEqual((self.state / "keystore.sealed").read_bytes(), before)
        self.assertEqual(Server(self.state, env={"CARDEA_PASSPHRASE": "correct horse"}).stop()[0], 0)

    def test_refuses_to_go_on_without_its_key_store(self):
        self.assertEqual(Server(self.state).stop()[0], 0)
        (self.state / "keystore.sealed").unlink()
        status, said = refusal("--state", self.state, "--listen", "127.0.0.1:0")
        self.assertEqual(status, 2)
        self.assertIn("Put it back from a backup", said)
        self.assertFalse((self.state / "keystore.sealed").exists())

    def test_refuses_a_state_folder_that_cannot_be_made(self):
        self.state.write_text("a file")
        status, said = refusal("--state", self.state)
        self.assertEqual(status, 2)
        self.assertIn(str(self.state), said)

    def test_refuses_a_public_url_that_browsers_bind_no_passkey_to(self):
        status, said = refusal("--state", self.state, "--public-url", "http://cardea.example.org/console")
        self.assertEqual(status, 2)
        self.assertIn("https://cardea.example.org", said)
        self.assertFalse(self.state.exists())

    def test_serves_no_metrics_and_nothing_in_plain_beyond_the_loopback(self):
        status, said = refusal("--state", self.state, "--listen", "0.0.0.0:0")
        self.assertEqual(status, 2)
        self.assertIn("--tls-certificate", said)
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
            status, said = refusal("--state", self.state, "--listen", "127.0.0.1:0", "--metrics", address)
            self.assertEqual(status, 2, said)
            self.assertIn("on the loopback only", said)
        status, said = refusal("--state", self.state, "--metrics", "9480:")
        self.assertIn("expected ADDRESS:PORT", said)

    def test_serves_metrics_that_name_nobody(self):
        server = Server(self.state, "--metrics", "127.0.0.1:0")
        key = (self.state / "api-key").read_text().strip()
        self.assertEqual(server.get("/metrics", key)[0], 404)  # not where everybody asks
        workspace = server.get("/v1/workspace", key)[1]
        server.get("/v1/doors/door_" + "0" * 32, key)
        server.get("/v1/workspace", "wrong")
        with urllib.request.urlopen(server.metrics_url, timeout=DEADLINE_S) as answer:
            text = answer.read().decode()
        self.assertIn('cardea_http_requests_total{method="GET",route="/v1/doors/{door_id}",status="404"} 1\n', text)
        self.assertIn('cardea_http_requests_total{method="GET",route="/v1/workspace",status="200"} 1\n', text)
        self.assertIn("\ncardea_unauthorized_total 1\n", text)
        self.assertIn("\ncardea_campaigns_halted 0\n", text)
        self.assertRegex(text, r"\ncardea_store_commits_total [1-9]")
        self.assertNotIn(workspace["id"], text)
        self.assertEqual(set(re.findall(r"[{,]([a-z_]+)=", text)), {"method", "route", "status", "le", "outcome"})
        self.assertEqual(server.stop()[0], 0)

    def test_serves_each_app_at_an_origin_of_its_own_with_the_api_as_far_as_it_needs_it(self):
        server = Server(self.state)
        key = (self.state / "api-key").read_text().strip()
        for url, workspace in ((server.console, 200), (server.phone, 404)):
            with urllib.request.urlopen(url, timeout=DEADLINE_S) as page:
                self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
                self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
                self.assertIn(b'<script type="module"', page.read())
            server.url, api = url, server.url
            self.assertEqual(server.get("/v1/health")[0], 200)
            self.assertEqual(server.get("/v1/workspace", key)[0], workspace)
            self.assertEqual(server.get("/v1/nothing", key)[1]["code"], "route_not_found")
            server.url = api
        self.assertEqual(server.get("/")[0], 404, "the API is no page")
        status, said = refusal("--state", pathlib.Path(self.folder.name) / "other", "--listen", "127.0.0.1:0",
                               "--phone", server.phone.replace("http://localhost", "127.0.0.1"))
        self.assertEqual(status, 2)
        self.assertIn("another address with --phone", said)
        self.assertEqual(server.stop()[0], 0)
        alone = Server(self.state, *OFF)
        self.assertFalse(hasattr(alone, "console") or hasattr(alone, "phone"))
        self.assertEqual(alone.stop()[0], 0)

    def test_takes_locks_of_strangers_only_where_that_was_said(self):
        wish = {"attempt": "ab" * 32, "label": "CARDEA1:NOTHING", "door_name": "Front", "zone": "Europe/Zurich", "person_name": "Eve", "language": "en"}
        for words, offered, code in (((), False, "homes_off"), (("--homes",), True, "label_malformed")):
            server = Server(self.state, *words)
            self.assertIs(server.get("/v1/health")[1]["homes"], offered)
            request = urllib.request.Request(server.phone + "/v1/homes", json.dumps(wish).encode(), {"Content-Type": "application/json"})
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=DEADLINE_S)
            self.assertEqual(json.load(refused.exception)["code"], code)
            self.assertEqual(server.stop()[0], 0)

    def test_refuses_an_app_at_no_address_beyond_the_loopback_in_plain_or_with_a_path(self):
        for words, why in ((("--console", "nowhere"), "expected ADDRESS:PORT"), (("--phone", "0.0.0.0:0"), "--tls-certificate"),
                           (("--console-url", "https://console.example.org/a"), "without a path")):
            status, said = refusal("--state", self.state, "--listen", "127.0.0.1:0", *words)
            self.assertEqual(status, 2, said)
            self.assertIn(why, said)
        self.assertFalse(self.state.exists())

    def test_makes_an_api_key_once_that_opens_the_api(self):
        key_file = pathlib.Path(self.folder.name) / "the-key"
        server = Server(self.state, "--api-key-file", str(key_file))
        key = key_file.read_text().strip()
        self.assertEqual(key_file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o700)
        self.assertEqual(server.get("/v1/health")[0], 200)
        self.assertEqual(server.get("/v1/workspace")[1]["code"], "unauthorized")
        self.assertEqual(server.get("/v1/workspace", key + "0")[0], 401)
        self.assertEqual(server.get("/v1/workspace", key)[0], 200)
        self.assertEqual(server.stop(signal.SIGINT)[0], 0)
        key_file.unlink()
        again = Server(self.state, "--api-key-file", str(key_file))
        self.assertFalse(key_file.exists())
        self.assertEqual(again.get("/v1/workspace", key)[0], 200)
        self.assertEqual(again.stop()[0], 0)

    def test_survives_a_kill_and_starts_again(self):
        server = Server(self.state)
        key = (self.state / "api-key").read_text().strip()
        server.process.kill()
        server.process.communicate(timeout=DEADLINE_S)
        again = Server(self.state)
        self.assertEqual(again.get("/v1/workspace", key)[0], 200)
        self.assertEqual(again.stop()[0], 0)

    def test_logs_json_lines_without_the_key(self):
        server = Server(self.state, "--log", "json", "--verbose")
        key = (self.state / "api-key").read_text().strip()
        server.get("/v1/workspace?key=" + key, key)
        server.get("/v1/workspace", key)
        server.get("/v1/doors/nothing", key)
        status, said = server.stop()
        self.assertEqual(status, 0)
        lines = [json.loads(line) for line in said.splitlines()]
        requests = [line for line in lines if line["event"] == "request"]
        self.assertEqual([line["path"] for line in requests], ["/v1/workspace", "/v1/workspace", "/v1/doors/nothing"])
        self.assertEqual(requests[2]["trace"], server.trace)
        self.assertTrue(requests[1]["by"].startswith("key_"))
        self.assertEqual(lines[-1]["event"], "stopped")
        self.assertNotIn(key.removeprefix("cardea_"), said)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
