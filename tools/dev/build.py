# SPDX-License-Identifier: Apache-2.0
"""Builds the release binaries: build/release/bin/{cardea,cardea-server,cardea-lock,…}."""

import os
import subprocess
from pathlib import Path

import ui

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
RELEASE_BIN = BUILD / "release" / "bin"
MEMORY_PER_COMPILER_KB = 1_500_000  # what one server file takes under the sanitizers, with room


def jobs() -> int:
    """As many compilers as there are cores and room in memory for; CARDEA_JOBS overrides."""
    if chosen := os.environ.get("CARDEA_JOBS"):
        if not chosen.isdigit() or int(chosen) == 0:
            raise ui.Failed(f"CARDEA_JOBS={chosen}: a number of 1 or more, please", 2)
        return int(chosen)
    memory_kb = int(Path("/proc/meminfo").read_text().split("MemTotal:")[1].split()[0])
    return max(1, min(len(os.sched_getaffinity(0)), memory_kb // MEMORY_PER_COMPILER_KB))


def configure(preset: str) -> None:
    """Runs cmake when this preset has no build yet or the presets changed; Ninja runs it for any other reason."""
    ninja_file = BUILD / preset / "build.ninja"
    if ninja_file.exists() and ninja_file.stat().st_mtime >= (ROOT / "CMakePresets.json").stat().st_mtime:
        return
    done = subprocess.run(["cmake", "--preset", preset], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        print(done.stdout)
        raise ui.Failed(f"cmake --preset {preset} failed: see above")
    ninja_file.touch()


def build(preset: str, *targets: str) -> None:
    configure(preset)
    environment = {"NINJA_STATUS": "[%f/%t, %es] ", **os.environ}
    command = ["cmake", "--build", f"build/{preset}", "-j", str(jobs())]
    if targets:
        command += ["--target", *targets]
    if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
        raise ui.Failed(f"the build of preset {preset} failed: see above. To repeat it: {' '.join(command)}")


def add_arguments(parser) -> None:
    del parser


def run(arguments) -> int:
    del arguments
    parts = ui.Parts()
    with parts.part("build release"):
        build("release", "cardea_apps")
    parts.print_times()
    for binary in sorted(RELEASE_BIN.glob("cardea*")):
        print(binary.relative_to(ROOT))
    return 0
