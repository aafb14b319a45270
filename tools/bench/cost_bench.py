# SPDX-License-Identifier: Apache-2.0
"""What a lock's work costs on an emulated Cortex-M3: instructions, exact and the same in every run, stack, and bytes on the air. The images
are firmware/cost and, for what mbed TLS takes for the same steps of the crypto, firmware/peers; both compiled with preset mcu (-Os).

mbed TLS indexes tables with secrets (AES) and wants a heap, of which its stack says nothing; ours does neither."""

import re
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
from rows import at_most_value, print_rows, row

MBEDTLS = "mbed TLS 2.28"
TICKS_AN_INSTRUCTION = 25 * 0.128  # the board's 25 MHz, and 128 ns an instruction under shift=7
# What the image says: its row, and at most how much.
ROWS = {
    "typed_code/warm/cycles": 1_500_000,
    "typed_code/first_of_an_hour/cycles": 4_000_000,
    "typed_code/stack": 4_096,
    "lock/start/cycles": None,
    "lock/start/stack": 4_096,
    "lock/typed_code/cycles": None,
    "lock/typed_code/stack": 4_096,
    "lock/button/cycles": None,
    "lock/button/stack": 4_096,
    "lock/activation/cycles": None,
    "lock/activation/stack": 4_096,
    "lock/desired_state/cycles": None,
    "lock/desired_state/stack": 4_096,
    "link/handshake/cycles": None,
    "link/handshake/stack": 4_096,
    "lock/receipt/cycles": None,
    "lock/receipt/stack": 4_096,
    "lock/image_offer/cycles": None,
    "lock/image_offer/stack": 4_096,
    "lock/image/cycles": None,
    "lock/image/stack": 4_096,
    "lock/file_out/cycles": None,
    "lock/file_out/stack": 4_096,
    "lock/file/cycles": None,
    "lock/file/stack": 4_096,
    "near/visit/cycles": None,
    "near/visit/stack": 4_096,
    "symmetric/responder/cycles": 150_000,
    "symmetric/responder/stack": 4_096,
    "symmetric/air": 72,
    "records/open/cycles": None,
    "edhoc/responder/ahead/cycles": None,
    "edhoc/responder/cycles": 45_000_000,
    "edhoc/responder/stack": 4_096,
    "edhoc/responder/ram": None,
    "edhoc/air": 101,
}
GM_ROWS = {"symmetric/responder/cycles": None, "symmetric/responder/stack": 4_096, "symmetric/air": 72, "edhoc/responder/ahead/cycles": None,
           "edhoc/responder/cycles": None, "edhoc/responder/stack": 4_096, "edhoc/air": 101,
           **{f"crypto/{step}/{what}": None for step in ("hmac", "ccm", "generate", "agree", "sign", "verify") for what in ("cycles", "stack")}}
STEPS = ("hmac", "ccm", "p256_generate", "p256_agree", "p256_verify")


def said_by(name: str) -> dict[str, int]:
    """The figures that an image says, in instructions and bytes."""
    image = build.BUILD / "mcu" / "firmware" / f"{name}-an385.elf"
    done = subprocess.run(["qemu-system-arm", "-M", "mps2-an385", "-display", "none", "-monitor", "none", "-serial", "none",
                           "-semihosting-config", "enable=on,target=native", "-icount", "shift=7,sleep=off", "-kernel", str(image)],
                          text=True, capture_output=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"{image.name} ended with {done.returncode}: {done.stderr}")
    said = {line.split()[0]: int(line.split()[1]) for line in done.stderr.splitlines() if line}
    return {figure_of(name): round(value / TICKS_AN_INSTRUCTION) if name.endswith("/cycles") else value for name, value in said.items()}


def figure_of(name: str) -> str:
    return re.sub("/cycles$", "/instructions", name)


def unit_of(figure: str) -> str:
    return "instructions" if figure.endswith("/instructions") else "bytes"


def main() -> int:
    ours, theirs, rows = said_by("cardea-cost") | said_by("cardea-cost-gm"), said_by("cardea-cost-mbedtls"), []
    for name, most in (ROWS | {f"gm/{name}": most for name, most in GM_ROWS.items()}).items():
        figure = figure_of(name)
        rows.append(row(f"cost/cortex_m3/{figure}", ours[figure], unit_of(figure), target=None if most is None else at_most_value(most)))
    for figure in (f"crypto/{step}/{what}" for step in STEPS for what in ("instructions", "stack")):
        rows.append(row(f"cost/cortex_m3/{figure}", ours[figure], unit_of(figure), MBEDTLS, theirs[figure],
                        round(ours[figure] / theirs[figure], 3)))
    print_rows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
