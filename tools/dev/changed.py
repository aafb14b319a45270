# SPDX-License-Identifier: Apache-2.0
"""Which files changed: since this branch left main, or on main itself since its last commit, and in the work tree."""

import subprocess

from build import ROOT


def git(*words: str) -> str | None:
    """The output of a git command, or None when it fails or there is no git work tree."""
    try:
        done = subprocess.run(["git", "-c", f"safe.directory={ROOT}", *words], cwd=ROOT, text=True, capture_output=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def base() -> str | None:
    """The commit to compare with, or None when there is nothing to compare with (a shallow clone, a first commit)."""
    head = git("rev-parse", "HEAD")
    for main in ("origin/main", "main"):
        fork = git("merge-base", "HEAD", main)
        if fork and fork != head:
            return fork
    return git("rev-parse", "--verify", "HEAD~1")


def paths_since(commit: str) -> list[str]:
    changed = git("diff", "--name-only", "--diff-filter=d", commit) or ""
    new = git("ls-files", "--others", "--exclude-standard") or ""
    return sorted(set(changed.split("\n") + new.split("\n")) - {""})
