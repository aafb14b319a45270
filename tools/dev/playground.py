# SPDX-License-Identifier: Apache-2.0
"""A lock to play with: the lock component as WebAssembly in a page of its own. Type a code, see what it writes into its flash before
the bolt moves, let time pass, pull the plug. Builds the page into build/web/dist/playground, a folder that any web server can
serve as it is, and serves it here until Ctrl-C."""

import subprocess
import sys

import build
import ui

FOLDER = build.BUILD / "web" / "dist" / "playground"


def add_arguments(parser) -> None:
    parser.add_argument("--build", action="store_true", help="only build it")
    parser.add_argument("--port", type=int, default=8483, help="where to serve it (8483)")


def make() -> None:
    parts = ui.Parts()
    with parts.part("build the lock for a browser: preset wasm"):
        build.build("wasm", "cardea-wasm")
    with parts.part("build the page"):
        done = subprocess.run([sys.executable, build.ROOT / "tools" / "web" / "build.py", "playground"])
    if done.returncode != 0:
        raise ui.Failed("the page was not built: see above")


def run(arguments) -> int:
    make()
    if arguments.build:
        print(FOLDER.relative_to(build.ROOT))
        return 0
    return subprocess.run([sys.executable, build.ROOT / "tools" / "web" / "serve.py", FOLDER, str(arguments.port)]).returncode
