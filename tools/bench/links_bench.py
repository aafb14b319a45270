# SPDX-License-Identifier: Apache-2.0
"""Ten thousand locks linked to one release server over TLS, by tests/load/main.cpp:

  links/memory      what the server's memory grows by for each lock that is linked and idle
  links/unlock_p50  POST …/unlock until its answer, at 1,000 locks that each write a record a second, beside the link's raw round
                    trip (a WebSocket ping under the same TLS, on the same sockets, in the same seconds)
  links/unlock_p99  the same for the slowest of a hundred

The unlocking is the whole of it: key and permission, the event that is committed before the lock hears, challenge, run, result.
CARDEA_BENCH_LOCKS sets another number of locks."""

import json
import os
import resource
import subprocess
import sys
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
        port = free_port()
        command = on_core(SERVER_CORE, build.RELEASE_BIN / "cardea-server", "--state", state, "--listen", f"127.0.0.1:{port}", "--key-rate", "0",
                          "--tls-certificate", certificate, "--tls-key", key)
        super().__init__(command, port, "/v1/health", state.parent / "log")
        self.url = f"https://localhost:{port}"

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
    got = json.loads(crowd.stdout)
    kib = (got["rss_after"] - got["rss_before"]) / got["locks"] / 1024
    return [row("links/memory", round(kib, 2), f"KiB a lock, {LOCKS} locks", target=at_most_value(24)),
            *[row(f"links/unlock_{name}", got[f"unlock_{name}_us"], "µs", "raw round trip of a link", got[f"raw_{name}_us"],
                  round(got[f"unlock_{name}_us"] / got[f"raw_{name}_us"], 2), target) for name, target in
              (("p50", at_most_ratio(3)), ("p99", None))]]


if __name__ == "__main__":
    sys.exit(run_benchmark(run))
