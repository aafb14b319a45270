# SPDX-License-Identifier: Apache-2.0
"""The rows of benchmarks written in Python; tools/bench/report.hpp has them for C++."""

import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
import ui


def _met(target: dict | None, value: float, ratio: float | None) -> bool | None:
    if target is None:
        return None
    figure = value if target["on"] == "value" else ratio
    if figure is None:
        return False
    return figure <= target["x"] if target["op"] == "<=" else figure >= target["x"]


def row(name: str, value: float, unit: str, reference: str | None = None, reference_value: float | None = None,
        ratio: float | None = None, target: dict | None = None) -> dict:
    return {"name": name, "value": value, "unit": unit, "reference": reference, "reference_value": reference_value, "ratio": ratio,
            "target": target, "met": _met(target, value, ratio)}


def compared(name: str, unit: str, reference: str, turns: list[tuple[float, float]], target: dict) -> dict:
    """A row from turns of (ours, reference). The ratio is the median of the turns' ratios, so that a neighbour's load on the
    machine meets both."""
    ours, theirs = zip(*turns)
    ratio = statistics.median(mine / its for mine, its in turns)
    return row(name, round(statistics.median(ours), 6), unit, reference, round(statistics.median(theirs), 6), round(ratio, 4), target)


def at_least_ratio(x: float) -> dict:
    return {"on": "ratio", "op": ">=", "x": x}


def at_most_ratio(x: float) -> dict:
    return {"on": "ratio", "op": "<=", "x": x}


def at_most_value(x: float) -> dict:
    return {"on": "value", "op": "<=", "x": x}


def print_rows(rows: list[dict]) -> None:
    """As every benchmark prints them: --json for ./dev bench, else a line a row."""
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows, indent=2))
        return
    for each in rows:
        print(f"{each['name']:<40} {each['value']:>14,} {each['unit']}  ratio {each['ratio']}  met {each['met']}")


def run_benchmark(run) -> int:
    """A whole benchmark: `run(folder)` makes its rows in an empty folder, which is gone afterwards. The folder lies beside the build,
    on its disk: what is durable there is what a user gets, and /tmp may be memory."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build.BUILD) as folder:
        try:
            print_rows(run(Path(folder)))
        except ui.Failed as failed:
            print(failed, file=sys.stderr)
            return 1
    return 0
