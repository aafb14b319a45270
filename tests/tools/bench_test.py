# SPDX-License-Identifier: Apache-2.0
"""Rows that benchmarks in Python write are those that ./dev bench takes, and say the truth about their targets."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "dev"), str(ROOT / "tools" / "bench")]
sys.dont_write_bytecode = True

import rows
import run_bench


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


if __name__ == "__main__":
    unittest.main()
