# SPDX-License-Identifier: Apache-2.0
"""The house rules: python3 tools/check. ./dev check runs them among other things."""

import sys
from pathlib import Path

import calls
import layers
import rules
import shape
import web
from repo import Repo

CHECKS = {"layers": layers.check, "calls": calls.check, "shape": shape.check, "web": web.check, "rules and their tests": rules.check}


def main() -> int:
    root = Path(__file__).resolve().parent.parent.parent
    repo = Repo.of_folder(root)
    if sys.argv[1:] == ["--rules"]:
        print(rules.table(repo), end="")
        return 0
    for advice in shape.advise(repo):
        print(f"advice: {advice}")
    failed = 0
    for name, check in CHECKS.items():
        findings = sorted(set(check(repo)))
        failed += bool(findings)
        for finding in findings:
            print(finding)
        print(f"{'FAILED' if findings else 'ok':>6}  {name}" + (f": {len(findings)} found" if findings else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
