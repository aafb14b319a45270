# SPDX-License-Identifier: Apache-2.0
"""constant_time_test.py SOURCES FOLDER: what a microcontroller computes with keys branches and looks up by none of them, as gcc and as
clang compile it for a microcontroller. SOURCES is where BearSSL is unpacked; the programs are made in FOLDER."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BEARSSL = ROOT / "drivers" / "crypto" / "bearssl"
MODULES = [BEARSSL, ROOT / "drivers" / "crypto" / "gm", ROOT / "core" / "base", ROOT / "core" / "crypto"]
WRAPPED = ["_ZN6cardea19equal_constant_timeESt4spanIKhLm18446744073709551615EES2_", "br_ccm_check_tag"]
# As tools/cmake/debian_source.cmake compiles what is not ours.
FAST = ["-O2", "-funroll-loops"]
COMPILERS = {"gcc": ("gcc", "g++", []), "clang": ("clang-19", "clang++-19", ["-fno-inline"])}


def words_of(keyword: str, module: Path = BEARSSL) -> list[str]:
    """What a module's CMakeLists.txt says behind a keyword: the same files, compiled the same way."""
    text = re.sub(r"#[^\n]*", "", (module / "CMakeLists.txt").read_text())
    return re.search(rf"\b{keyword}\s+([^A-Z)][^A-Z)]*|(?:BR_\w+=\d\s*)+)", text)[1].split()


def prefix() -> Path:
    """What is read before each of BearSSL's files."""
    return BEARSSL / re.search(r"PREFIX \$\{CMAKE_CURRENT_SOURCE_DIR\}/(\S+)", (BEARSSL / "CMakeLists.txt").read_text())[1]


def run(*command: object) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class ConstantTime(unittest.TestCase):
    def build(self, compiler: str) -> Path:
        c, cpp, theirs = COMPILERS[compiler]
        folder = FOLDER / compiler
        folder.mkdir(parents=True, exist_ok=True)
        objects, flags = [], ["-Os", "-w", "-isystem", SOURCES / "inc"]
        fast = words_of("FAST")
        for path in words_of("FILES"):
            objects.append(folder / (Path(path).stem + ".o"))
            self.made(run(c, *flags, *(FAST if path in fast else []), *theirs, "-include", prefix(), *(f"-D{word}" for word in words_of("DEFINE")), "-I", SOURCES / "src", "-c", SOURCES / path, "-o", objects[-1]))
        ours = [module / name for module in MODULES for name in words_of("SOURCES", module)]
        for path in [HERE / "constant_time.cpp", *ours]:
            objects.append(folder / f"{path.parent.name}_{path.stem}.o")
            self.made(run(cpp, *flags, "-std=c++23", "-fno-exceptions", "-fno-rtti", "-I", ROOT, "-c", path, "-o", objects[-1]))
        program = folder / "constant_time"
        self.made(run(cpp, *objects, *(f"-Wl,--wrap={name}" for name in WRAPPED), "-o", program))
        return program

    def made(self, done: subprocess.CompletedProcess) -> None:
        self.assertEqual(done.returncode, 0, done.stdout)

    def look(self, program: Path, what: str) -> subprocess.CompletedProcess:
        return run("valgrind", "-q", "--error-exitcode=99", f"--suppressions={HERE / 'signing.supp'}", program, what)

    def test_no_branch_and_no_address_depends_on_a_key_and_a_table_would_be_noticed(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                program = self.build(compiler)
                self.assertEqual(self.look(program, "twin").returncode, 99)
                shipped = self.look(program, "shipped")
                self.assertEqual(shipped.returncode, 0, shipped.stdout)


if __name__ == "__main__":
    SOURCES, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
