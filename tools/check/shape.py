# SPDX-License-Identifier: Apache-2.0
"""The outside of files: license line, executable bit, size, leftovers, paths of somebody's machine."""

import re

from repo import Finding, Repo, line_of, search_all

SIZE_BYTES_MAX = 500_000
LINES_ADVISED = 500
_LICENSE_LINE = "SPDX-License-Identifier: Apache-2.0"
_SOURCE = re.compile(r"(\.(cpp|hpp|c|h|py|sh|cmake|ts|tsx|js|mjs|css|html|sql|ld|S)|/CMakeLists\.txt|^CMakeLists\.txt|^\.clang-(format|tidy))$")
# Generated, or data made elsewhere: not held to the rules for what people write.
_NOT_WRITTEN_HERE = re.compile(r"(^|/)(package-lock\.json|LICENSE)$|^spec/vectors/")
# Spelt in two halves, so that this file is not its own finding.
_LEFTOVER = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"]) + r")\b")
_MACHINE_PATH = re.compile(r"(?<![\w.$}/~*-])/(home|Users|root|work|farm|mnt)/\w[\w./-]*")
_REGISTRY = re.compile(r"https?://(deb|security|registry|pypi|files|mirrors?|proxy)\.[a-z0-9.-]+")


def check(repo: Repo) -> list[Finding]:
    findings = []
    for path in repo.paths:
        size = len(repo.contents[path])
        if size > SIZE_BYTES_MAX:
            findings.append(Finding(path, 1, f"{size:,} bytes: more than {SIZE_BYTES_MAX:,} do not belong into the repository"))
        if not repo.is_text(path) or _NOT_WRITTEN_HERE.search(path):
            continue
        findings += _check_text(path, repo.text(path), path in repo.executable)
    return findings


def _check_text(path: str, text: str, executable: bool) -> list[Finding]:
    findings = []
    first_lines = text.split("\n", 2)
    has_interpreter = text.startswith("#!")
    if _SOURCE.search(path) or has_interpreter:
        line = first_lines[1 if has_interpreter and len(first_lines) > 1 else 0]
        if _LICENSE_LINE not in line:
            findings.append(Finding(path, 1, f"the first line (after #!) says '{_LICENSE_LINE}'"))
    if executable and not has_interpreter:
        findings.append(Finding(path, 1, "is executable and does not begin with #!: chmod -x"))
    if has_interpreter and not executable:
        findings.append(Finding(path, 1, "begins with #! and is not executable: chmod +x"))
    if text and not text.endswith("\n"):
        findings.append(Finding(path, line_of(text, len(text)), "the last line has no end"))
    findings += search_all(_LEFTOVER, path, text, "'{0}': do it, or write it on an issue")
    findings += search_all(_MACHINE_PATH, path, text, "'{0}' is a path of one machine")
    findings += search_all(_REGISTRY, path, text, "'{0}': where packages come from is the machine's business")
    return findings


def advise(repo: Repo) -> list[Finding]:
    """What deserves a look and fails nothing."""
    return [Finding(path, lines, f"{lines} lines: is it still one idea?") for path in repo.cpp_paths()
            if (lines := repo.text(path).count("\n")) > LINES_ADVISED]
