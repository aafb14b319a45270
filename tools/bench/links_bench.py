# SPDX-License-Identifier: Apache-2.0
"""Ten thousand locks linked to one release server over TLS, by tests/load/main.cpp:

  links/memory      what the server's memory grows by for each lock that is linked and idle
  links/unlock_p50  POST …/unlock until its answer, at 1,000 locks that each write a record a second, beside the link's raw round
                    trip (a WebSocket ping under the same TLS, on the same sockets, in the same seconds)
  links/unlock_p99  the same for the slowest of a hundred
  links/unlock_with_commit
                    the p50 beside what no order of ours can do without: two round trips (challenge and run) and a commit, which took
                    as long as the server's own metrics say of the mean

The unlocking is the whole of it: key and permission, the event that is committed before the lock hears, challenge, run, result.
CARDEA_BENCH_LOCKS sets another number of locks."""

import json
import os
import resource
import subprocess
import sys
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
import ui
from programs import CLIENT_CORE, SERVER_CORE, Server, free_port, on_core
from rows import at_most_ratio, at_most_value, row, run_benchmark

LOCKS = int(os.environ.get("CARDEA_BENCH_LOCKS", "10000"))
BUSY, SECONDS = 1_000, 15
DESCRIPTORS_BESIDE = 200


def certify(folder: Path) -> None:
    """One certificate that is its own authority."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "key.pem",
                    "-out", folder / "certificate.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"],
                   check=True, capture_output=True)


class TlsPlatform(Server):
    def __init__(self, state: Path, certificate: Path, key: Path):
        port, metrics_port = free_port(), free_port()
        command = on_core(SERVER_CORE, build.RELEASE_BIN / "cardea-server", "--state", state, "--listen", f"127.0.0.1:{port}", "--key-rate", "0",
                          "--tls-certificate", certificate, "--tls-key", key, "--metrics", f"127.0.0.1:{metrics_port}", "--console", "off", "--phone", "off")
        super().__init__(command, port, "/v1/health", state.parent / "log")
        self.url = f"https://localhost:{port}"
        self.metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"

    def commit_us(self) -> float:
        """What a commit took, on average since the start."""
        with urllib.request.urlopen(self.metrics_url) as answer:
            figures = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line.startswith("cardea_store_commit_seconds_"))
        return 1e6 * float(figures["cardea_store_commit_seconds_sum"]) / float(figures["cardea_store_commit_seconds_count"])

    def _answers(self) -> bool:
        return "ready on https" in self.log.read_text(errors="replace")


def run(folder: Path) -> list[dict]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < LOCKS + DESCRIPTORS_BESIDE:
        raise ui.Failed(f"{LOCKS} locks need as many open files, and this machine allows {hard}: raise ulimit -Hn")
    certify(folder)
    with TlsPlatform(folder / "state", folder / "certificate.pem", folder / "key.pem") as platform:
        crowd = subprocess.run(on_core(CLIENT_CORE, build.BUILD / "release" / "bench" / "cardea_link_crowd", platform.url, folder / "certificate.pem",
                                       folder / "state" / "api-key", platform.process.pid, LOCKS, BUSY, SECONDS),
                               text=True, capture_output=True)
        if crowd.returncode != 0:
            raise ui.Failed(crowd.stderr.strip() or f"the crowd ended with {crowd.returncode}")
        commit_us = platform.commit_us()
    got = json.loads(crowd.stdout)
    needed_us = 2 * got["raw_p50_us"] + commit_us
    kib = (got["rss_after"] - got["rss_before"]) / got["locks"] / 1024
    return [row("links/memory", round(kib, 2), f"KiB a lock, {LOCKS} locks", target=at_most_value(24)),
            *[row(f"links/unlock_{name}", got[f"unlock_{name}_us"], "µs", "raw round trip of a link", got[f"raw_{name}_us"],
                  round(got[f"unlock_{name}_us"] / got[f"raw_{name}_us"], 2), target) for name, target in
              (("p50", at_most_ratio(3)), ("p99", None))],
            row("links/unlock_with_commit", got["unlock_p50_us"], "µs", "two round trips and a commit", round(needed_us, 1),
                round(got["unlock_p50_us"] / needed_us, 2), at_most_ratio(3))]


if __name__ == "__main__":
    sys.exit(run_benchmark(run))
