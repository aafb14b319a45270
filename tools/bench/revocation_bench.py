# SPDX-License-Identifier: Apache-2.0
"""From the request that revokes a credential until the platform knows that the lock opens for it no more, over a real lock's link:

  server/revocation/p50, p99     the lock answers when its memory holds the change"""

import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
import ui
from programs import Platform
from rows import at_most_value, row, run_benchmark
from server_bench import House

REVOCATIONS = 200
P99_S_MAX = 2
DEADLINE_S = 30


def until(what: str, condition) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise ui.Failed(f"waited {DEADLINE_S} s for {what}")


def revocation_s(api, house: House) -> float:
    """Issues a credential, lets it reach the lock, and ends it."""
    path = "/v1/credentials/" + api.call("POST", house.credentials_path, {"door_id": house.door, "kind": "token"})["credential"]["id"]
    until("the credential to be on the lock", lambda: api.get(path)["delivery"] == "on_lock")
    begun = time.perf_counter()
    api.call("POST", f"{path}/revoke")
    until("the lock to end it", lambda: api.get(path)["delivery"] == "ended")
    return time.perf_counter() - begun


def run(folder: Path) -> list[dict]:
    state = folder / "state"
    state.mkdir()
    with Platform(state, pinned=False) as platform:
        house = House(platform, folder)
        api = platform.api()
        lock = subprocess.Popen([str(build.RELEASE_BIN / "cardea-lock"), "run", "--state", str(folder / "lock"), "--platform", platform.url],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            seconds = sorted(revocation_s(api, house) for _ in range(REVOCATIONS))
        finally:
            lock.terminate()
            lock.wait()
    p50, p99 = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    return [row("server/revocation/p50", round(p50, 6), "s"),
            row("server/revocation/p99", round(p99, 6), "s", target=at_most_value(P99_S_MAX))]


if __name__ == "__main__":
    sys.exit(run_benchmark(run))
