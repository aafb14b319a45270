# SPDX-License-Identifier: Apache-2.0
"""A platform and its building as real processes in a folder of their own, driven only through what a user has: the command line.
Nothing sleeps for a fixed time: what takes time is polled until a deadline."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

DEADLINE_S = 60.0
ZONE = "Europe/Zurich"
NO_APPS = ("--console", "off", "--phone", "off")


class Answer:
    def __init__(self, words, done):
        self.words, self.status, self.out, self.err = words, done.returncode, done.stdout, done.stderr

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise AssertionError(f"no JSON: {self}") from None

    def __str__(self):
        return f"$ cardea {' '.join(self.words)}\n{self.out}{self.err}[exit {self.status}]"


def listens(path):
    """Whether somebody accepts connections there; the socket's file outlives a lock whose power was cut."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(os.path.relpath(path))
        except OSError:
            return False
    return True


def until(what, condition, patience_s=DEADLINE_S):
    """What `condition` returns once it is true; it is asked every few milliseconds, so that what it asks gets on with its work."""
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience_s:.0f} s for {what}")
        pause.wait(0.005)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Building:
    """Three doors, as ./dev run makes them: front (protected, online), side (unprotected, online), cellar (protected, no network)."""

    def __init__(self, binaries, apps=False):
        """With `apps`, the console and the phone app are served at `console_url` and `phone_url`."""
        self.cardea_path = pathlib.Path(binaries).resolve() / "cardea"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cardea-e2e-"))
        self.url = f"http://127.0.0.1:{free_port()}"
        self.environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "CARDEA_SERVER": self.url,
                            "CARDEA_API_KEY_FILE": str(self.folder / "api-key")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.processes = {}
        self.apps = NO_APPS
        if apps:
            console, phone = free_port(), free_port()
            self.console_url, self.phone_url = f"http://localhost:{console}", f"http://localhost:{phone}"
            self.apps = ("--console", f"127.0.0.1:{console}", "--console-url", self.console_url,
                         "--phone", f"127.0.0.1:{phone}", "--phone-url", self.phone_url)

    # --- processes

    def cardea(self, *words):
        words = [str(word) for word in words]
        done = subprocess.run([self.cardea_path, *words], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=DEADLINE_S, start_new_session=True)
        if done.returncode < 0 or "Sanitizer" in done.stderr or "runtime error" in done.stderr:
            raise AssertionError(str(Answer(words, done)))
        return Answer(words, done)

    def must(self, *words):
        """It does what it is asked, or the test ends."""
        answer = self.cardea(*words)
        assert answer.status == 0, str(answer)
        return answer

    def get(self, path):
        """For what the command line does not do."""
        return self.request(path, None)

    def post(self, path, body):
        return self.request(path, json.dumps(body).encode())

    def request(self, path, body):
        headers = {"Authorization": "Bearer " + (self.folder / "api-key").read_text().strip(), "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return json.load(answer)

    def start(self, name, *words):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen([self.cardea_path, *[str(word) for word in words]], env=self.environment,
                                                    cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def wait_for_end(self, name):
        return self.processes.pop(name).wait(timeout=DEADLINE_S)

    def stop(self, name):
        """Asks it to stop; its exit status."""
        self.processes[name].send_signal(signal.SIGTERM)
        return self.wait_for_end(name)

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()
        shutil.rmtree(self.folder)

    # --- what the tour does

    def start_platform(self, *more):
        self.start("platform", "serve", *more, *self.apps, "--state", self.folder / "platform", "--public-url",
                   self.url.replace("127.0.0.1", "localhost"), "--listen", self.url.removeprefix("http://"),
                   "--api-key-file", self.folder / "api-key")

        def healthy():
            assert self.processes["platform"].poll() is None, self.log("platform")
            return self.cardea("health").status == 0
        until("the platform answered", healthy)

    def make(self):
        self.start_platform()
        self.must("site", "add", "home")
        for door in ("front", "side", "cellar"):
            self.must("door", "add", door, "--site", "home", "--zone", ZONE)
        self.claim("front", "protected")
        self.claim("side", "unprotected")
        self.claim("cellar", "protected")
        for door in ("front", "side"):
            self.run_lock(door)
            self.must("lock", "press", "--state", door)
            until(f"{door} is active", lambda door=door: self.lock(door)["state"] == "active" and self.lock(door)["online"])
        self.activate_by_files("cellar")

    def claim(self, door, lock_class):
        label = self.must("lock", "init", "--state", door, "--class", lock_class).out.splitlines()[0]
        self.must("lock", "claim", "--door", door, "--label", label, "--class", lock_class)

    def run_lock(self, door):
        self.start(door, "lock", "run", "--state", door, "--platform", self.url)

        def awake():
            assert self.processes[door].poll() is None, self.log(door)
            # Asked directly: a command that finds nobody listening runs the lock itself, and would keep this one out.
            return listens(self.folder / door / "lock.sock")
        until(f"the lock of {door} runs", awake)

    def activate_by_files(self, door):
        self.must("lock", "file", "ask", "--press", "--state", door, "--to", "ask")
        self.must("lock", "exchange", door, "ask", "--out", "answer")
        self.must("lock", "file", "answer", "--state", door, "--from", "answer")
        self.carry_file(door)

    def carry_file(self, door):
        """The lock's records to the platform; time, receipt and settings back."""
        self.must("lock", "file", "out", "--state", door, "--to", "out")
        self.must("lock", "exchange", door, "out", "--out", "in")
        self.must("lock", "file", "in", "--state", door, "--from", "in")

    def lock(self, door):
        return self.must("lock", "show", door, "--json").json()

    def type(self, door, code):
        """The verdict; the exit status says the same."""
        answer = self.cardea("lock", "type", "--state", door, code)
        verdict = answer.json()
        assert answer.status == (1 if verdict["verdict"] == "refused" else 0), str(answer)
        return verdict

    def events(self, *filters):
        """The newest first."""
        return self.must("events", "--limit", 200, "--json", *filters).json()["items"]

    def wait_for_event(self, event_type, *filters):
        return until(f"an event {event_type}", lambda: self.events("--type", event_type, *filters))[0]
