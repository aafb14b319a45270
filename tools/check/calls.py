# SPDX-License-Identifier: Apache-2.0
"""Calls that do not belong: a heap or an exception in device code, memcmp on what may be a secret, a secret in a log line,
a sleep in a test."""

import re

from repo import Finding, Repo, is_device_code, is_test, line_of, search_all

_DEVICE_BANS = [
    (re.compile(r"\bnew\b"), "'{0}' in device code: it has no heap; the caller owns the storage"),
    (re.compile(r"(?<!=\s)(?<!=)\bdelete\b"), "'{0}' in device code: it has no heap"),
    (re.compile(r"\b(malloc|calloc|realloc|free|aligned_alloc|strdup)\s*\("), "'{0}' in device code: it has no heap"),
    (re.compile(r"\b(throw|try|catch)\b"), "'{0}' in device code: it has no exceptions; return a Status or a Result"),
    (re.compile(r"\b(typeid|dynamic_cast)\b"), "'{0}' in device code: it has no type information at run time"),
    (re.compile(r"\bstd::(string|vector|map|set|unordered_\w+|list|deque|function|move_only_function|any|shared_ptr|unique_ptr|"
                r"make_shared|make_unique|cout|cerr|clog|ostream|istream|iostream|thread|mutex|pmr)\b"),
     "'{0}' in device code: it brings a heap or an operating system"),
    (re.compile(r"\b(printf|fprintf|puts|abort|exit)\s*\("), "'{0}' in device code: there is no operating system"),
    (re.compile(r"\bmemcmp\s*\("), "'{0}' in device code: equal_constant_time() compares what may be secret, == the rest"),
]
_SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|waitForTimeout)\b|(?<![.>\w])sleep\s*\(|\btime\.sleep\b|\bsetTimeout\s*\(")
_SHELL_SLEEP = re.compile(r"^\s*sleep\s+[0-9.]+", re.MULTILINE)
_SCRIPTS = (".py", ".sh", ".ts", ".tsx", ".js")
# A statement that prints or logs, up to its semicolon.
_OUTPUT = re.compile(r"(?:\b(?:printf|fprintf|puts|fputs)\s*\(|\bspdlog::|\bfmt::print\b|\bstd::(?:cout|cerr|clog)\b)[^;]*;")
_SECRET_BYTES = re.compile(r"\b\w*(?:key|secret|seed|passphrase)\w*(?:\.|->)(?:bytes|mutable_bytes)\s*\(", re.IGNORECASE)


def check(repo: Repo) -> list[Finding]:
    findings = []
    for path in repo.cpp_paths():
        code = repo.code(path)
        if is_device_code(path):
            for pattern, message in _DEVICE_BANS:
                findings += search_all(pattern, path, code, message)
        if is_test(path):
            findings += search_all(_SLEEP, path, code, "'{0}': a test waits for what it needs, it does not sleep")
        else:
            findings += [Finding(path, line_of(code, statement.start()), "the bytes of a secret go into text")
                         for statement in _OUTPUT.finditer(code) if _SECRET_BYTES.search(statement.group())]
    for path in repo.paths:
        if is_test(path) and path.endswith(_SCRIPTS) and not path.startswith("tests/tools/"):
            pattern = _SHELL_SLEEP if path.endswith(".sh") else _SLEEP
            findings += search_all(pattern, path, repo.text(path), "'{0}': a test waits for what it needs, it does not sleep")
    return findings
