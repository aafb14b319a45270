#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The gateway between a real cardea-server and a line at whose other end this test sits, as a lock would. Its frames are made here,
from spec/bearer-serial.md.

gateway_test.py CARDEA_GATEWAY CARDEA_SERVER
"""

import os
import pathlib
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

GATEWAY, SERVER = sys.argv.pop(1), sys.argv.pop(1)
DEADLINE_S = 60.0
READY, OPEN, OPENED, CLOSED, MESSAGE = 0x01, 0x02, 0x03, 0x04, 0x10
M1_OF_A_STRANGER = bytes([0x81, 0x11]) + bytes(range(4)) + bytes(16)  # of a key that the platform does not hold: it ends the connection


def frame(kind, number, body=b""):
    content = struct.pack(">BI", kind, number) + body
    content += struct.pack(">I", zlib.crc32(content))
    return b"\xc0" + content.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


class End:
    """The lock's end of a line, over any descriptor."""

    def __init__(self, descriptor):
        self.descriptor, self.bytes = descriptor, b""

    def say(self, *words):
        os.write(self.descriptor, frame(*words))

    def hear(self):
        """The next frame: (kind, number, body)."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            head, end, rest = self.bytes.partition(b"\xc0")
            if not end:
                ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
                assert ready, "the gateway said nothing"
                more = os.read(self.descriptor, 4096)
                assert more, "the gateway has gone"
                self.bytes += more
                continue
            self.bytes = rest
            if head:
                content = head.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")
                assert struct.unpack(">I", content[-4:])[0] == zlib.crc32(content[:-4])
                return content[0], struct.unpack(">I", content[1:5])[0], content[5:-4]

    def close(self):
        os.close(self.descriptor)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Platform:
    """A real one, ready when the object is."""

    def __init__(self, url, state):
        self.process = subprocess.Popen([SERVER, "--listen", url.removeprefix("http://"), "--console", "off", "--phone", "off", "--state", state], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        if not any(line.startswith("cardea-server ready") for line in self.process.stdout):
            raise AssertionError("the platform never became ready")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=DEADLINE_S)
        assert self.process.returncode == 0


class Gateway(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        state = tempfile.TemporaryDirectory(prefix="cardea-gateway-")
        cls.addClassCleanup(state.cleanup)
        cls.url = f"http://127.0.0.1:{free_port()}"
        cls.addClassCleanup(Platform(cls.url, state.name).stop)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cardea-gateway-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.path = self.folder / "uart"
        self.listener.bind(str(self.path))
        self.listener.listen()
        self.listener.settimeout(DEADLINE_S)

    def start_gateway(self, serial=None):
        self.log = (self.folder / "gateway.log").open("w+")
        self.addCleanup(self.log.close)
        process = subprocess.Popen([GATEWAY, "--serial", serial or self.path, "--platform", self.url], stderr=self.log)
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        """With its own end, so that the sanitizers have their say."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(DEADLINE_S), 0)

    def accept(self):
        connection, _ = self.listener.accept()
        end = End(connection.detach())
        self.addCleanup(end.close)
        self.assertEqual(end.hear(), (READY, 0, b""))
        return end

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def ended_by_the_platform(self):
        return self.said().count("the platform ended the lock's connection (4401)")

    # [rule: B4]
    def test_opens_when_the_platform_is_there_and_says_when_it_ends_the_connection(self):
        self.start_gateway()
        lock = self.accept()
        lock.say(OPEN, 7)
        self.assertEqual(lock.hear(), (OPENED, 7, b""))
        lock.say(MESSAGE, 7, M1_OF_A_STRANGER)
        self.assertEqual(lock.hear(), (CLOSED, 7, b""))
        self.assertEqual(self.ended_by_the_platform(), 1)

    # [rule: B4]
    def test_tries_until_the_platform_is_there_and_says_once_that_it_is_not(self):
        self.url = f"http://127.0.0.1:{free_port()}"
        self.start_gateway()
        lock = self.accept()
        lock.say(OPEN, 7)
        self.until("the gateway has tried", lambda: "cannot reach" in self.said())
        self.addCleanup(Platform(self.url, self.folder / "state").stop)
        self.assertEqual(lock.hear(), (OPENED, 7, b""))
        self.assertEqual(self.said().count("cannot reach"), 1, self.said())

    # [rule: B2] [rule: B3] [rule: B5]
    def test_knows_one_connection_and_its_number(self):
        self.start_gateway()
        lock = self.accept()
        lock.say(MESSAGE, 6, M1_OF_A_STRANGER)
        self.assertEqual(lock.hear(), (CLOSED, 6, b""), "nothing is open yet")
        lock.say(OPEN, 7)
        self.assertEqual(lock.hear(), (OPENED, 7, b""))
        lock.say(OPEN, 7)
        self.assertEqual(lock.hear(), (OPENED, 7, b""), "it stands: said again")
        lock.say(OPENED, 7)
        self.assertEqual(lock.hear(), (CLOSED, 7, b""), "the gateway's own word")
        lock.say(OPEN, 8)
        self.assertEqual(lock.hear(), (OPENED, 8, b""))
        lock.say(MESSAGE, 7, M1_OF_A_STRANGER)
        self.assertEqual(lock.hear(), (CLOSED, 7, b""), "a new number ended the one before")
        self.assertEqual(self.ended_by_the_platform(), 0)
        lock.say(CLOSED, 6)
        lock.say(MESSAGE, 8, M1_OF_A_STRANGER)
        self.assertEqual(lock.hear(), (CLOSED, 8, b""))
        self.assertEqual(self.ended_by_the_platform(), 1, "the end of another connection ends nothing: the platform read it")

    # [rule: B1]
    def test_drops_noise_and_reads_on(self):
        self.start_gateway()
        lock = self.accept()
        broken = bytearray(frame(OPEN, 7))
        broken[3] ^= 1
        os.write(lock.descriptor, b"noise\xdb\xdb" + broken + frame(OPEN, 7)[:5] + b"\xc0" + bytes(20_000))
        lock.say(OPEN, 9)
        self.assertEqual(lock.hear(), (OPENED, 9, b""))

    def test_finds_a_line_again_that_went_away(self):
        self.start_gateway()
        connection, _ = self.listener.accept()
        with connection:
            End(connection.fileno()).say(OPEN, 7)
        lock = self.accept()
        lock.say(MESSAGE, 7, M1_OF_A_STRANGER)
        self.assertEqual(lock.hear(), (CLOSED, 7, b""), "the connection of the line before is gone")

    def test_speaks_over_a_serial_device(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, theirs)
        self.start_gateway(os.ttyname(theirs))
        lock = End(ours)
        self.addCleanup(lock.close)
        self.assertEqual(lock.hear(), (READY, 0, b""))
        lock.say(OPEN, 0x0A0D1113)  # what a terminal would change: line ends, flow control
        self.assertEqual(lock.hear(), (OPENED, 0x0A0D1113, b""))

    def test_says_what_is_wrong_with_its_options(self):
        for words, wrong in ((["--serial", "x", "--platform", "nowhere"], "--platform nowhere"), (["--serial", "x", "--baud", "3"], "--baud 3"),
                             ([], "--serial")):
            done = subprocess.run([GATEWAY, *words], capture_output=True, text=True, timeout=DEADLINE_S)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(wrong, done.stderr)

    def until(self, what, condition):
        deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            pause.wait(0.01)


unittest.main(argv=sys.argv[:1], verbosity=2)
