#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs a Debian package of Cardea into a clean root and looks at what it does there: README.md says what.

package_test.py PACKAGE"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PACKAGE = Path(sys.argv.pop(1)).resolve()
HERE = Path(__file__).resolve().parent
DEADLINE_S = 900


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE_S, **more)
    return done.returncode, done.stdout


@unittest.skipUnless(os.geteuid() == 0, "a machine of its own takes root: sudo ./dev test package")
class Package(unittest.TestCase):
    def test_installs_runs_and_leaves_a_clean_machine(self):
        with tempfile.TemporaryDirectory(prefix="cardea-package-") as folder:
            root = Path(folder) / "root"
            hooks = [f"copy-in {HERE / 'in_the_machine.sh'} /", f"upload {HERE / 'cardea-test.service'} /etc/systemd/system/cardea-test.service",
                     f"upload {PACKAGE} /cardea.deb",
                     'chroot "$1" apt-get -qq install -y --no-install-recommends /cardea.deb',
                     'chroot "$1" systemctl --quiet enable cardea-test.service',
                     # Seconds for nothing, and a console that is not there.
                     'chroot "$1" systemctl --quiet mask console-getty.service systemd-logind.service apt-daily.timer apt-daily-upgrade.timer']
            status, output = run("mmdebstrap", "--quiet", "--variant=minbase", "--include=systemd,dbus",
                                 *(f"--customize-hook={hook}" for hook in hooks), "bookworm", root)
            self.assertEqual(status, 0, f"the package does not install into a clean root:\n{output}")
            status, output = run("unshare", "--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc", "--net",
                                 HERE / "boot.sh", root, stdin=subprocess.DEVNULL)
            result = root / "result"
            seen = result.read_text() if result.exists() else f"the machine did not come up:\n{output}"
            print(seen)
            self.assertEqual(status, 0, seen)
            self.assertIn("the package is good", seen)


class Bytes(unittest.TestCase):
    def test_name_no_place_where_they_were_built(self):
        """Else they are others in another folder, and nobody can compare them (./dev package --reproduce)."""
        place = str(HERE.parents[1]).encode()
        with tempfile.TemporaryDirectory(prefix="cardea-package-") as folder:
            self.assertEqual(run("dpkg-deb", "--extract", PACKAGE, folder)[0], 0)
            files = [path for path in Path(folder).rglob("*") if path.is_file()]
            self.assertGreater(len(files), 6)
            self.assertEqual([path.name for path in files if place in path.read_bytes()], [])


if __name__ == "__main__":
    unittest.main()
