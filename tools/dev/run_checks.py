# SPDX-License-Identifier: Apache-2.0
"""Looks at the sources and runs no test: format, house rules (layers, calls, leftovers, rules without a test), warnings as
errors, and clang-tidy on the files that changed since the branch left main. Goes through all of it and then says what failed.

./dev check --fix formats in place. ./dev check --rules prints which test proves which rule of spec/."""

import subprocess
import sys

import build
import tidy
import ui

CLANG_FORMAT = "clang-format-19"


def add_arguments(parser) -> None:
    parser.add_argument("--fix", action="store_true", help="write the right format into the files, then check")
    parser.add_argument("--rules", action="store_true", help="print the table of rules and tests, and do nothing else")
    parser.add_argument("--tidy", nargs="+", metavar="PATH", help="run only clang-tidy, on these files or folders")
    parser.add_argument("--tidy-seconds", type=float, default=180, metavar="S",
                        help="start no clang-tidy after this time (180); what is left over is listed and fails nothing")


def _sources() -> list[str]:
    sys.path.append(str(build.ROOT / "tools" / "check"))
    from repo import Repo
    return Repo.of_folder(build.ROOT).cpp_paths()


def _format(fix: bool) -> bool:
    words = [CLANG_FORMAT, "-i"] if fix else [CLANG_FORMAT, "--dry-run", "--Werror", "--ferror-limit=3"]
    sources = _sources()
    if not sources:
        return True
    if subprocess.run([*words, *sources], cwd=build.ROOT).returncode == 0:
        return True
    print("./dev check --fix writes the right format")
    return False


def _house_rules() -> bool:
    return subprocess.run([sys.executable, "tools/check"], cwd=build.ROOT).returncode == 0


def _compile() -> bool:
    try:
        build.build("dev")
        build.build("mcu")
    except ui.Failed as failure:
        print(failure)
        return False
    return True


def run(arguments) -> int:
    if arguments.rules:
        return subprocess.run([sys.executable, "tools/check", "--rules"], cwd=build.ROOT).returncode
    if arguments.tidy:
        build.configure("dev")
        return 0 if tidy.check(arguments.tidy, arguments.tidy_seconds) else 1
    steps = {"format": lambda: _format(arguments.fix), "house rules": _house_rules,
             "warnings as errors": _compile, "clang-tidy": lambda: tidy.check(None, arguments.tidy_seconds)}
    parts, failed = ui.Parts(), []
    for name, step in steps.items():
        with parts.part(name):
            if not step():
                failed.append(name)
    parts.print_times()
    if failed:
        print(ui.red(f"failed: {', '.join(failed)}"))
        return 1
    print(ui.green("all checks passed"))
    return 0
