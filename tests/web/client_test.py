#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The TypeScript example, run as it stands by Node.js against a platform and its locks: the code that it prints opens the door."""

import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
sys.dont_write_bytecode = True

from building import Building, until

BINARIES = sys.argv.pop(1)


class Client(unittest.TestCase):
    def setUp(self):
        self.home = Building(BINARIES)
        self.addCleanup(self.home.close)
        self.home.make()

    def example(self, *words, key=None):
        key = key or (self.home.folder / "api-key").read_text().strip()
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home.folder), "CARDEA_SERVER": self.home.url, "CARDEA_API_KEY": key}
        return subprocess.run([sys.executable, ROOT / "tools/web/node.py", ROOT / "web/shared/api/example.ts", *words], env=environment,
                              capture_output=True, text=True, timeout=120)

    def test_a_refusal_is_an_error_with_its_reason(self):
        done = self.example("front", "Ana", key="cardea_" + "0" * 64)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("unauthorized", done.stderr)
        done = self.example("attic", "Ana")
        self.assertIn("there is no door named attic", done.stderr)

    def test_the_code_that_it_was_given_opens_the_door(self):
        done = self.example("side", "Ana")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(len(told["opens"]), 1)

        def applied():
            desired = self.home.lock("side")["desired"]
            return desired["applied_version"] == desired["version"]
        until("the lock has the credential", applied)
        self.assertEqual(self.home.type("side", told["code"])["verdict"], "granted")


if __name__ == "__main__":
    unittest.main(verbosity=2)
