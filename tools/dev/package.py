# SPDX-License-Identifier: Apache-2.0
"""Makes the Debian package of the release binaries: build/release/cardea_VERSION_ARCH.deb.

With --reproduce, builds it twice more from the last commit, in two folders of different names and without the compiler cache,
and exits 1 unless every file in the packages, and the packages, have the same bytes. Takes two whole release builds."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import build
import ui


def add_arguments(parser) -> None:
    parser.add_argument("--reproduce", action="store_true", help="build twice from the last commit and compare the bytes")


def commit_time(root: Path) -> str:
    return subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=root, text=True, check=True, capture_output=True).stdout.strip()


def pack(root: Path) -> Path:
    """The package of the binaries that stand in build/release of this checkout."""
    folder = root / "build" / "release"
    for old in folder.glob("*.deb"):
        old.unlink()
    # Modes of what is packed come from the checkout, which has the umask of whoever made it.
    done = subprocess.run(["cpack", "--config", "CPackConfig.cmake"], cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, umask=0o022, env={**os.environ, "SOURCE_DATE_EPOCH": commit_time(root)})
    shutil.rmtree(folder / "_CPack_Packages", ignore_errors=True)
    if done.returncode != 0:
        raise ui.Failed(f"cpack failed:\n{done.stdout}")
    return next(folder.glob("*.deb"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _build_anew(folder: Path) -> Path:
    """Clones the last commit into `folder`, builds and packs it there."""
    subprocess.run(["git", "clone", "-q", "--no-local", "--depth", "1", f"file://{build.ROOT}", str(folder)], check=True)
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    for command in (["cmake", "--preset", "release"],
                    ["cmake", "--build", "build/release", "-j", str(build.jobs()), "--target", "cardea_apps"]):
        if subprocess.run(command, cwd=folder, env=environment).returncode != 0:
            raise ui.Failed(f"{' '.join(command)} failed in {folder}: see above")
    return pack(folder)


def _members(package: Path) -> dict[str, str]:
    """Every file of a package with its hash."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(folder)], check=True)
        return {str(path.relative_to(folder)): sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _reproduce(parts: ui.Parts) -> bool:
    with tempfile.TemporaryDirectory(prefix="cardea-reproduce-") as name:
        packages = []
        for folder in ("a", "another folder/with a longer name"):
            with parts.part(f"build in {folder}"):
                packages.append(_build_anew(Path(name) / folder))
        one, two = (_members(package) for package in packages)
        differing = sorted(path for path in one.keys() | two.keys() if one.get(path) != two.get(path))
        for path in differing:
            print(ui.red(f"differs: {path}"))
        same = not differing and sha256(packages[0]) == sha256(packages[1])
        print(ui.green(f"the same bytes twice: {len(one)} files") if same else ui.red("the two packages differ"))
        print(f"{sha256(packages[0])}  {packages[0].name}")
        return same


def make() -> Path:
    """The package of this checkout as it stands, its binaries built if need be."""
    build.build("release", "cardea_apps")
    return pack(build.ROOT)


def passes_its_test() -> bool:
    """Installs the package into a clean root (tests/package). A package that passed once is not tried again: its bytes say what it
    is, and the test's own files what was asked of it."""
    test = build.ROOT / "tests" / "package"
    package = make()
    asked = hashlib.sha256("".join(sha256(path) for path in [package, *sorted(test.iterdir())]).encode()).hexdigest()
    passed = build.BUILD / "package_passed"
    if passed.exists() and passed.read_text() == asked:
        print("this very package passed before")
        return True
    if os.geteuid() != 0:
        print("skipped: a machine of its own takes root: sudo ./dev test package")
        return True
    if subprocess.run([test / "package_test.py", package]).returncode != 0:
        return False
    passed.write_text(asked)
    return True


def run(arguments) -> int:
    parts = ui.Parts()
    if arguments.reproduce:
        same = _reproduce(parts)
        parts.print_times()
        return 0 if same else 1
    with parts.part("build release and pack"):
        package = make()
    parts.print_times()
    print(f"{sha256(package)}  {package.relative_to(build.ROOT)}")
    print(f"To install it: apt-get install ./{package.relative_to(build.ROOT)}")
    return 0
