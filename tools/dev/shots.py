# SPDX-License-Identifier: Apache-2.0
"""Pictures of every main screen of the console and the phone app, at desktop and phone size, light and dark, in three languages, from a
real platform with its building: build/screenshots/APP/SCREEN-SIZE-SCHEME-LANGUAGE.png. tests/browser/{console,phone}_shots.mjs list the screens.

With a FILTER, only those pictures whose name it matches (a regular expression)."""

import os
import shutil
import subprocess
import sys

import build
import ui

SHOTS = build.BUILD / "screenshots"


def add_arguments(parser) -> None:
    parser.add_argument("filter", nargs="?", default="", help="take only the pictures whose name this regular expression matches")


def run(arguments) -> int:
    parts = ui.Parts()
    with parts.part("build release"):
        build.build("release", "cardea_apps")
    if not arguments.filter:
        shutil.rmtree(SHOTS, ignore_errors=True)
    with parts.part("take the pictures"):
        done = subprocess.run([sys.executable, build.ROOT / "tests/browser/shots.py", build.RELEASE_BIN, SHOTS, arguments.filter],
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    if done.returncode != 0:
        raise ui.Failed("not every picture was taken: see above")
    print(f"{sum(1 for _ in SHOTS.rglob('*.png'))} pictures in {SHOTS.relative_to(build.ROOT)}")
    return 0
