# SPDX-License-Identifier: Apache-2.0
"""Long campaigns with the shipped code, built for release. The last line of a campaign is `N passed, N failed`.

  ./dev sim                 all of them: every power cut of every scenario, once and twice; the platform killed 1,000 times under load;
                            then the attacks with their large counts
  ./dev sim --scenario X …  the power cuts of one scenario; ./dev sim -- --help says more. A failure prints such a line: it replays it
  ./dev sim platform …      the platform killed under load, on bad disks, with jumping clocks; --cycles N, --seed S replays
  ./dev sim attacks [ID]    the attacks of tests/attacks with their large repetition counts
  ./dev sim skip …          every executed instruction of a refused entry left out, on the emulated board; --only SCENARIO, --part 3/16"""

import subprocess
import sys

import build
import ui

TAKES_ALL_WORDS = True  # options too: they are the campaign's


def _campaign(name: str, words: list[str]) -> bool:
    return subprocess.run([build.BUILD / "release" / name, *words], cwd=build.ROOT).returncode == 0


def _platform(words: list[str]) -> bool:
    folder = build.BUILD / "release"
    command = [sys.executable, build.ROOT / "tests" / "sim" / "platform" / "campaign.py", "--binaries", folder / "bin", "--faults",
               folder / "sim" / "faults.so", "--command", "./dev sim platform", *words]
    return subprocess.run(command, cwd=build.ROOT).returncode == 0


def _skip(words: list[str]) -> bool:
    build.build("mcu", "cardea-skip")
    image = build.BUILD / "mcu" / "firmware" / "cardea-skip-an385.elf"
    return subprocess.run([sys.executable, build.ROOT / "tests" / "firmware" / "skip_test.py", image, "--every", *words]).returncode == 0


def run(words: list[str]) -> int:
    if words[:1] == ["--"]:
        words = words[1:]
    if words[:1] == ["skip"]:
        return 0 if _skip(words[1:]) else 1
    build.build("release", "cardea-sim", "cardea_attacks", "cardea_sim_faults", "cardea_apps")
    if words[:1] == ["platform"]:
        return 0 if _platform(words[1:]) else 1
    if words[:1] == ["attacks"]:
        return 0 if _campaign("attacks/cardea-attacks", ["--full", *words[1:]]) else 1
    if words:
        return subprocess.run([build.BUILD / "release" / "sim" / "cardea-sim", *words], cwd=build.ROOT).returncode
    parts, failed = ui.Parts(), []
    for title, name, options in (("power cuts, one a run", "sim/cardea-sim", ["--all"]),
                                 ("power cuts, two a run", "sim/cardea-sim", ["--all", "--doubles"]),
                                 ("attacks, large counts", "attacks/cardea-attacks", ["--full"])):
        with parts.part(title):
            if not _campaign(name, options):
                failed.append(title)
    with parts.part("the platform, killed"):
        if not _platform(["--cycles", "1000"]):
            failed.append("the platform, killed")
    with parts.part("instructions left out"):
        if not _skip([]):
            failed.append("instructions left out")
    parts.print_times()
    if failed:
        raise ui.Failed(f"failed: {', '.join(failed)}")
    return 0
