# SPDX-License-Identifier: Apache-2.0
"""debian_source.py NAME VERSION SHA256 FOLDER: the upstream source of a Debian source package, unpacked into FOLDER.

The archive comes from the mirror that this machine's own apt uses, through apt-get with a state of its own: nothing in /etc/apt
changes and nobody needs to be root. It is kept beside FOLDER, so that the network is needed once, and unpacked only if its SHA-256
is the one that was asked for."""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

APT = Path("/etc/apt")


class Failed(Exception):
    pass


def codename() -> str:
    words = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return words.get("VERSION_CODENAME", "").strip('"')


def source_lines(suite: str) -> list[str]:
    """What a sources.list says to get the sources of `suite`, made of what this machine's says to get its packages."""
    lines = []
    for path in sorted([APT / "sources.list", *(APT / "sources.list.d").glob("*.list")]):
        for line in path.read_text().splitlines() if path.is_file() else []:
            match = re.match(r"deb(?:-src)?\s+(?:(\[[^\]]*\])\s+)?(\S+)\s+(\S+)\s+(.*)", line.strip())
            if match and match[3] == suite and "main" in match[4].split():
                lines.append(f"deb-src {match[1] or ''} {match[2]} {suite} main")
    for path in sorted((APT / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
            if suite in fields.get("Suites", "").split() and "main" in fields.get("Components", "").split():
                signed = fields.get("Signed-By", "")
                option = f"[signed-by={signed}] " if signed.startswith("/") else ""
                lines += [f"deb-src {option}{uri} {suite} main" for uri in fields.get("URIs", "").split()]
    return lines


def download(name: str, version: str, folder: Path) -> None:
    """The files of the source package into `folder`, as apt finds and checks them."""
    suite = codename()
    lines = source_lines(suite)
    if not lines:
        raise Failed(f"no mirror of Debian {suite} main in {APT}: the sources of {name} come from where its packages come from")
    with tempfile.TemporaryDirectory() as state:
        for part in ("lists/partial", "cache/archives/partial"):
            (Path(state) / part).mkdir(parents=True)
        (Path(state) / "sources.list").write_text("\n".join(lines) + "\n")
        apt = ["apt-get", "-q", "-o", f"Dir::Etc::sourcelist={state}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null",
               "-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}/cache", "-o", "APT::Sandbox::User=root"]
        for words in (["update"], ["source", "--download-only", f"{name}={version}"]):
            done = subprocess.run([*apt, *words], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode != 0:
                raise Failed(f"{done.stdout}\napt-get {words[0]} failed (see above): is there a network?")


def archive_of(name: str, version: str, sha256: str, folder: Path) -> Path:
    """The upstream archive, from `folder` if it is there."""
    pattern = f"{name}_{re.sub(r'-[^-]*$', '', version)}.orig.tar.*"
    if not list(folder.glob(pattern)):
        with tempfile.TemporaryDirectory(dir=folder) as arriving:
            download(name, version, Path(arriving))
            for path in Path(arriving).glob(pattern):
                shutil.move(path, folder / path.name)
    archives = [path for path in folder.glob(pattern) if hashlib.sha256(path.read_bytes()).hexdigest() == sha256]
    if not archives:
        raise Failed(f"{name} {version}: no {folder / pattern} has the SHA-256 {sha256}. Delete what is there to get it again")
    return archives[0]


def unpack(archive: Path, folder: Path) -> None:
    """Into `folder`, without the archive's own top folder, unless it is there already."""
    with tarfile.open(archive) as tar:
        files = [member for member in tar.getmembers() if member.isfile() and ".." not in Path(member.name).parts]
        for member in files:
            path = folder.joinpath(*Path(member.name).parts[1:])
            if path.is_file() and path.stat().st_size == member.size:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(tar.extractfile(member).read())


def main() -> int:
    name, version, sha256, folder = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]).resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / f"{name}.lock", "w") as lock:  # two builds may come at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            unpack(archive_of(name, version, sha256, folder.parent), folder)
        except (Failed, OSError, tarfile.TarError) as failed:
            print(f"debian_source: {failed}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
