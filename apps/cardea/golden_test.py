#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of golden/*.txt and compares what a user sees, line by line.

    $ cardea code otp …        run by sh, with the folder of the binaries first in PATH
    what it prints             standard output and standard error as on a terminal
    [exit 2]                   only when it is not 0

golden_test.py BIN_FOLDER            compare
golden_test.py BIN_FOLDER --update   write what was seen: read the difference before you commit it
"""

import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent / "golden"


def run(command, env, cwd):
    done = subprocess.run(["sh", "-c", command], env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    text = done.stdout
    if text and not text.endswith("\n"):
        text += "\n"
    return text + (f"[exit {done.returncode}]\n" if done.returncode != 0 else "")


def replay(text, env):
    """The file as it would be if every command printed what it prints now."""
    out = []
    in_output = False
    with tempfile.TemporaryDirectory() as cwd:
        for line in text.splitlines(keepends=True):
            if line.startswith("$ "):
                out.append(line)
                out.append(run(line[2:].strip(), env, cwd))
                in_output = True
            elif line.strip() == "" or line.startswith("#"):
                out.append(line)
                in_output = False
            elif not in_output:
                sys.exit(f"a line that is neither command, output nor comment: {line}")
    return "".join(out)


def main():
    binaries = os.path.abspath(sys.argv[1])
    env = {"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "CARDEA_TEST_SPEC": str(FOLDER.parents[2] / "spec")}
    failed = 0
    for path in sorted(FOLDER.glob("*.txt")):
        expected = path.read_text()
        seen = replay(expected, env)
        if seen == expected:
            continue
        if "--update" in sys.argv:
            path.write_text(seen)
            continue
        failed += 1
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(seen)
            file.flush()
            subprocess.run(["diff", "-u", "--label", f"expected {path.name}", "--label", "seen", str(path), file.name], check=False)
    sys.exit(1 if failed else 0)


main()
