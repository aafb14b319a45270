# SPDX-License-Identifier: Apache-2.0
"""Runs the attacks of tests/attacks, each against the shipped code and against a twin weakened where the attack aims. A line an
attack: `ID stopped|open caught|missed`: did the shipped code stop it, and did the attack catch the twin. An attack passes when
it was stopped and caught. tests/attacks/README.md lists what each id stands for."""

import re
import subprocess

import build
import ui

PROGRAMS = build.BUILD / "dev" / "attacks"
_LINE = re.compile(r"^(\S+) (stopped|open) (caught|missed)$")


def add_arguments(parser) -> None:
    parser.add_argument("arguments", nargs="*", metavar="ID", help="run only these attacks")


def read_lines(output: str) -> dict[str, bool]:
    """Whether each attack that reported passed."""
    return {found.group(1): found.group(2) == "stopped" and found.group(3) == "caught"
            for line in output.splitlines() if (found := _LINE.match(line))}


def run(arguments) -> int:
    build.build("dev", "cardea_attacks")
    programs = sorted(path for path in PROGRAMS.glob("*") if path.is_file())
    if not programs:
        raise ui.Failed(f"there is no attack program in {PROGRAMS.relative_to(build.ROOT)}")
    verdicts: dict[str, bool] = {}
    broken = 0
    for program in programs:
        done = subprocess.run([program, *arguments.arguments], cwd=build.ROOT, text=True, stdout=subprocess.PIPE)
        lines = read_lines(done.stdout)
        if done.returncode == 2 and arguments.arguments and not lines:
            continue  # those ids are of another program
        for line in done.stdout.splitlines():
            if not re.match(r"^\d+ passed, \d+ failed$", line):
                print(line)
        verdicts.update(lines)
        if done.returncode != 0 and all(lines.values()):
            print(ui.red(f"{program.name} ended with exit status {done.returncode}"))
            broken += 1
    failed = broken + sum(1 for passed in verdicts.values() if not passed)
    if not verdicts and not broken:
        raise ui.Failed("no attack has such an id: " + " ".join(arguments.arguments), 2)
    print(f"{sum(verdicts.values())} passed, {failed} failed")
    return 1 if failed else 0
