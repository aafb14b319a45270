# SPDX-License-Identifier: Apache-2.0
"""Rows that benchmarks in Python write are those that ./dev bench takes, and say the truth about their targets."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "dev"), str(ROOT / "tools" / "bench")]
sys.dont_write_bytecode = True

import build
import rows
import run_bench
import size_bench


class Rows(unittest.TestCase):
    def test_a_target_that_is_missed_by_little_is_not_met(self):
        self.assertIs(rows.compared("n", "1/s", "r", [(24.9, 100)], rows.at_least_ratio(0.25))["met"], False)
        self.assertIs(rows.compared("n", "s", "r", [(10.1, 1)], rows.at_most_ratio(10))["met"], False)

    def test_a_target_that_is_just_reached_is_met(self):
        self.assertIs(rows.compared("n", "1/s", "r", [(25, 100)], rows.at_least_ratio(0.25))["met"], True)
        self.assertIs(rows.compared("n", "s", "r", [(10, 1)], rows.at_most_ratio(10))["met"], True)

    def test_a_target_on_a_value_looks_at_the_value(self):
        target = {"on": "value", "op": "<=", "x": 2}
        self.assertIs(rows.row("n", 3, "bytes", target=target)["met"], False)
        self.assertIs(rows.row("n", 2, "bytes", target=target)["met"], True)

    def test_a_row_without_a_target_is_neither_met_nor_not(self):
        self.assertIsNone(rows.row("n", 3, "bytes")["met"])

    def test_one_disturbed_turn_does_not_move_the_ratio(self):
        measured = rows.compared("n", "1/s", "r", [(50, 100), (51, 100), (1, 100)], rows.at_least_ratio(0.5))
        self.assertEqual((measured["ratio"], measured["value"], measured["reference_value"]), (0.5, 50, 100))

    def test_rows_have_the_fields_that_dev_bench_takes_in_their_order(self):
        self.assertEqual(list(rows.row("n", 3, "bytes")), run_bench.FIELDS)


class Sizes(unittest.TestCase):
    SYMBOLS = f"""00008000 00000010 T _ZN6cardea4Link5closeEv\t{build.ROOT}/lock/link/link.cpp:12
00008010 00000020 t _ZN6cardea4Link4pollENS_9RunMillisE\t{build.ROOT}/lock/link/internal/records.cpp:90
00008030 00000004 T _ZN6cardea4LockC1ERKNS_8LockPortE\t{build.ROOT}/lock/lock.cpp:20
00008030 00000004 T _ZN6cardea4LockC2ERKNS_8LockPortE\t{build.ROOT}/lock/lock.cpp:20
00008034 00000004 T br_aes_ct_keysched\t{build.ROOT}/build/sources/bearssl/src/symcipher/aes_ct.c:7
00008038 00000006 T __udivmoddi4
00008040 00000030 r names\t{build.ROOT}/lock/lock.cpp:5
20000000 00000100 b lock\t{build.ROOT}/firmware/size/whole.cpp:9
"""

    def test_flash_is_counted_for_the_folder_of_the_code_and_the_rest_is_constants(self):
        self.assertEqual(size_bench.flash_by_folder(self.SYMBOLS, 0x70),
                         {"lock/link": 0x30, "lock": 4, "bearssl": 4, "compiler": 6, "constants": 0x70 - 0x30 - 14})

    def test_the_budgets_are_those_that_a_vendor_was_told(self):
        self.assertEqual(size_bench.BUDGETS, {"whole": {"flash": 49_152, "ram": 20_480}, "codes": {"flash": 12_288, "ram": 12_288}})


if __name__ == "__main__":
    unittest.main()
