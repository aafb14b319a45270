#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a script with the Node.js and the packages that web/package-lock.json pins.

    node.py SCRIPT [words…]         SCRIPT: a .mjs or .ts file of this repository
    node.py --install               only gets the packages

The packages are put into build/web by `npm ci`, from whatever registry npm is set to, and again only when one of web/package.json,
web/package-lock.json and web/.npmrc changed. Node.js itself is one of them: Debian's is older, and only its npm is used. Scripts
see the repository as build/web/repo, so that their imports find the packages above them and none lie among the sources."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WEB = ROOT / "build" / "web"
PINS = ("package.json", "package-lock.json", ".npmrc")


def install() -> None:
    WEB.mkdir(parents=True, exist_ok=True)
    stamp, wanted = WEB / "installed", hashlib.sha256(b"\0".join((ROOT / "web" / pin).read_bytes() for pin in PINS)).hexdigest()
    with (WEB / "lock").open("w") as lock:  # tests run side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        stamp.unlink(missing_ok=True)
        for pin in PINS:
            shutil.copy(ROOT / "web" / pin, WEB / pin)
        if shutil.which("npm") is None:
            sys.exit("node.py: there is no npm. ./dev test and ./dev check install it; by hand: apt-get install npm")
        # In its own words: npm says what went wrong.
        done = subprocess.run(["npm", "ci", "--loglevel=error"], cwd=WEB, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"node.py: npm ci in {WEB} failed. Is the registry that npm is set to in reach?\n{done.stdout}")
        link = WEB / "repo"
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT, target_is_directory=True)
        stamp.write_text(wanted)


def node() -> Path:
    found = sorted((WEB / "node_modules").glob("node-linux-*/bin/node"))
    if not found:
        sys.exit("node.py: there is no Node.js for this machine in web/package.json, only for Linux on x64 and arm64")
    return found[0]


def main() -> None:
    install()
    if sys.argv[1:] == ["--install"]:
        return
    script = WEB / "repo" / Path(sys.argv[1]).resolve().relative_to(ROOT)
    command = [node(), "--preserve-symlinks", "--preserve-symlinks-main", "--disable-warning=ExperimentalWarning", script, *sys.argv[2:]]
    os.execv(command[0], [str(word) for word in command])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
