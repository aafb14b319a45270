# SPDX-License-Identifier: Apache-2.0
"""./dev counts what ran, and never takes a failure for a pass."""

import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "dev"))
sys.dont_write_bytecode = True

import run_tests


def result(status: str, output: str) -> str:
    return f'<testcase name="t" status="{status}"><system-out><![CDATA[{output}]]></system-out></testcase>'


def count(*results: str) -> tuple[int, int, int]:
    return run_tests.count_cases(ElementTree.fromstring(f"<testsuite>{''.join(results)}</testsuite>"))


class CountCases(unittest.TestCase):
    def test_a_binary_that_crashed_counts_as_a_failure(self):
        self.assertEqual(count(result("fail", "==1==ERROR: AddressSanitizer")), (0, 1, 0))

    def test_a_binary_that_failed_after_its_last_case_counts_as_a_failure(self):
        self.assertEqual(count(result("fail", "[==========] 3 tests from 1 test suite ran. (1 ms total)\n[  PASSED  ] 3 tests.")), (2, 1, 0))

    def test_failures_of_googletest_and_unittest_are_counted_one_by_one(self):
        googletest = "[==========] 5 tests from 2 test suites ran. (1 ms total)\n[  PASSED  ] 3 tests.\n[  FAILED  ] 2 tests, listed below:"
        self.assertEqual(count(result("fail", googletest)), (3, 2, 0))
        self.assertEqual(count(result("fail", "Ran 4 tests in 0.001s\n\nFAILED (failures=1, errors=1)")), (2, 2, 0))

    def test_a_skipped_case_is_not_a_pass(self):
        googletest = "[==========] 2 tests from 1 test suite ran. (1 ms total)\n[  PASSED  ] 1 test.\n[  SKIPPED ] 1 test, listed below:"
        self.assertEqual(count(result("run", googletest)), (1, 0, 1))

    def test_everything_that_passed_is_counted(self):
        self.assertEqual(count(result("run", "[==========] 1 test from 1 test suite ran. (0 ms total)"),
                               result("run", "Ran 7 tests in 0.001s\n\nOK"), result("run", "fine")), (9, 0, 0))


class Usage(unittest.TestCase):
    def dev(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([ROOT / "dev", *words], capture_output=True, text=True)

    def test_an_unknown_command_or_option_is_a_usage_error(self):
        for words in (["tset"], [], ["test", "--unknown"]):
            self.assertEqual(self.dev(*words).returncode, 2, words)

    def test_every_command_says_what_it_does(self):
        self.assertEqual(self.dev("--help").returncode, 0)
        for command in ("run", "stop", "test", "check", "build", "bench", "attacks", "fuzz", "sim", "shots"):
            done = self.dev(command, "--help")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"usage: ./dev {command}", done.stdout)


if __name__ == "__main__":
    unittest.main()
