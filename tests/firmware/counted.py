# SPDX-License-Identifier: Apache-2.0
"""A board run by QEMU in such a way that its clock counts instructions (-icount): a figure repeats wherever it is taken."""

import board as boards


def say(board, flash, lines):
    """What the panel says first, and to each of these lines."""
    return boards.say(board, flash, lines, "-icount", "shift=7,sleep=off")


def instructions(board, cycles):
    return round(int(cycles) / boards.BOARDS[board][2])
