# SPDX-License-Identifier: Apache-2.0
"""What the commands print: parts with their times, colours on a terminal only, and failures that say what to do."""

import contextlib
import os
import sys
import time

_colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if _colour else text


def bold(text: str) -> str:
    return _paint("1", text)


def red(text: str) -> str:
    return _paint("31", text)


def green(text: str) -> str:
    return _paint("32", text)


class Failed(Exception):
    """Ends the command. The message says what is wrong and what to do next."""

    def __init__(self, message: str, exit_status: int = 1):
        super().__init__(message)
        self.exit_status = exit_status


class Parts:
    """Names each part of a command when it starts, and lists the time of each at the end, also after a failure."""

    def __init__(self) -> None:
        self._times: list[tuple[str, float]] = []

    @contextlib.contextmanager
    def part(self, name: str):
        print(bold(f"== {name}"))
        start = time.monotonic()
        try:
            yield
        finally:
            self._times.append((name, time.monotonic() - start))

    def print_times(self) -> None:
        print(bold("== time of each part"))
        for name, seconds in self._times:
            print(f"{seconds:8.1f} s  {name}")
        print(f"{sum(seconds for _, seconds in self._times):8.1f} s  in all")
