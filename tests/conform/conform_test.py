#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`cardea conform` against the shipped lock, and against weak ones.

conform_test.py BINARIES WEAK_LOCK [--firmware IMAGE]
"""

import concurrent.futures
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

import weaken

BINARIES, WEAK_LOCK = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
IMAGE = pathlib.Path(sys.argv[4]).resolve() if "--firmware" in sys.argv else None
DEADLINE_S = 500
DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3

OPENS_ONCE = "power: a code opens once, wherever it goes"
APPLIED_WHOLLY = "power: a state is applied wholly, wherever it goes"
ACTIVATED_WHOLLY = "power: an activation is whole or none, wherever it goes"
GOES_ON = "power: an image goes on where it stood, wherever it goes"
CUTS = {ACTIVATED_WHOLLY, OPENS_ONCE, APPLIED_WHOLLY, GOES_ON}

# What each weakness breaks.
BREAKS = {
    "none": set(),
    "asks-unpressed": {"activation: waits for the button"},
    "asks-with-an-old-nonce": {"activation: each ask is fresh"},
    "obeys-twice": {"command: obeyed once"},
    "obeys-any-nonce": {"command: obeyed for its own challenge only"},
    "obeys-late": {"command: obeyed in time only"},
    "obeys-after-a-reconnect": {"command: obeyed in its connection only"},
    "answers-old-versions": {"desired: refuses what cannot be"},
    "takes-any-time": {"time: takes none it did not ask for"},
    "believes-any-receipt": {"receipt: believes its platform's only"},
    "says-applied-too-early": {APPLIED_WHOLLY},
    "opens-before-it-is-used-up": {OPENS_ONCE},
    "done-before-it-is": {ACTIVATED_WHOLLY},
    "counts-a-torn-sector": {GOES_ON},
}
PROCESS_HARDWARE = ("--vendor", "7984e2a0-393e-464e-8953-841fb9bfc5fb", "--class", "18da1f9d-6de3-572a-b6a4-c4dcc125f4c4")
# A lock that is a process takes images only when it is made with one.
WITH_IMAGES = {"none", "counts-a-torn-sector"}


class OnTheBench:
    """A lock that can be started anew by a command: it asks through one pipe, and is answered through another."""

    def __init__(self, folder, command):
        self.folder, self.command, self.process = pathlib.Path(folder), command, None
        self.asked, self.done = self.folder / "asked", self.folder / "done"
        os.mkfifo(self.asked)
        os.mkfifo(self.done)
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.start()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.asked.write_text("")
        self.thread.join(DEADLINE_S)
        self.stop()

    def serve(self):
        while self.asked.read_text():
            self.stop()
            self.start()
            self.done.write_text("started\n")

    def start(self):
        for name in ("panel.sock", "bearer.sock"):
            (self.folder / "lock" / name).unlink(missing_ok=True)
        with (self.folder / "lock.log").open("a") as log:
            self.process = subprocess.Popen(list(map(str, self.command)), stderr=log)
        event = threading.Event()
        while not ((self.folder / "lock/panel.sock").exists() and (self.folder / "lock/bearer.sock").exists()):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "lock.log").read_text())
            event.wait(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def conform(self, *more, restart=True):
        words = ["--bearer", f"unix:{self.folder}/lock/bearer.sock", "--panel", f"unix:{self.folder}/lock/panel.sock", *more]
        if restart:
            words += ["--restart", f"echo again > {self.asked} && read done < {self.done}"]
        return subprocess.run([BINARIES / "cardea-conform", *map(str, words)], capture_output=True, text=True, timeout=DEADLINE_S)


def cases_of(done, log):
    """Outcome by case."""
    if done.returncode not in (DONE, REFUSED):
        raise RuntimeError(done.stderr + log.read_text())
    said = json.loads(done.stdout)
    assert (said["failed"] == 0) == (done.returncode == DONE), said
    assert len(said["cases"]) == 49, said
    return {case["case"]: case for case in said["cases"]}


def run_against(command, *more, restart=True):
    with tempfile.TemporaryDirectory() as folder:
        with OnTheBench(folder, command(pathlib.Path(folder) / "lock")) as bench:
            return cases_of(bench.conform("--json", *more, restart=restart), bench.folder / "lock.log")


def shipped(state):
    return [BINARIES / "cardea-lock", "bench", "--state", state]


def on_the_board(state):
    return [*shipped(state), *([] if state.exists() else ["--firmware", IMAGE])]


def run_over_the_network():
    """The lock connects out, and commands stand for its panel."""
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        lock, at, log_path = BINARIES / "cardea-lock", ["--state", f"{folder}/lock"], pathlib.Path(folder) / "lock.log"
        made = subprocess.run([lock, "init", *at], capture_output=True, text=True, timeout=DEADLINE_S, check=True)
        (pathlib.Path(folder) / "label").write_text(made.stdout.splitlines()[0] + "\n")
        with log_path.open("w") as log:
            process = subprocess.Popen([lock, "run", *at, "--platform", f"http://{address}"], stderr=log)
        try:
            by = {f"--{action}-with": " ".join(map(str, [lock, action, *at])) for action in ("type", "press", "advance")}
            words = ["--json", "--bearer", f"ws:{address}", "--label-file", f"{folder}/label", *(word for pair in by.items() for word in pair)]
            return cases_of(subprocess.run([BINARIES / "cardea-conform", *words], capture_output=True, text=True, timeout=DEADLINE_S), log_path)
        finally:
            process.kill()
            process.wait(DEADLINE_S)


def first_image(folder):
    """An image for a lock that is a process, and its maker."""
    tool, key, image = pathlib.Path(__file__).resolve().parents[2] / "tools/firmware/image.py", folder / "maker.pem", folder / "first.img"
    say = lambda *words: subprocess.run([sys.executable, tool, *words], capture_output=True, text=True, timeout=DEADLINE_S, check=True).stdout.strip()
    say("key", key)
    say("sign", __file__, image, "--key", key, "--version", "1.0.0", "--counter", "1", *PROCESS_HARDWARE)
    return image, say("anchor", key)


RUNS = {}
MADE = tempfile.TemporaryDirectory()


def setUpModule():
    """Everything at once: kit and lock wait for each other most of the time, for what must not come."""
    pool = concurrent.futures.ThreadPoolExecutor(20)
    if IMAGE:
        RUNS["shipped"] = pool.submit(run_against, on_the_board)
        return
    RUNS["shipped"] = pool.submit(run_against, shipped)
    RUNS["unprotected"] = pool.submit(run_against, shipped, "--class", "unprotected")
    RUNS["without restart"] = pool.submit(run_against, shipped, restart=False)
    RUNS["network"] = pool.submit(run_over_the_network)
    image = first_image(pathlib.Path(MADE.name))
    for weakness in BREAKS:
        # Each cut is a start of the lock, the most of a run: only who breaks at one is cut, and who breaks nowhere.
        cuts = [] if BREAKS[weakness] & CUTS or weakness == "none" else ["--cuts", "0"]
        cuts = ["--cuts", "1"] if BREAKS[weakness] & {ACTIVATED_WHOLLY, GOES_ON} else cuts
        RUNS[weakness] = pool.submit(run_against, lambda state, name=weakness: [WEAK_LOCK, state, name, *(image if name in WITH_IMAGES else [])], *cuts)


class Conform(unittest.TestCase):
    def expect(self, outcomes, failed=frozenset(), skipped=frozenset()):
        self.assertEqual({name for name, case in outcomes.items() if case["verdict"] == "FAIL"}, set(failed),
                         [case for case in outcomes.values() if case["verdict"] == "FAIL"])
        self.assertEqual({name for name, case in outcomes.items() if case["verdict"] == "skipped"}, set(skipped))
        for case in outcomes.values():
            if case["verdict"] == "FAIL":
                self.assertIn(case["rule"], case["rules"].split())


class TheShippedLock(Conform):
    def test_passes_every_case(self):
        self.expect(RUNS["shipped"].result(), skipped=set() if IMAGE else {GOES_ON})

    @unittest.skipIf(IMAGE, "once is enough")
    def test_passes_every_case_as_an_unprotected_lock(self):
        outcomes = RUNS["unprotected"].result()
        self.expect(outcomes, skipped={GOES_ON, *(name for name in outcomes if "offline code" in name)})

    @unittest.skipIf(IMAGE, "it has no network")
    def test_passes_every_case_when_it_connects_out_and_commands_stand_for_the_panel(self):
        outcomes = RUNS["network"].result()
        self.expect(outcomes, skipped={GOES_ON, *(name for name, case in outcomes.items() if "--restart" in case.get("why", ""))})
        self.assertGreater(sum(case["verdict"] == "pass" for case in outcomes.values()), 38)

    @unittest.skipIf(IMAGE, "once is enough")
    def test_is_not_said_to_have_passed_what_was_not_tried(self):
        skipped = {name for name, case in RUNS["without restart"].result().items() if case["verdict"] == "skipped"}
        self.assertIn("wait: a restart does not end it", skipped)
        self.assertIn("desired: keeps it over a restart", skipped)
        self.assertLessEqual(CUTS, skipped)

    @unittest.skipIf(IMAGE, "once is enough")
    def test_a_wrong_command_line_and_a_lock_that_is_not_there_are_said(self):
        for words, status in ((["--bearer", "COM1"], USAGE), (["--bearer", "unix:/nowhere", "--label-file", "/nowhere"], USAGE)):
            done = subprocess.run([BINARIES / "cardea-conform", *words], capture_output=True, text=True, timeout=DEADLINE_S)
            self.assertEqual(done.returncode, status, done)


class WeakLocks(Conform):
    @unittest.skipIf(IMAGE, "they are processes")
    def test_each_fails_exactly_what_it_breaks(self):
        self.assertEqual(set(BREAKS), {"none", *weaken.WEAKNESSES})
        for weakness, failed in BREAKS.items():
            with self.subTest(weakness):
                skipped = CUTS if not failed & CUTS and weakness != "none" else set() if weakness in WITH_IMAGES else {GOES_ON}
                self.expect(RUNS[weakness].result(), failed, skipped)


unittest.main(argv=sys.argv[:1], verbosity=2)
