#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A lock on an emulated board is updated over the air by a campaign of a real platform, through a real gateway: pieces, trial and
confirmation, with the plug pulled at any moment; and what it refuses, it does not run.

update_test.py BINARIES BOARD [TEST...]
"""

import json
import os
import pathlib
import socket
import sys
import unittest
import uuid

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import board as boards
from board import container
from board_door import LOCK_ENDED_BY_POWER_CUT, BoardDoor
from building import until

BINARIES, BOARD = sys.argv.pop(1), sys.argv.pop(1)
UPDATE_DEADLINE_S = 240.0


class EmulatedUpdate(BoardDoor):
    @classmethod
    def setUpClass(cls):
        cls.stage(BINARIES, boards.shipped(BOARD))
        home = cls.home
        cls.stranger = container.ec.generate_private_key(container.ec.SECP256R1())
        for name, key in (("Maker", boards.development_key(BOARD)), ("Stranger", cls.stranger)):
            (home.folder / f"{name}.pem").write_text(container.public_pem(key))
            home.must("firmware", "trust", name, home.folder / f"{name}.pem")

    # --- the lock

    def status(self):
        return self.home.must("lock", "status", "--state", "front", "--json").json()

    def starts_anew(self):
        return self.home.log("front").count("started anew")

    def cut_at(self, operation):
        """The power goes at this flash operation from now on; returns when it has."""
        with socket.socket(socket.AF_UNIX) as lock:
            lock.connect(os.path.relpath(self.home.folder / "front" / "lock.sock"))
            lock.sendall(json.dumps({"do": "wait", "cut_at": operation}).encode() + b"\n")
            self.assertEqual(json.loads(lock.recv(65536))["status"], 0)
        self.assertEqual(self.home.wait_for_end("front"), LOCK_ENDED_BY_POWER_CUT, self.home.log("front"))

    def opens(self):
        issued = self.home.must("let-in", "--person", f"Person {uuid.uuid4()}", "--door", "front", "--to", "+2h", "--json").json()
        credential = issued["credentials"][0]["credential"]["id"]

        def known():
            return self.home.must("credential", "show", credential, "--json").json()["delivery"] == "on_lock"
        until("the lock has the slot", known)
        code = self.home.must("code", "show", credential, "--json").json()["code"]
        self.assertEqual(self.home.type("front", code)["verdict"], "granted")

    # --- the platform

    def bring(self, version, image):
        """A campaign brings this image to the door."""
        path = self.home.folder / f"{version}.img"
        path.write_bytes(image)
        self.home.must("firmware", "upload", path)
        self.home.must("campaign", "create", f"to {version}", "--image", version, "--door", "front")

    def told(self, version):
        """What the platform knows of the lock in this campaign."""
        campaigns = self.home.must("campaign", "list", "--json").json()["items"]
        campaign = next(each for each in campaigns if each["name"] == f"to {version}")
        return self.home.get(f"/v1/firmware-campaigns/{campaign['id']}/locks")["items"][0]

    def refused(self, version, why):
        """The lock refuses it, which halts a campaign of one lock; and the campaign is called off."""
        until(f"{version} is refused", lambda: self.told(version)["state"] == "refused", UPDATE_DEADLINE_S)
        self.assertEqual(self.told(version)["refused_for"], why)
        self.home.must("campaign", "cancel", f"to {version}")

    def confirmed(self, version):
        until(f"{version} runs for good", lambda: self.told(version)["state"] == "confirmed", UPDATE_DEADLINE_S)
        status = self.status()
        self.assertEqual(status["firmware"], f"cardea {version}")
        self.assertEqual(status["newest_image"], "confirmed")
        return status

    # [rule: U2] [rule: U5] [rule: I1] [rule: I6]
    def test_1_is_updated_and_opens_as_before(self):
        before = self.status()
        self.assertEqual((before["firmware"], before["image_slot"]), ("cardea 0.1.0", 0))
        shipped = boards.shipped(BOARD).read_bytes()
        self.bring("0.2.0", container.renewed(shipped, boards.development_key(BOARD), (0, 2, 0, 0)))
        self.assertEqual(self.confirmed("0.2.0")["image_slot"], 1)
        self.assertEqual(self.starts_anew(), 1)
        self.opens()

    # [rule: I3] [rule: I5] [rule: U2]
    def test_2_goes_on_wherever_the_plug_was_pulled(self):
        running = self.status()["image_slot"]
        self.bring("0.3.0", boards.signed(BOARD, boards.lock_body(BOARD), (0, 3, 0, 0)))
        for operation in (1, 40, 150, 200, 30, 20):
            self.cut_at(operation)
            self.home.run_lock("front")
            self.assertEqual(self.status()["image_slot"], running, "the old image until the new one is whole")
        # Within its trial, as soon as it has begun.
        before = self.starts_anew()
        until("the new image is tried", lambda: self.starts_anew() > before, UPDATE_DEADLINE_S)
        self.pull_the_plug()
        self.home.run_lock("front")
        self.assertNotEqual(self.confirmed("0.3.0")["image_slot"], running)
        self.pull_the_plug()
        self.home.run_lock("front")
        self.confirmed("0.3.0")
        self.opens()

    # [rule: V3] [rule: V5] [rule: I2]
    def test_3_refuses_what_is_not_for_it_and_runs_on(self):
        before = self.status()
        body = boards.lock_body(BOARD)
        for version, image, why in (
                ("0.4.1", boards.signed(BOARD, body, (0, 4, 1, 0), counter=0), "stale"),
                ("0.4.2", boards.signed(BOARD, body, (0, 4, 2, 0), device_class=uuid.uuid4()), "unsupported"),
                ("0.4.3", boards.signed(BOARD, body, (0, 4, 3, 0), key=self.stranger), "forged")):
            self.bring(version, image)
            self.refused(version, why)
            status = self.status()
            self.assertEqual((status["firmware"], status["image_slot"]), (before["firmware"], before["image_slot"]))
        self.opens()

    # [rule: U3] [rule: U6]
    def test_4_falls_back_from_an_image_that_hangs(self):
        before = self.status()
        self.bring("0.5.0", boards.signed(BOARD, boards.hanging_body(BOARD), (0, 5, 0, 0)))
        self.refused("0.5.0", "not_ready")
        status = self.status()
        self.assertEqual((status["firmware"], status["image_slot"]), (before["firmware"], before["image_slot"]))
        self.opens()


unittest.main(verbosity=2)
