# SPDX-License-Identifier: Apache-2.0
"""tee_test.py ROOT: both images of the Cortex-M33 board in QEMU. The non-secure side gets the published answers through the gate and is refused what it
may not have; then it takes one step too far, and the chip stops it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "build/mcu-m33/firmware"
WANTED = 0x283FFF00
DONE, STOPPED_BY_FAULT = 0, 99
ANSWERED = "known answers and refusals: all as they must be"


def run(wanted):
    """What the images said, how they ended, and the exceptions that QEMU logged."""
    with tempfile.NamedTemporaryFile("r") as log:
        done = subprocess.run(["qemu-system-arm", "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "null", "-semihosting-config",
                               "enable=on,target=native", "-kernel", FOLDER / "cardea-tee-secure.elf", "-device",
                               f"loader,file={FOLDER / 'cardea-tee-nonsecure.elf'}", "-device", f"loader,addr={WANTED:#x},data={wanted},data-len=4",
                               "-d", "int", "-D", log.name], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.stdout.splitlines(), done.returncode, log.read()


class Tee(unittest.TestCase):
    def stopped(self, wanted, why):
        said, status, log = run(wanted)
        self.assertEqual(said, [ANSWERED, "the image met a fault"])
        self.assertEqual(status, STOPPED_BY_FAULT)
        self.assertIn(f"SecureFault with SFSR.{why}", log)

    def test_the_other_side_gets_the_published_answers_and_no_pointer_of_the_secure_side_passes_the_gate(self):
        self.assertEqual(run(0)[:2], ([ANSWERED], DONE))

    def test_reading_secure_memory_faults(self):
        self.stopped(1, "AUVIOL")

    def test_writing_secure_memory_faults(self):
        self.stopped(2, "AUVIOL")

    def test_calling_secure_code_beside_the_gate_faults(self):
        self.stopped(3, "INVEP")

    def test_reading_secure_memory_by_its_non_secure_address_faults(self):
        self.stopped(4, "AUVIOL")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
