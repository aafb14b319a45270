#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/models/session.pml under Spin: no state breaks a claim, and each twin with one thing left out does."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

MODEL = Path(__file__).parents[2] / "spec/models/session.pml"
ONE_KEY = ["-DSTARTS=3", "-DANSWERS=3", "-DMIRRORED=0"]
MIRRORED = ["-DSTARTS=2", "-DANSWERS=1", "-DMIRRORED=1"]
# What is left out, and the bounds under which that shows.
TWINS = {"NO_IDENTITY": MIRRORED, "NO_DIRECTION": ONE_KEY, "NO_SUITE": ONE_KEY, "NO_NONCE": ONE_KEY, "EAGER": ONE_KEY, "LATE": ONE_KEY}
STATES_LEAST = 100_000  # fewer: the model has lost steps, and what holds in it says little


def search(defines):
    """(states, errors) of an exhaustive search; it stops at the first error. Steps that Spin takes back halfway are no end states: -E."""
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *command: subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=300).stdout
        run("spin", *defines, "-a", str(MODEL))
        run("gcc", "-w", "-O1", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=2000", "-o", "pan", "pan.c")
        report = run("./pan", "-E", "-n", "-m100000")
    if "max search depth too small" in report or "Search not completed" in report and "errors: 0" in report:
        sys.exit(f"not exhaustive:\n{report}")
    return int(re.search(r"(\d+) states, stored", report).group(1)), int(re.search(r"errors: (\d+)", report).group(1))


def main():
    wrong = []
    for name, bounds in (("one key", ONE_KEY), ("mirrored keys", MIRRORED)):
        states, errors = search(bounds)
        print(f"{name}: {states:,} states, {errors} errors")
        if errors or states < STATES_LEAST:
            wrong.append(name)
    for left_out, bounds in TWINS.items():
        states, errors = search([f"-D{left_out}", *bounds])
        print(f"twin {left_out}: {'caught' if errors else 'NOT caught'} after {states:,} states")
        if not errors:
            wrong.append(left_out)
    if wrong:
        print("wrong: " + ", ".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
