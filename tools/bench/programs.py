# SPDX-License-Identifier: Apache-2.0
"""The programs that a whole-process benchmark runs: the platform, nginx as its reference, wrk as the clients. Servers are pinned
to one core and clients to another, where there are two."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import build
import ui
from api import Api

CLIENT_COUNT = 64
READY_S_MAX = 20.0
STOP_S_MAX = 20.0
HERE = Path(__file__).resolve().parent
_cores = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = _cores[0], _cores[-1]


def on_core(core: int, *command: str | Path) -> list[str]:
    return ["taskset", "--cpu-list", str(core), *map(str, command)]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A process that serves HTTP on `port`, until the end of a `with`."""

    def __init__(self, command: list[str], port: int, path: str, log: Path, environment: dict[str, str] | None = None):
        self.port, self.path, self.url, self.log = port, path, f"http://127.0.0.1:{port}", log
        self.command, self.environment = command, {**os.environ, **(environment or {})}

    def __enter__(self):
        with self.log.open("wb") as log:
            begun = time.monotonic()
            self.process = subprocess.Popen(self.command, cwd=build.ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        try:
            self._wait_until_it_answers(begun + READY_S_MAX)
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        self.ready_s = time.monotonic() - begun
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        if not self._ends_within(STOP_S_MAX):
            self.process.kill()
            self.process.wait()
            raise ui.Failed(f"{' '.join(self.command)}: did not stop within {STOP_S_MAX:.0f} s")

    def _ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def _wait_until_it_answers(self, deadline: float) -> None:
        """Its first 200; it is asked about every millisecond."""
        while not self._answers():
            if self._ends_within(0.001) or time.monotonic() > deadline:
                said = self.log.read_text(errors="replace").strip()
                raise ui.Failed(f"{' '.join(self.command)} does not answer: {said or 'it says nothing'}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=READY_S_MAX) as one:
                one.sendall(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                return one.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


class Platform(Server):
    """cardea-server on a state folder; its first start makes an API key. With `apps`, at `console_url` and `phone_url`."""

    def __init__(self, state: Path, pinned: bool = True, environment: dict[str, str] | None = None, apps: bool = False):
        port, console, phone = free_port(), free_port(), free_port()
        self.console_url, self.phone_url = f"http://localhost:{console}", f"http://localhost:{phone}"
        served = ["--console", f"127.0.0.1:{console}", "--console-url", self.console_url, "--phone", f"127.0.0.1:{phone}", "--phone-url",
                  self.phone_url]
        self.key_file = state / "api-key"
        command = [str(build.RELEASE_BIN / "cardea-server"), "--state", str(state), "--listen", f"127.0.0.1:{port}", "--api-key-file",
                   str(self.key_file), "--key-rate", "0", *(served if apps else ["--console", "off", "--phone", "off"])]
        super().__init__(on_core(SERVER_CORE, *command) if pinned else command, port, "/v1/health", state / "log", environment)

    def api(self) -> Api:
        return Api(self.url, self.key_file.read_text().strip())


def nginx(folder: Path, body: bytes) -> Server:
    """nginx as it is fastest: one worker, no log, a static answer of the size of `body`."""
    port = free_port()
    temporary = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
{temporary}  default_type application/json;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 "{'x' * len(body)}"; }}
  }}
}}
""")
    return Server(on_core(SERVER_CORE, "nginx", "-e", folder / "nginx.log", "-p", folder, "-c", folder / "nginx.conf"), port, "/",
                  folder / "nginx.said")


def wrk(url: str, key: str | None, seconds: int, script: str, *words: str | int) -> float:
    """Answers per second to 64 clients, every one of them a success."""
    command = on_core(CLIENT_CORE, "wrk", "--threads", "1", "--connections", str(CLIENT_COUNT), "--duration", f"{seconds}s", "--script",
                      HERE / script)
    if key:
        command += ["--header", f"Authorization: Bearer {key}"]
    done = subprocess.run([*command, url, *map(str, words)], cwd=HERE, text=True, capture_output=True, timeout=seconds + 30)
    if done.returncode != 0:
        raise ui.Failed(f"wrk {url}: {done.stderr.strip() or done.stdout.strip()}")
    counts = json.loads(done.stdout.strip().splitlines()[-1])
    if counts["failures"] != 0 or counts["answers"] == 0:
        raise ui.Failed(f"wrk {url}: {counts['failures']} of {counts['answers']} answers are failures")
    return counts["answers"] / counts["seconds"]
