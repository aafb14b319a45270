# SPDX-License-Identifier: Apache-2.0
"""Stops what ./dev run --detach left running: the locks, then the platform, each with its work done. State stays in build/run."""

import processes


def add_arguments(parser) -> None:
    del parser


def run(arguments) -> int:
    del arguments
    names = [process.name for process in processes.ALL if process.pid() is not None]
    stopped = processes.stop_all()
    print(f"stopped: {', '.join(names)}" if names else "nothing was running")
    return 0 if stopped else 1
