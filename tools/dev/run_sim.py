# SPDX-License-Identifier: Apache-2.0
"""Long campaigns with the shipped code: every power cut of every scenario, once and twice, and the attacks with their large
repetition counts. Hands its arguments to cardea-sim, built for release; ./dev sim -- --help lists the campaigns. A failure
prints one line that replays it."""

import argparse
import subprocess

import build
import ui

PROGRAM = build.RELEASE_BIN / "cardea-sim"


def add_arguments(parser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="for cardea-sim")


def run(arguments) -> int:
    build.build("release", "cardea_apps")
    if not PROGRAM.exists():
        raise ui.Failed("cardea-sim was not built: apps/CMakeLists.txt names it")
    words = arguments.arguments[1:] if arguments.arguments[:1] == ["--"] else arguments.arguments
    return subprocess.run([PROGRAM, *words], cwd=build.ROOT).returncode
