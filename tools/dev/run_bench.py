# SPDX-License-Identifier: Apache-2.0
"""Measures, on this machine and in one run, our figures beside their references: what beside code is called x_bench.cpp, and
tools/bench/*.py for whole processes. An unmet target is shown and exits 0; a benchmark that does not run exits 1.

--json FILE writes a flat array of {name, value, unit, reference, reference_value, ratio, target, met}; FILE may be - ."""

import json
import subprocess
import sys
from pathlib import Path

import build
import ui

FIELDS = ["name", "value", "unit", "reference", "reference_value", "ratio", "target", "met"]


def add_arguments(parser) -> None:
    parser.add_argument("filter", nargs="?", default="", help="run only the benchmarks whose binary, script or row has this in its name")
    parser.add_argument("--json", metavar="FILE", help="also write the rows to FILE as JSON")


def _programs() -> list[list[str]]:
    binaries = sorted(path for path in (build.BUILD / "release" / "bench").glob("*_bench"))
    scripts = sorted((build.ROOT / "tools" / "bench").glob("*_bench.py"))
    return [[str(path)] for path in binaries] + [[sys.executable, str(path)] for path in scripts]


def _rows(program: list[str]) -> list[dict]:
    name = Path(program[-1]).name
    done = subprocess.run([*program, "--json"], cwd=build.ROOT, text=True, stdout=subprocess.PIPE)
    try:
        if done.returncode != 0:
            raise ValueError(f"exit status {done.returncode}")
        rows = json.loads(done.stdout)
        for row in rows:
            if list(row) != FIELDS:
                raise ValueError(f"a row has the fields {list(row)}, not {FIELDS}")
        return rows
    except ValueError as error:
        raise ui.Failed(f"{name}: {error}") from None


def _figure(value) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _target(row: dict) -> str:
    if row["target"] is None:
        return ""
    words = f"{row['target']['on']} {row['target']['op']} {_figure(row['target']['x'])}"
    return ui.green(f"{words}  met") if row["met"] else ui.red(f"{words}  NOT MET")


def print_table(rows: list[dict]) -> None:
    head = ["figure", "ours", "unit", "reference", "", "ratio", "target"]
    table = [head] + [[row["name"], _figure(row["value"]), row["unit"], row["reference"] or "", _figure(row["reference_value"]),
                       "" if row["ratio"] is None else f"{row['ratio']:.2f}", _target(row)] for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(head) - 1)]
    right = {1, 4, 5}
    for line in table:
        cells = [text.rjust(widths[i]) if i in right else text.ljust(widths[i]) for i, text in enumerate(line[:-1])]
        print("  ".join([*cells, line[-1]]).rstrip())


def run(arguments) -> int:
    parts, rows, failed = ui.Parts(), [], []
    with parts.part("build release"):
        build.build("release", "cardea_apps", "cardea_benches")
    with parts.part("build mcu"):
        build.build("mcu", "all", "cardea_peers")
    for program in _programs():
        name = Path(program[-1]).name
        matches_name = arguments.filter in name
        with parts.part(name):
            try:
                rows += [row for row in _rows(program) if matches_name or arguments.filter in row["name"]]
            except ui.Failed as failure:
                failed.append(str(failure))
                print(ui.red(str(failure)))
    parts.print_times()
    print_table(rows)
    if arguments.json == "-":
        json.dump(rows, sys.stdout, indent=2)
        print()
    elif arguments.json:
        Path(arguments.json).write_text(json.dumps(rows, indent=2) + "\n")
    if failed:
        raise ui.Failed("; ".join(failed))
    if not rows:
        raise ui.Failed(f"no benchmark has '{arguments.filter}' in its name" if arguments.filter else "there is no benchmark")
    return 0
