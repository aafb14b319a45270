# SPDX-License-Identifier: Apache-2.0
"""no_long_multiply.py IMAGE ARCHIVE…: fails when a function of IMAGE that came out of one of the archives multiplies 32 by 32 to 64
bits, or divides. A Cortex-M3 takes longer for some operands than for others there, and these archives compute with keys."""

import re
import subprocess
import sys

_VARIES = re.compile(r"\t(umull|umlal|smull|smlal|udiv|sdiv)\b")


def functions(archives: list[str]) -> set[str]:
    names = subprocess.run(["arm-none-eabi-nm", "--defined-only", *archives], text=True, capture_output=True, check=True).stdout
    return set(re.findall(r" [tTwW] (\S+)$", names, re.MULTILINE))


def main() -> int:
    image, *archives = sys.argv[1:]
    watched = functions(archives)
    listing = subprocess.run(["arm-none-eabi-objdump", "-d", image], text=True, capture_output=True, check=True).stdout
    found, seen, name = set(), set(), ""
    for line in listing.splitlines():
        if head := re.match(r"[0-9a-f]+ <(\S+)>:$", line):
            name = head[1]
            seen.add(name)
        elif name in watched and (varies := _VARIES.search(line)):
            found.add((name, varies[1]))
    for function, instruction in sorted(found):
        print(f"{function} uses {instruction}, which takes longer for some operands on a Cortex-M3")
    if not watched & seen:
        print(f"nothing of {' '.join(archives)} is in {image}: what was to be looked at?")
        return 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
