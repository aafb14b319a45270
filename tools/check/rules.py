# SPDX-License-Identifier: Apache-2.0
"""Ties every rule of spec/ to its tests. A rule is a list item of spec/*.md that begins `- R4. `; a test that proves it carries
`[rule: R4]` in the comment right above. A rule without a test, a tag without a rule and a tag above no test are findings."""

import dataclasses
import re

from repo import Finding, Repo, line_of

_RULE = re.compile(r"^- ([A-Z]{1,3}\d+)\. +(\S.*(?:\n(?:  |\t)\S.*)*)", re.MULTILINE)
_TAG = re.compile(r"\[rule: ([^\]\n]*)\]")
_COMMENT_LINE = re.compile(r"\s*(//|#|\*|$)")
_TEST_LINE = re.compile(
    r"\s*(?:(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP|ATTACK)\(\s*(\w+)\s*(?:,\s*(?:\"([^\"]*)\"|(\w+)))?"
    r"|def (test_\w+)|(?:test|it)\(\s*[\"'`]([^\"'`]+))")
_TEST_FILE = re.compile(r"(_test\.(cpp|py|sh)|\.test\.(ts|tsx))$|^tests/.*\.(cpp|hpp|py|sh|ts)$")


@dataclasses.dataclass
class Rule:
    name: str
    path: str
    line: int
    text: str
    tests: list[str] = dataclasses.field(default_factory=list)


def collect(repo: Repo) -> tuple[dict[str, Rule], list[Finding]]:
    rules, findings = _rules(repo)
    for path in repo.paths:
        if _TEST_FILE.search(path) and not path.startswith("tests/tools/"):
            findings += _add_tests(rules, path, repo.text(path))
    return rules, findings


def check(repo: Repo) -> list[Finding]:
    rules, findings = collect(repo)
    untested = [Finding(rule.path, rule.line, f"rule {rule.name} has no test: write `// [rule: {rule.name}]` above the one that proves it")
                for rule in rules.values() if not rule.tests]
    return findings + untested


def _rules(repo: Repo) -> tuple[dict[str, Rule], list[Finding]]:
    rules: dict[str, Rule] = {}
    findings = []
    for path in repo.paths:
        if not re.fullmatch(r"spec/[^/]+\.md", path):
            continue
        text = repo.text(path)
        for found in _RULE.finditer(text):
            rule = Rule(found.group(1), path, line_of(text, found.start()), " ".join(found.group(2).split()))
            if rule.name in rules:
                other = rules[rule.name]
                findings.append(Finding(path, rule.line, f"rule {rule.name} exists already: {other.path}:{other.line}"))
            else:
                rules[rule.name] = rule
    return rules, findings


def _add_tests(rules: dict[str, Rule], path: str, text: str) -> list[Finding]:
    findings = []
    lines = text.split("\n")
    for index, line in enumerate(lines):
        for tag in _TAG.finditer(line):
            test = _test_below(lines, index)
            if test is None:
                findings.append(Finding(path, index + 1, f"{tag.group()} stands above no test"))
                continue
            for name in re.split(r"[,\s]+", tag.group(1).strip()):
                if name not in rules:
                    findings.append(Finding(path, index + 1, f"there is no rule '{name}' in spec/"))
                else:
                    rules[name].tests.append(f"{test} ({path})")
    return findings


def _test_below(lines: list[str], index: int) -> str | None:
    """The name of the test that begins below the comment on line `index`."""
    for number in range(index, len(lines)):
        if _COMMENT_LINE.match(lines[number]):
            if number > index and not lines[number].strip():
                return None
            continue
        found = _TEST_LINE.match(lines[number] + (lines[number + 1].strip() if number + 1 < len(lines) else ""))
        return ".".join(part for part in found.groups() if part) if found else None
    return None


def table(repo: Repo) -> str:
    """The table in Markdown, one row a rule in the order of the specs."""
    rules, _ = collect(repo)
    rows = ["| rule | says | tests |", "|---|---|---|"]
    for rule in rules.values():
        text = rule.text if len(rule.text) <= 100 else rule.text[:99].rsplit(" ", 1)[0] + " …"
        rows.append(f"| {rule.name} ({rule.path}:{rule.line}) | {text.replace('|', chr(92) + '|')} | {'<br>'.join(rule.tests) or '**none**'} |")
    tested = sum(1 for rule in rules.values() if rule.tests)
    return "\n".join(rows) + f"\n\n{tested} of {len(rules)} rules have a test.\n"
