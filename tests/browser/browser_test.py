#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scripts of this folder in headless Chromium: browser_test.py BINARIES SCRIPT [--empty]"""

import sys
import unittest

from stage import Stage

EMPTY = "--empty" in sys.argv and (sys.argv.remove("--empty") or True)
BINARIES, SCRIPT = sys.argv[1:3]


class Browser(unittest.TestCase):
    def test_script(self):
        stage = Stage(BINARIES, doors=not EMPTY)
        self.addCleanup(stage.close)
        status = stage.run(SCRIPT)
        self.assertEqual(status, 0, f"{SCRIPT}: see above. The platform's log:\n{stage.home.log('platform')[-4000:]}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
