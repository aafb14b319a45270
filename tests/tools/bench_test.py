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
    MAP = """Discarded input sections

 .text.gone     0x00000000       0x40 lock/libcardea_lock_lock.a(lock.cpp.obj)

Linker script and memory map

 .text.short    0x00008000       0x10 lock/link/libcardea_lock_link.a(link.cpp.obj)
 .text._ZN6cardea4Link4pollENS_9RunMillisE
                0x00008010       0x20 lock/link/libcardea_lock_link.a(link.cpp.obj)
 *fill*         0x00008030        0x2
 .rodata.names  0x00008032        0x4 drivers/crypto/bearssl/libcardea_bearssl.a(aes_ct.c.obj)
 .text          0x00008036        0x6 /usr/lib/gcc/arm-none-eabi/thumb/libgcc.a(_udivmoddi4.o)
 .text._start   0x0000803c        0x8 firmware/size/CMakeFiles/whole.dir/whole.cpp.obj
 .bss._ZL4lock  0x20000000      0x100 firmware/size/CMakeFiles/whole.dir/whole.cpp.obj
"""

    def test_flash_is_counted_for_the_folder_it_was_compiled_from_and_only_what_the_linker_kept(self):
        self.assertEqual(size_bench.flash_by_folder(self.MAP), {"lock/link": 0x30, "bearssl": 4, "compiler": 6, "firmware/size": 8})

    def test_the_budgets_are_those_that_a_vendor_was_told(self):
        self.assertEqual(size_bench.BUDGETS, {"whole": {"flash": 49_152, "ram": 20_480}, "codes": {"flash": 12_288, "ram": 12_288}})


if __name__ == "__main__":
    unittest.main()
