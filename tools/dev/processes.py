# SPDX-License-Identifier: Apache-2.0
"""The processes that ./dev run leaves behind: started with a log, found again by their pid file, stopped with their work done."""

import os
import signal
import subprocess
import time
from pathlib import Path

import build
import ui

RUN = build.BUILD / "run"
STOP_S_MAX = 15.0
POLL_S = 0.05


class Process:
    """`name` names its pid file and its log in build/run."""

    def __init__(self, name: str):
        self.name = name
        self.pid_file = RUN / f"{name}.pid"
        self.log = RUN / f"{name}.log"

    def start(self, *command: str | Path) -> None:
        """In a session of its own, so that Ctrl-C reaches only ./dev, which stops things in their order."""
        with self.log.open("ab") as log:
            started = subprocess.Popen([str(word) for word in command], cwd=build.ROOT, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=subprocess.STDOUT, start_new_session=True)
        self.pid_file.write_text(f"{started.pid}\n")

    def pid(self) -> int | None:
        """The process, if it lives and is one of ours: a pid may have gone to another program since."""
        try:
            pid = int(self.pid_file.read_text())
            _reap(pid)
            program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
        except (OSError, ValueError):
            return None
        return pid if Path(program).parent == build.RELEASE_BIN else None

    def stop(self) -> bool:
        """Asks it to stop and waits; kills it if it does not. True when it stopped as asked, or did not run."""
        asked = None
        deadline = time.monotonic() + STOP_S_MAX
        while (pid := self.pid()) is not None:
            if asked is None:
                os.kill(pid, signal.SIGTERM)
                asked = pid
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                print(ui.red(f"{self.name} did not stop within {STOP_S_MAX:.0f} s and was killed; its log: {shown(self.log)}"))
                self.pid_file.unlink(missing_ok=True)
                return False
            time.sleep(POLL_S)
        self.pid_file.unlink(missing_ok=True)
        return True

    def last_lines(self, count: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""


def _reap(pid: int) -> None:
    """A child of ours that ended is a zombie until somebody asks."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def shown(path: Path) -> str:
    return str(path.relative_to(build.ROOT))


# In the order in which they start; they stop in the other.
SERVER = Process("platform")
FRONT = Process("front")
SIDE = Process("side")
GATEWAY = Process("gateway")  # of an emulated front door only
ALL = [SERVER, FRONT, SIDE, GATEWAY]


def started() -> list[Process]:
    """Those that ./dev run started, whether they still run or not."""
    return [process for process in ALL if process.pid_file.exists()]


def stop_all() -> bool:
    stopped = [process.stop() for process in reversed(ALL)]
    return all(stopped)
