# SPDX-License-Identifier: Apache-2.0
"""./dev COMMAND: one module a command; each has a docstring for --help, add_arguments(parser) and run(arguments),
or TAKES_ALL_WORDS and run(words)."""

import argparse
import importlib
import os
import sys

import ui

MODULES = {"run": "run_platform", "stop": "stop_platform", "test": "run_tests", "check": "run_checks", "build": "build",
           "bench": "run_bench", "attacks": "run_attacks", "fuzz": "run_fuzz", "sim": "run_sim", "package": "package",
           "firmware": "firmware", "shots": "shots", "playground": "playground"}


def main(words: list[str]) -> int:
    command = words[0]
    module = importlib.import_module(MODULES[command])
    parser = argparse.ArgumentParser(prog=f"./dev {command}", description=module.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    if getattr(module, "TAKES_ALL_WORDS", False):
        if words[1:2] not in (["-h"], ["--help"]):
            return module.run(words[1:])
    else:
        module.add_arguments(parser)
    return module.run(parser.parse_args(words[1:]))


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    try:
        sys.exit(main(sys.argv[1:]))
    except ui.Failed as failure:
        print(ui.red(f"dev: {failure}"), file=sys.stderr)
        sys.exit(failure.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
