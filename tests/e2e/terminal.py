# SPDX-License-Identifier: Apache-2.0
"""A command at a real terminal."""

import os
import pty
import select
import time

from building import DEADLINE_S


class Terminal:
    """A command with a terminal of its own."""

    def __init__(self, home, *words):
        self.shown = ""
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(home.folder)
            os.execve(home.cardea_path, [str(home.cardea_path), *words], home.environment)

    def wait_for(self, text):
        deadline = time.monotonic() + DEADLINE_S
        while text not in self.shown:
            if not select.select([self.file], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"no \"{text}\" on the terminal: {self.shown}")
            self.read()

    def read(self):
        try:
            piece = os.read(self.file, 4096)
        except OSError:  # it has ended
            piece = b""
        if not piece:
            raise AssertionError(f"the command ended: {self.shown}")
        self.shown += piece.decode()

    def type(self, text):
        os.write(self.file, text.encode())

    def end(self):
        """Its exit status."""
        try:
            while True:
                self.read()
        except AssertionError:
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.file)
        return status
