# SPDX-License-Identifier: Apache-2.0
"""clang-tidy on what changed, within a bounded time. What was clean once is not looked at again until it, a header it
includes, or .clang-tidy changes."""

import concurrent.futures
import hashlib
import json
import re
import subprocess
import threading
import time
from pathlib import Path

import build
import changed

CLANG_TIDY = "clang-tidy-19"
FOLDER = build.BUILD / "tidy"
_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def compile_commands() -> dict[str, dict]:
    """The commands of preset dev by path, without what only g++ knows: its warnings and its precompiled headers."""
    commands = {}
    for entry in json.loads((build.BUILD / "dev" / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if not path.is_relative_to(build.ROOT) or path.is_relative_to(build.BUILD):
            continue
        entry["command"] = re.sub(r" (-W\S+|-include \S*cmake_pch\S*|-fno-sanitize=\S+|-fsanitize=\S+|-fconcepts-\S+)", "", entry["command"])
        commands[str(path.relative_to(build.ROOT))] = entry
    return commands


def choose(commands: dict[str, dict]) -> tuple[list[str], str]:
    """The files to look at, device code first, and why these."""
    commit = changed.base()
    if commit is None:
        chosen, why = {path for path in commands if path.startswith(("core/", "lock/"))}, "core and lock: no commit to compare with"
    else:
        touched = changed.paths_since(commit)
        stems = {path.removesuffix(".hpp") for path in touched if path.endswith(".hpp")}
        chosen = {path for path in commands if path in touched or path.removesuffix(".cpp") in stems}
        why = f"changed since {commit[:8]}"
    return sorted(chosen, key=lambda path: (path.endswith("_test.cpp"), not path.startswith(("core/", "lock/")), path)), why


def check(files: list[str] | None, seconds_max: float) -> bool:
    """True when nothing was found. `files`: None for what changed."""
    commands = compile_commands()
    if files is None:
        files, why = choose(commands)
    else:
        files, why = sorted(path for path in commands if any(path == f or path.startswith(f.rstrip("/") + "/") for f in files)), "as asked"
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "compile_commands.json").write_text(json.dumps(list(commands.values())))
    fingerprints = {path: fingerprint(path, commands[path]["command"]) for path in files}
    todo = [path for path in files if not (FOLDER / fingerprints[path]).exists()]
    print(f"clang-tidy: {len(files)} files ({why}), {len(files) - len(todo)} of them known to be clean")
    deadline = time.monotonic() + seconds_max
    findings, left, done, lock = 0, [], 0, threading.Lock()

    def look(path: str) -> None:
        nonlocal findings, done
        if time.monotonic() > deadline:
            left.append(path)
            return
        start = time.monotonic()
        # The analyzer walks into GoogleTest's macros, at ten times the cost and for nothing.
        fewer = ["--checks=-clang-analyzer-*"] if path.endswith("_test.cpp") else []
        result = subprocess.run([CLANG_TIDY, "-p", str(FOLDER), "--quiet", "--warnings-as-errors=*", *fewer, path], cwd=build.ROOT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with lock:
            done += 1
            print(f"[{done}/{len(todo)}] {path}  {time.monotonic() - start:.1f} s", flush=True)
            if result.returncode == 0:
                (FOLDER / fingerprints[path]).touch()
                return
            findings += 1
            print(result.stdout.replace(f"{build.ROOT}/", ""), end="")
            if not result.stdout.strip():
                print(result.stderr, end="")

    with concurrent.futures.ThreadPoolExecutor(build.jobs()) as pool:
        list(pool.map(look, todo))
    if left:
        print(f"advice: the {seconds_max:.0f} s for clang-tidy were over before {len(left)} files: ./dev check --tidy FILE looks at one")
    return findings == 0


def fingerprint(path: str, command: str) -> str:
    """A name for this file, all it includes of ours, how it is compiled and what is asked of it."""
    digest = hashlib.sha256(command.encode() + (build.ROOT / ".clang-tidy").read_bytes())
    waiting, seen = [path], {path}
    while waiting:
        source = build.ROOT / waiting.pop()
        if not source.is_file():
            continue
        text = source.read_text(errors="replace")
        digest.update(text.encode())
        for included in _INCLUDE.findall(text):
            if included not in seen:
                seen.add(included)
                waiting.append(included)
    return digest.hexdigest()[:32]
