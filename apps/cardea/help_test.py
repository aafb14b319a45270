#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks through every command of a program by its own help: each has one, and each option and command in it says what it does."""

import subprocess
import sys


def sections(text):
    name, lines = None, {}
    for line in text.splitlines():
        if line and not line.startswith(" ") and line.endswith(":"):
            name = line[:-1]
        elif name and line.strip():
            lines.setdefault(name, []).append(line)
    return lines


COLUMN = 30  # where CLI11 begins what an entry does


def entries(lines):
    """[[first words, description]] of a section: a long entry has its description on the next line."""
    found = []
    for line in lines:
        if not line[:COLUMN].strip():
            found[-1][1] += line.strip()
        elif line[COLUMN - 1:COLUMN] == " ":
            found.append([line[:COLUMN].strip(), line[COLUMN:].strip()])
        else:
            found.append([line.strip(), ""])
    return found


def walk(command, wrong):
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=60)
    name = " ".join(command[1:])
    if done.returncode != 0 or not done.stdout.strip():
        wrong.append(f"{name} --help: exit {done.returncode}, {len(done.stdout)} characters")
        return 1
    count = 1
    parts = sections(done.stdout)
    for section in ("Options", "Positionals", "Platform"):
        wrong += [f"{name}: {head}: no word about what it does" for head, tail in entries(parts.get(section, [])) if not tail]
    for word, tail in entries(parts.get("Subcommands", [])):
        if not tail:
            wrong.append(f"{name}: {word}: no word about what it does")
        count += walk([*command, word], wrong)
    return count


wrong = []
count = walk([sys.argv[1]], wrong)
for line in wrong:
    print(line)
print(f"{count} commands")
sys.exit(1 if wrong or count < int(sys.argv[2]) else 0)
