#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A maker's station with real devices on its line: locks as processes, or on an emulated board.

factory_test.py BINARIES [IMAGE]
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

BINARIES = pathlib.Path(sys.argv.pop(1)).resolve()
IMAGE = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 and sys.argv[1].endswith(".img") else None
DEADLINE_S = 120
VENDOR, DEVICE_CLASS = "11111111-2222-3333-4444-555555555555", "AAAAAAAABBBBCCCCDDDDEEEEEEEEEEEE"
PASSPHRASE = "correct horse battery staple"
DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3


class Panel:
    """The other end of a panel."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE_S)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.lines = self.socket.makefile("r")

    def ask(self, line):
        self.socket.sendall(line.encode() + b"\n")
        while (answer := self.lines.readline().rstrip("\n")).startswith("!"):
            pass
        return answer

    def close(self):
        self.lines.close()
        self.socket.close()


class Station(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "passphrase").write_text(PASSPHRASE + "\n")
        self.device = None
        self.addCleanup(self.take_away)
        self.jig = self.folder / "panel.sock"
        self.must("init", "M", "--vendor", VENDOR, "--device-class", DEVICE_CLASS, "--passphrase-file", "passphrase")

    def factory(self, *words, passphrase=None):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | ({"CARDEA_MAKER_PASSPHRASE": passphrase} if passphrase else {})
        return subprocess.run([BINARIES / "cardea-factory", *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=DEADLINE_S,
                              env=environment)

    def must(self, *words):
        done = self.factory(*words)
        self.assertEqual(done.returncode, DONE, (words, done.stdout, done.stderr))
        return done.stdout

    def refuses(self, status, words, *sentence):
        done = self.factory(*words)
        self.assertEqual(done.returncode, status, (words, done.stdout, done.stderr))
        for part in sentence:
            self.assertIn(part, done.stderr)

    def put(self, name, *options):
        """A device in the jig: a new one, or one of before."""
        self.take_away()
        state = self.folder / name
        log = (self.folder / "devices.log").open("a")
        firmware = ["--firmware", IMAGE] if IMAGE and not state.exists() else []
        self.device = subprocess.Popen([BINARIES / "cardea-lock", "bench", "--state", state, *map(str, firmware), *options], stderr=log)
        log.close()
        ready = state / "panel.sock"
        until(lambda: ready.exists() and self.answers(ready))
        if self.jig.is_symlink():
            self.jig.unlink()
        self.jig.symlink_to(ready)

    def answers(self, path):
        try:
            panel = Panel(path)
        except OSError:
            return False
        panel.close()
        return True

    def take_away(self):
        if self.device:
            self.device.terminate()
            self.device.wait(DEADLINE_S)
            self.device = None

    def ask(self, line):
        panel = Panel(self.jig)
        self.addCleanup(panel.close)
        answer = panel.ask(line)
        panel.close()
        return answer

    def make(self, count, *more):
        return ["make", "M", "--batch", "B", "--count", count, "--line", f"unix:{self.jig}", "--patience", 1, *more]

    def journal(self):
        return [line.split() for line in (self.folder / "M/B/journal.txt").read_text().rpartition("\n")[0].splitlines()]

    def made(self):
        return [words[1] for words in self.journal() if words[0] == "made"]

    def labels(self):
        return sorted(path.stem for path in (self.folder / "M/B/labels").iterdir())

    def verified(self, name="B.batch"):
        return json.loads(self.must("verify", name, "--maker", "M/maker.pub", "--json"))

    # --- refusals -------------------------------------------------------------------------------------------------------

    def test_a_wrong_command_line_says_what_is_wrong_and_touches_nothing(self):
        self.refuses(USAGE, ["init", "M", "--vendor", VENDOR, "--device-class", DEVICE_CLASS, "--passphrase-file", "passphrase"], "no empty folder")
        self.refuses(USAGE, ["init", "N", "--vendor", "somebody", "--device-class", DEVICE_CLASS, "--passphrase-file", "passphrase"], "no UUID")
        (self.folder / "short").write_text("secret\n")
        self.refuses(USAGE, ["init", "N", "--vendor", VENDOR, "--device-class", DEVICE_CLASS, "--passphrase-file", "short"], "at least 12")
        self.refuses(USAGE, ["make", "M", "--batch", "B", "--count", 1, "--line", "ttyUSB0"], "is no line")
        self.refuses(USAGE, ["make", "M", "--batch", "../B", "--count", 1, "--line", "unix:x"], "no name of a batch")
        self.refuses(USAGE, ["make", "nowhere", "--batch", "B", "--count", 1, "--line", "unix:x"], "cannot be read")
        self.refuses(UNREACHABLE, self.make(1), "no device", "begin again with the same command")
        self.assertFalse(self.made())

    # [rule: MF9]
    def test_a_batch_is_signed_under_the_right_passphrase_and_when_all_is_finished(self):
        self.put("one")
        self.must(*self.make(1))
        with (self.folder / "M/B/journal.txt").open("a") as journal:
            journal.write("begun " + "ab" * 16 + "\n")
        sign = ["sign", "M", "--batch", "B", "--to", "B.batch"]
        self.refuses(REFUSED, [*sign, "--passphrase-file", "passphrase"], "not finished")
        self.assertIn("put it on the line again", self.must("show", "M", "--batch", "B"))
        self.must("give-up", "M", "--batch", "B", "ab" * 16)
        self.refuses(REFUSED, ["give-up", "M", "--batch", "B", "ab" * 16], "no such device")
        self.refuses(REFUSED, ["give-up", "M", "--batch", "B", self.made()[0]], "belongs to the batch")
        wrong = self.factory(*sign, passphrase="a wrong passphrase")
        self.assertEqual(wrong.returncode, REFUSED, wrong)
        self.assertIn("passphrase is wrong", wrong.stderr)
        self.assertFalse((self.folder / "B.batch").exists())
        self.must(*sign, "--passphrase-file", "passphrase")
        self.assertEqual([lock["lock_id"] for lock in self.verified()["locks"]], self.made())
        self.refuses(REFUSED, self.make(2), "signed and takes no more")

    # [rule: MF1] [rule: MF2]
    def test_a_batch_that_is_torn_changed_or_somebody_elses_is_refused(self):
        self.put("one")
        self.must(*self.make(1))
        self.must("sign", "M", "--batch", "B", "--to", "B.batch", "--passphrase-file", "passphrase")
        good = (self.folder / "B.batch").read_bytes()
        for name, batch, status in (("torn", good[:-1], USAGE), ("longer", good + b"\0", USAGE), ("forged", good[:60] + bytes([good[60] ^ 1]) + good[61:], REFUSED)):
            (self.folder / name).write_bytes(batch)
            self.refuses(status, ["verify", name, "--maker", "M/maker.pub"])
        self.must("init", "N", "--vendor", VENDOR, "--device-class", DEVICE_CLASS, "--passphrase-file", "passphrase")
        self.refuses(REFUSED, ["verify", "B.batch", "--maker", "N/maker.pub"], "not signed by this maker")
        self.refuses(USAGE, ["verify", "B.batch", "--maker", "passphrase"], "no public key")

    # [rule: MF7]
    def test_a_device_that_answers_another_id_or_a_copied_identity_gets_no_label(self):
        self.put("one")
        self.must(*self.make(1))
        identity = next(words[2] for words in self.journal() if words[0] == "made")
        self.take_away()
        point_off_the_curve = "11" * 64
        for lie in ({"id": "99" * 16}, {"identity": identity}, {"identity": point_off_the_curve}, {"seal": "no flash_failed"}, {"sealed": "open"}, {"make": "no not_ready"}):
            with self.subTest(lie), Liar(self.folder / "liar.sock", lie) as liar:
                before = self.labels()
                self.refuses(REFUSED, ["make", "M", "--batch", "B", "--count", 2, "--line", f"unix:{liar.path}", "--patience", 1], "is not good",
                             "given up")
                self.assertEqual(self.labels(), before)
                self.assertEqual(self.journal()[-1][0], "void")
        self.assertEqual(len(self.made()), 1)

    # --- what it does ---------------------------------------------------------------------------------------------------

    # [rule: MF3] [rule: MF4] [rule: MF6]
    def test_a_batch_goes_from_blank_devices_to_a_signed_list_and_a_sheet_of_labels(self):
        names = iter(f"device{number}" for number in range(9))
        placed = []

        class Robot(threading.Thread):
            """Puts a new device into the jig whenever the station asks for one."""

            def __init__(self, test):
                super().__init__(daemon=True)
                self.test = test
                self.asked, self.done = test.folder / "asked", test.folder / "done"
                os.mkfifo(self.asked)
                os.mkfifo(self.done)

            def run(self):
                while self.asked.read_text():
                    placed.append(next(names))
                    self.test.put(placed[-1])
                    self.done.write_text("put\n")

        robot = Robot(self)
        robot.start()
        said = self.must(*self.make(3, "--next", f"echo next > {robot.asked} && read done < {robot.done}"))
        robot.asked.write_text("")
        self.assertEqual(len(placed), 3)
        made = self.made()
        self.assertEqual(len(set(made)), 3)
        self.assertEqual(self.labels(), sorted(made))
        self.assertIn("3 devices are made", said)
        # The label is what the device holds: its id, and a secret that nothing else at the station has.
        letters = {lock: re.sub(r"\s", "", "".join(re.findall(r">([A-Z1-7: ]+)<", (self.folder / f"M/B/labels/{lock}.svg").read_text())))
                   for lock in made}
        self.assertEqual(self.ask("about"), f"ok ready unclaimed {made[-1]} sealed")
        self.assertEqual(self.ask("make " + "11" * 16 + " " + "22" * 16 + " protected"), "no not_ready")
        self.refuses(USAGE, ["sheet", "M", "--batch", "B", "--to", "no/such/sheet.html"])
        self.must("sheet", "M", "--batch", "B", "--to", "sheet.html")
        self.assertEqual(self.labels(), [])
        self.assertEqual((self.folder / "sheet.html").stat().st_mode & 0o777, 0o600)
        self.refuses(REFUSED, ["sheet", "M", "--batch", "B", "--to", "again.html"], "no label to print")
        self.must("sign", "M", "--batch", "B", "--to", "B.batch", "--passphrase-file", "passphrase")
        batch = self.verified()
        self.assertEqual((batch["vendor"], batch["device_class"]), (VENDOR.replace("-", ""), DEVICE_CLASS.lower()))
        self.assertEqual([lock["lock_id"] for lock in batch["locks"]], sorted(made))
        self.assertEqual(self.ask("identity"), "ok " + next(lock["identity"] for lock in batch["locks"] if lock["lock_id"] == made[-1]))
        for lock, label in letters.items():
            self.assertTrue(label.startswith("CARDEA1:") and len(label) == 63, label)
            for path in self.folder.glob("M/**/*"):
                if path.is_file():
                    self.assertNotIn(label[8:].encode(), path.read_bytes().replace(b" ", b""), path)
            self.assertNotIn(label[8:], said)

    # [rule: MF5] [rule: MF8]
    def test_a_batch_that_was_cut_anywhere_goes_on_without_a_double(self):
        self.put("one")
        # The power of the station goes after the device was made: the device is open, and is made anew.
        lost = "cd" * 16
        self.assertEqual(self.ask(f"make {lost} {'22' * 16} protected"), "ok")
        (self.folder / "M/B/labels").mkdir(parents=True)
        (self.folder / "M/B/journal.txt").write_text(f"begun {lost}\nlabelled {lost} {self.ask('identity').split()[1]}\nma")
        (self.folder / f"M/B/labels/{lost}.svg").write_text("a label with a secret")
        self.assertIn("given up", self.must(*self.make(1)))
        self.assertNotIn(lost, self.made() + self.labels())
        self.assertEqual(self.labels(), self.made())
        # It goes between the seal and the last line: the device is sealed, and is taken as it is.
        journal = self.folder / "M/B/journal.txt"
        whole = journal.read_text()
        journal.write_text(whole[:whole.rindex("made ") + 30])
        self.assertEqual(self.made(), [])
        self.assertIn("sealed before the station stopped", self.must(*self.make(1)))
        self.assertEqual(self.labels(), self.made())
        # The device that is made is still in the jig: nothing happens to it.
        self.refuses(UNREACHABLE, self.make(2), "not made yet")
        self.assertEqual(journal.read_text().splitlines()[:len(whole.splitlines()) - 1], whole.splitlines()[:-1])
        # Without its label line it is nobody's.
        journal.write_text("")
        self.refuses(REFUSED, self.make(1), "not of this batch", "Nothing was changed")
        journal.write_text("begun x\n")
        self.refuses(USAGE, self.make(1), "line 1 is none of the station's")

    # [rule: MF4] [rule: MF8]
    def test_a_device_whose_power_goes_in_its_turn_is_made_when_it_comes_back(self):
        for cut in (1, 6, 12, 16, 20):
            self.put(f"cut{cut}")
            self.ask(f"cut {cut}")
            first = self.factory(*self.make(len(self.made_or_none()) + 1))
            self.take_away()
            if first.returncode == DONE:
                continue  # its turn took fewer operations
            self.assertEqual(first.returncode, UNREACHABLE, first)
            self.assertIn("begin again with the same command", first.stderr)
            before = self.made_or_none()
            self.put(f"cut{cut}")
            self.must(*self.make(len(before) + 1))
            self.assertEqual(self.made()[:-1], before)
            self.assertEqual(self.ask("about").split()[1:], ["ready", "unclaimed", self.made()[-1], "sealed"])
        begun = [words[1] for words in self.journal() if words[0] == "begun"]
        self.assertEqual(len(begun), len(set(begun)))
        for lock in [lock for lock in begun if lock not in self.made()]:
            if f"void {lock}" not in (self.folder / "M/B/journal.txt").read_text():
                self.must("give-up", "M", "--batch", "B", lock)
        self.assertEqual(self.labels(), sorted(self.made()))

    def made_or_none(self):
        return self.made() if (self.folder / "M/B/journal.txt").exists() else []


class Liar:
    """A device that answers as a good one does, but for one thing."""

    def __init__(self, path, lie):
        self.path, self.lie, self.lock, self.sealed = path, lie, "00" * 16, "open"
        self.listener = socket.socket(socket.AF_UNIX)
        if path.exists():
            path.unlink()
        self.listener.bind(str(path))
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(DEADLINE_S)

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, client.makefile("rw") as lines:
                for line in lines:
                    lines.write(self.answer(line.split()) + "\n")
                    lines.flush()

    def answer(self, words):
        if words[:1] == ["about"]:
            state = "not_ready" if self.lock == "00" * 16 else "ready"
            return f"ok {state} unclaimed {self.lie.get('id', self.lock) if state == 'ready' else self.lock} {self.sealed}"
        if words[:1] == ["make"]:
            self.lock = words[1] if "make" not in self.lie else self.lock
            return self.lie.get("make", "ok")
        if words[:1] == ["identity"]:
            return "ok " + self.lie.get("identity", GENERATOR)
        if words[:1] == ["seal"]:
            self.sealed = self.lie.get("sealed", "sealed")
            return self.lie.get("seal", "ok")
        return "no unsupported"


# A point of the curve that is no device's: its generator.
GENERATOR = ("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
             "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")


def until(condition):
    event = threading.Event()
    for _ in range(DEADLINE_S * 20):
        if condition():
            return
        event.wait(0.05)
    raise TimeoutError("it did not come about")


signal.signal(signal.SIGPIPE, signal.SIG_IGN)
unittest.main(verbosity=2)
