#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of ./dev shots: shots.py BINARIES FOLDER [FILTER]"""

import contextlib
import sys

from stage import Stage

with contextlib.closing(Stage(sys.argv[1])) as stage:
    sys.exit(stage.run("shots.mjs", shots=sys.argv[2], filter=sys.argv[3] if len(sys.argv) > 3 else ""))
