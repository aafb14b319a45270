#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A short campaign, and that the campaign sees it when the platform forgets. campaign_test.py BUILD_FOLDER"""

import os
import pathlib
import subprocess
import sys
import unittest

BUILD = pathlib.Path(sys.argv.pop(1))


def campaign(*words):
    # The library of faults comes before the sanitizers' own: they need not be told.
    environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
    done = subprocess.run([sys.executable, pathlib.Path(__file__).with_name("campaign.py"), "--binaries", BUILD / "bin", "--faults",
                           BUILD / "sim" / "faults.so", *words], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


class CampaignTest(unittest.TestCase):
    def test_sees_a_person_that_was_forgotten(self):
        status, said = campaign("--cycles", "4", "--seed", "1", "--spoil", "person")
        self.assertEqual(status, 1, said)
        self.assertRegex(said, "was made, and is gone|person_.*: 404")

    def test_sees_a_record_that_was_forgotten(self):
        status, said = campaign("--cycles", "2", "--seed", "1", "--spoil", "record")
        self.assertEqual(status, 1, said)
        self.assertIn("the platform lacks its records", said)

    def test_finds_nothing_in_a_dozen_cycles(self):
        status, said = campaign("--cycles", "12")
        self.assertEqual(status, 0, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
