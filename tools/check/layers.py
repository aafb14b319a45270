# SPDX-License-Identifier: Apache-2.0
"""Dependencies point one way (docs: architecture). Holds it for every #include, and for what CMake links.

    core <- drivers      core <- lock <- firmware <- apps, sim      core <- server <- apps      lock and server never meet
    device code (core, lock) sees no operating system, no crypto library and no header that brings a heap
    only server/http includes Beast; what exists for tests (…/testing, tests, tools/bench) is never shipped"""

import re

from repo import Finding, Repo, is_device_code, is_test, line_of

# What each top folder may use, besides itself.
MAY_USE = {
    "core": set(),
    "drivers": {"core"},
    "lock": {"core"},
    "firmware": {"core", "drivers", "lock"},
    "server": {"core", "drivers"},
    "apps": {"core", "drivers", "firmware", "lock", "server"},
    "sim": {"core", "drivers", "lock", "server"},
    "tests": {"core", "drivers", "lock", "server", "apps", "sim"},
    "tools": {"core", "drivers"},
}
TEST_ONLY = re.compile(r"^(tests|tools/bench)(/|$)|/testing(/|$)")
# Programs that stage power cuts and clocks, or a whole platform; nobody opens a door with them.
STAGING_PROGRAMS = re.compile(r"^(sim/|apps/cardea-(sim|vectors|conform)\b)")

# Standard headers that need no heap and no operating system.
DEVICE_STANDARD_HEADERS = frozenset(
    "algorithm array bit bitset cassert climits compare concepts cstddef cstdint cstring initializer_list iterator limits numeric "
    "optional ratio span string_view tuple type_traits utility variant version".split())
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
_CMAKE_CALL = re.compile(r"^\s*cardea_(module|app)\(\s*(\S+)(.*?)\)", re.MULTILINE | re.DOTALL)
_CMAKE_WORD = re.compile(r"[^\s()]+")


def check(repo: Repo) -> list[Finding]:
    findings = []
    for path in repo.cpp_paths():
        text = repo.code(path)
        for include in _INCLUDE.finditer(text):
            message = _include_fault(path, include.group(2), include.group(1) == "<", repo)
            if message:
                findings.append(Finding(path, line_of(text, include.start(1)), message))
    for path in repo.paths:
        if path.endswith("CMakeLists.txt"):
            findings += _link_faults(path, re.sub(r"#[^\n]*", "", repo.text(path)))
    return findings


def _include_fault(path: str, included: str, in_angles: bool, repo: Repo) -> str | None:
    if included.startswith("boost/beast") and not path.startswith("server/http/"):
        return f"only server/http includes Beast, and this is <{included}>"
    if in_angles:
        if is_device_code(path) and included not in DEVICE_STANDARD_HEADERS:
            return f"<{included}> in device code: core/ and lock/ include only standard headers without a heap or an OS"
        return None
    if included not in repo.contents:
        return f'"{included}" is no path in this repository: include paths start at its root'
    return _use_fault(path, included)


def _use_fault(user: str, used: str) -> str | None:
    """Why the file or module `user` may not use the file or module `used`, or None."""
    user_top, used_top = user.split("/")[0], used.split("/")[0]
    if TEST_ONLY.search(used):
        if is_test(user) or STAGING_PROGRAMS.match(user) or TEST_ONLY.search(user):
            return None
        return f"{used} is for tests only, and {user} is shipped"
    if is_test(user) and user_top != "tests":  # beside its code, a test may use a driver; never the other side
        forbidden = {"lock": {"server"}, "server": {"lock"}}.get(user_top, set())
        return f"{user_top} and {used_top} never include each other, not in tests either" if used_top in forbidden else None
    if user_top == used_top or used_top in MAY_USE.get(user_top, set()):
        return None
    if (user.startswith("lock/port/host") or (user.startswith("lock/") and TEST_ONLY.search(user))) and used_top == "drivers":
        return None
    return f"{user_top} may not use {used_top}: dependencies point one way"


def _link_faults(path: str, text: str) -> list[Finding]:
    findings = []
    folder = path.removesuffix("CMakeLists.txt").rstrip("/")
    for call in _CMAKE_CALL.finditer(text):
        user = call.group(2) if call.group(1) == "module" else f"{folder}/{call.group(2)}"
        keyword = ""
        for word in _CMAKE_WORD.finditer(call.group(3)):
            if re.fullmatch(r"[A-Z_]+", word.group()):
                keyword = word.group()
            elif keyword == "DEPS" and "/" in word.group():
                message = _use_fault(user, word.group())
                if message:
                    findings.append(Finding(path, line_of(text, call.start(3) + word.start()), message))
    return findings
