# SPDX-License-Identifier: Apache-2.0
"""Runs every fuzz target in turn (libFuzzer with ASan and UBSan), or those whose name contains TARGET. What a target learns stays
in build/corpus/<target>. A crash is kept in build/crashes, with the line that replays it."""

import os
import subprocess

import build
import ui

SANITIZER_OPTIONS = {"UBSAN_OPTIONS": "print_stacktrace=1", "ASAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19"}
FUZZERS = build.BUILD / "fuzz" / "fuzzers"


def add_arguments(parser) -> None:
    parser.add_argument("target", nargs="?", default="", help="part of a target's name")
    parser.add_argument("--seconds", type=int, default=30, metavar="N", help="how long each target runs (30)")


def _run_one(name: str, seconds: int) -> bool:
    corpus, crashes = build.BUILD / "corpus" / name, build.BUILD / "crashes"
    corpus.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(parents=True, exist_ok=True)
    seeds = build.ROOT / "tests" / "corpus" / name
    log_path = crashes / f"{name}.log"
    command = [FUZZERS / name, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
               f"-artifact_prefix={crashes}/{name}-", corpus] + ([seeds] if seeds.is_dir() else [])
    with log_path.open("wb") as log:
        status = subprocess.run(command, cwd=build.ROOT, stdout=log, stderr=subprocess.STDOUT,
                                env={**SANITIZER_OPTIONS, **os.environ}).returncode
    lines = log_path.read_text(errors="replace").splitlines()
    runs = next((line.split()[-1] for line in lines if line.startswith("stat::number_of_executed_units")), "?")
    if status == 0:
        print(f"{ui.green('ok')}      {name}: {runs} runs, {sum(1 for _ in corpus.iterdir())} inputs kept")
        return True
    artifact = next((line.split()[-1] for line in lines if "Test unit written to" in line), None)
    print("\n".join(lines[-60:]))
    print(f"{ui.red('CRASHED')} {name}. The whole log: {log_path.relative_to(build.ROOT)}. To replay it:")
    print(f"  {' '.join(f'{k}={v}' for k, v in SANITIZER_OPTIONS.items())} build/fuzz/fuzzers/{name} {os.path.relpath(artifact, build.ROOT) if artifact else corpus.relative_to(build.ROOT)}")
    return False


def run(arguments) -> int:
    if arguments.seconds < 1:
        raise ui.Failed("--seconds: at least 1", 2)
    parts = ui.Parts()
    with parts.part("build the fuzz targets: preset fuzz"):
        build.build("fuzz", "cardea_fuzzers")
    names = sorted(path.name for path in FUZZERS.glob("*") if arguments.target in path.name and os.access(path, os.X_OK))
    if not names:
        raise ui.Failed(f"no fuzz target has '{arguments.target}' in its name", 2)
    failed = 0
    with parts.part(f"{len(names)} targets, {arguments.seconds} s each"):
        for name in names:
            failed += not _run_one(name, arguments.seconds)
    parts.print_times()
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0
