# SPDX-License-Identifier: Apache-2.0
"""Builds with ASan and UBSan and runs every test; builds core, lock and an image for two microcontrollers, where anything that wants a heap or
an operating system does not build. With a FILTER, runs the tests whose name it matches (a regular expression; `ctest -N
--test-dir build/dev` lists the names) and builds the images only if a test runs them.

`./dev test package` makes the Debian package of the release binaries and installs it into a clean root, as root: it builds
everything a second time, and so is not part of the rest.

The last line is `N passed, N failed`: test cases, a binary without cases of its own counting as one."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree

import build
import package
import ui

RESULTS = build.BUILD / "dev" / "results.xml"


def add_arguments(parser) -> None:
    parser.add_argument("filter", nargs="?", help="run only the tests whose name this regular expression matches")


def count_cases(results: ElementTree.Element) -> tuple[int, int, int]:
    """(passed, failed, skipped) cases: GoogleTest and unittest say how many they ran, anything else is one case."""
    passed = failed = skipped = 0
    for test in results.iter("testcase"):
        output = test.findtext("system-out") or ""
        ran = _number(r"^\[==========\] (\d+) tests? from .* ran\.", output) or _number(r"^Ran (\d+) tests? in", output) or 1
        bad = _number(r"^\[  FAILED  \] (\d+) tests?", output) or 0
        bad += sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", output) if output.rstrip().endswith(")"))
        not_run = _number(r"^\[  SKIPPED \] (\d+) tests?", output) or 0
        if test.get("status") != "run" and bad == 0:
            bad = 1
        bad = min(bad, ran)
        passed, failed, skipped = passed + ran - bad - not_run, failed + bad, skipped + not_run
    return passed, failed, skipped


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text, re.MULTILINE)
    return int(found.group(1)) if found else None


def _ctest(name_filter: str | None) -> int:
    # Twice as many as there are cores: the longest ones wait most of their time, for a lock to be silent or to start again.
    command = ["ctest", "--test-dir", str(build.BUILD / "dev"), "--parallel", str(2 * build.jobs()), "--output-on-failure",
               "--no-tests=error", "--test-output-size-passed", "10000000", "--test-output-size-failed", "10000000",
               "--output-junit", str(RESULTS)]
    if name_filter:
        command += ["-R", name_filter]
    RESULTS.unlink(missing_ok=True)
    return subprocess.run(command, cwd=build.ROOT).returncode


def run(arguments) -> int:
    parts = ui.Parts()
    if arguments.filter == "package":
        with parts.part("make the Debian package and install it into a clean root"):
            return 0 if package.passes_its_test() else 1
    try:
        with parts.part("build the tests: preset dev, ASan and UBSan"):
            build.build("dev")
        if not arguments.filter:
            for preset in ("mcu", "mcu-m33"):
                with parts.part(f"build core, lock and an image for a microcontroller: preset {preset}"):
                    build.build(preset)
        with parts.part("run the tests"):
            exit_status = _ctest(arguments.filter)
    finally:
        parts.print_times()
    if not RESULTS.exists():
        raise ui.Failed("ctest ran nothing" + (f": no test's name matches '{arguments.filter}'; ctest -N --test-dir build/dev "
                                               "lists the names" if arguments.filter else ": see above"))
    passed, failed, skipped = count_cases(ElementTree.parse(RESULTS).getroot())
    if skipped:
        print(f"{skipped} skipped")
    if exit_status != 0:
        failed = max(failed, 1)
    print((ui.red if failed else ui.green)(f"{passed} passed, {failed} failed"))
    return 1 if failed else 0
