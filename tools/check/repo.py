# SPDX-License-Identifier: Apache-2.0
"""The files that the checks look at, and what they find in them."""

import dataclasses
import functools
import re
import subprocess
from pathlib import Path

CPP_SUFFIXES = (".cpp", ".hpp", ".c", ".h")


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Repo:
    """`contents` maps a path to its bytes. `executable` is the set of paths with the x bit."""

    def __init__(self, contents: dict[str, bytes], executable: set[str] | None = None):
        self.contents = contents
        self.executable = executable or set()

    @classmethod
    def of_folder(cls, root: Path) -> "Repo":
        """Everything git tracks or would add, as it is in the work tree; without git, every file outside build/."""
        paths = [path for path in _git_files(root) if (root / path).is_file()]
        executable = {path for path in paths if (root / path).stat().st_mode & 0o100}
        return cls({path: (root / path).read_bytes() for path in paths}, executable)

    @property
    def paths(self) -> list[str]:
        return sorted(self.contents)

    @functools.cache
    def text(self, path: str) -> str:
        return self.contents[path].decode("utf-8", errors="replace")

    @functools.cache
    def code(self, path: str) -> str:
        """The text of a C++ file with comments and literals blanked; every character stays on its line."""
        return blank_comments_and_literals(self.text(path))

    def is_text(self, path: str) -> bool:
        return b"\0" not in self.contents[path][:8192]

    def cpp_paths(self) -> list[str]:
        return [path for path in self.paths if path.endswith(CPP_SUFFIXES)]


def _git_files(root: Path) -> list[str]:
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
        return sorted({path.decode() for path in listed.split(b"\0") if path})
    except (OSError, subprocess.CalledProcessError):
        found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.parts[0] not in ("build", ".git"))


def is_test(path: str) -> bool:
    """A file that only tests, fuzzers and benchmarks are made of."""
    return bool(re.search(r"_(test|fuzz|bench)\.(cpp|hpp|py)$", path)) or path.startswith(("tests/", "tools/bench/"))


def is_device_code(path: str) -> bool:
    """What a microcontroller runs: core/ and lock/ without the host's port, what tests share (…/testing/), and the tests."""
    return path.startswith(("core/", "lock/")) and not path.startswith("lock/port/host/") and "/testing/" not in path and not is_test(path)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


_TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|\bR"(?P<fence>[^\s()\\]{0,16})\(.*?\)(?P=fence)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL)


def blank_comments_and_literals(text: str) -> str:
    def blank(token: re.Match) -> str:
        before = text.rfind("\n", 0, token.start()) + 1
        if re.match(r"\s*#\s*include", text[before:token.start()]):
            return token.group()
        return re.sub(r"[^\n]", " ", token.group())
    return _TOKENS.sub(blank, text)


def search_all(pattern: re.Pattern, path: str, text: str, message: str) -> list[Finding]:
    """A finding per match; {0} in `message` is what matched."""
    return [Finding(path, line_of(text, found.start()), message.format(found.group().strip())) for found in pattern.finditer(text)]
