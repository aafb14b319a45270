# SPDX-License-Identifier: Apache-2.0
"""TypeScript of the web apps: who imports whom, no hole in the types, nothing that makes a text into a page or a program.

    shared <- console, phone      console and phone never meet; what the phone shows is Preact, and no component set
    packages are those of web/package.json; Node.js is only where things are built and tested (shared/api, shared/build, *.config.ts, *.test.ts)"""

import json
import posixpath
import re

from repo import Finding, Repo, line_of

_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s*)["']([^"'\n]+)["']""", re.MULTILINE)
_COMMENT = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL)  # "https://" begins none
_SILENCED = re.compile(r"@ts-(?:ignore|nocheck)|eslint-disable")
_BUILT_HERE = re.compile(r"^web/shared/(api|build)/|\.(config|test)\.ts$")
_MADE = "web/shared/api/schema.d.ts"
_FORBIDDEN = [
    (re.compile(r"(?:[:<,|&(]|\bas\s)\s*any\s*(?:[];,)>=|&{}]|$)", re.MULTILINE), "'any' is a hole in the types: say what it is, or 'unknown'"),
    (re.compile(r"\.(?:inner|outer)HTML\b|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write\b"), "makes a text into a page"),
    (re.compile(r"\beval\(|\bnew Function\("), "makes a text into a program"),
    (re.compile(r"\bconsole\.debug\(|\bdebugger\b"), "is for whoever writes it: leave it out"),
]
_OTHER_APP = {"console": "phone", "phone": "console"}


def check(repo: Repo) -> list[Finding]:
    packages = _packages(repo)
    findings = []
    for path in repo.paths:
        if not (path.startswith("web/") and path.endswith((".ts", ".tsx"))) or path == _MADE:
            continue
        text = repo.text(path)
        code = _COMMENT.sub(_blank, text)
        for pattern, message in _FORBIDDEN:
            findings += [Finding(path, line_of(code, match.start()), message) for match in pattern.finditer(code)]
        findings += [Finding(path, line_of(text, match.start()), "a silenced complaint: mend what it is about") for match in _SILENCED.finditer(text)]
        for match in _IMPORT.finditer(code):
            if complaint := _complaint_about(path, match[1], packages):
                findings.append(Finding(path, line_of(text, match.start(1)), complaint))
    return findings


def _blank(comment: re.Match) -> str:
    return re.sub(r"[^\n]", " ", comment[0])


def _packages(repo: Repo) -> set[str] | None:
    if "web/package.json" not in repo.contents:
        return None
    pins = json.loads(repo.text("web/package.json"))
    return set(pins.get("dependencies", {})) | set(pins.get("devDependencies", {}))


def _complaint_about(path: str, wanted: str, packages: set[str] | None) -> str | None:
    part = path.split("/")[1]
    if wanted.startswith("."):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
        if not target.startswith("web/"):
            return f"imports {target}: what is outside of web/ is not the browser's"
        there = target.split("/")[1]
        if there == _OTHER_APP.get(part) or (part == "shared" and there in _OTHER_APP):
            return f"web/{part} imports web/{there}: what both need is in web/shared"
        return None
    if wanted.startswith("node:"):
        return None if _BUILT_HERE.search(path) else f"imports {wanted}, which no browser has"
    name = "/".join(wanted.split("/")[: 2 if wanted.startswith("@") else 1])
    if packages is not None and name not in packages:
        return f"imports {name}, which web/package.json does not pin"
    if part == "phone" and (name in ("react", "react-dom", "@lingui/react") or name.startswith("@mantine/")):
        return f"imports {name}: the phone app is Preact, and small"
    return None
