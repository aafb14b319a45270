# SPDX-License-Identifier: Apache-2.0
"""A building with both apps for a browser: real processes as in tests/e2e, and a control server on the loopback through which the
scripts beside this file do what no browser can, such as standing at a door.

    POST /cli       {"words": ["person", "add", …]}     -> {"status": 0, "out": "…", "err": "…"}: cardea, as its owner
    POST /keypad    {"door": "front", "code": "123456"} -> the lock's verdict
    POST /button    {"door": "front"}                      the button inside
    POST /power     {"door": "front", "on": false}         its lock loses power at once, or gets it back
    POST /blank     {"door": "attic"}                      a new lock beside that door, without power -> {"label": "CARDEA1:…"}
    POST /platform  {"on": false}                          the platform stops, or starts again; with "homes": true it offers homes,
                                                           with "webhooks": true they may go to this machine
    POST /provider                                         a provider of OpenID Connect for the platform, with an account for ada
    POST /signs_in  {"name": "ada", "url": "…"}         -> {"location": "…"}: where it sends ada's browser, who has signed in there
    POST /fresh                                            its first start once more, with nothing there -> {"key": "…"}
A failure is a 500 with its words."""

import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
sys.dont_write_bytecode = True

from building import Building
from provider import Provider

SCRIPT_S_MAX = 500


class Stage:
    """`doors`: false for a platform with nothing in it."""

    def __init__(self, binaries, doors=True):
        self.home = Building(binaries, apps=True)
        try:
            self.home.make() if doors else self.home.start_platform()
        except BaseException:
            self.home.close()
            raise
        self.provider = None
        self.control = _serve(self)

    def close(self):
        self.control.shutdown()
        self.control.server_close()
        if self.provider is not None:
            self.provider.stop()
        self.home.close()

    def world(self):
        """What a script is told: browser.mjs."""
        return {"console": self.home.console_url, "phone": self.home.phone_url, "api": self.home.url,
                "key": (self.home.folder / "api-key").read_text().strip(), "control": f"http://127.0.0.1:{self.control.server_port}",
                "folder": str(self.home.folder)}

    def run(self, script, **more):
        """Runs a script of this folder to its end, in Node.js; what it says goes to standard output."""
        environment = {**os.environ, "CARDEA_WORLD": json.dumps({**self.world(), **more})}
        process = subprocess.Popen([sys.executable, ROOT / "tools/web/node.py", ROOT / "tests/browser" / script], env=environment,
                                   start_new_session=True)
        try:
            return process.wait(timeout=SCRIPT_S_MAX)
        finally:
            if process.poll() is None:  # and the browser with it
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    # --- what the control server does

    def do_cli(self, words):
        answer = self.home.cardea(*words)
        return {"status": answer.status, "out": answer.out, "err": answer.err}

    def do_keypad(self, door, code):
        return self.home.type(door, code)

    def do_button(self, door):
        self.home.must("lock", "press", "--state", door)
        return {}

    def do_power(self, door, on):
        if on:
            self.home.run_lock(door)
        else:
            self.home.processes[door].kill()
            self.home.wait_for_end(door)
        return {}

    def do_blank(self, door):
        return {"label": self.home.must("lock", "init", "--state", door, "--class", "protected").out.splitlines()[0]}

    def do_platform(self, on, homes=False, webhooks=False):
        if on:
            self.home.start_platform(*(["--homes"] if homes else []), *(["--test-webhooks"] if webhooks else []))
        else:
            self.home.stop("platform")
        return {}

    def do_provider(self):
        self.provider = there = Provider(self.home.folder / "provider", [self.home.console_url + "/sign-in/oidc"])
        there.add_user("ada", "ada@example.org", True)
        secret = self.home.folder / "secret"
        secret.write_text(there.client_secret + "\n")
        self.home.stop("platform")
        self.home.start_platform("--oidc-issuer", there.issuer, "--oidc-client-id", there.client_id, "--oidc-client-secret-file", secret,
                                 "--oidc-ca-file", there.authority.file)
        return {}

    def do_signs_in(self, name, url):
        return {"location": self.provider.redirect_of(name, url)}

    def do_fresh(self):
        for name in list(self.home.processes):
            self.home.stop(name)
        for path in self.home.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.home.start_platform()
        return {"key": (self.home.folder / "api-key").read_text().strip()}


def _serve(stage):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
            try:
                status, answer = 200, getattr(stage, "do_" + self.path.strip("/"))(**body)
            except Exception:
                status, answer = 500, {"failed": traceback.format_exc()}
            out = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(out)))
            self.end_headers()
            self.wfile.write(out)

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
