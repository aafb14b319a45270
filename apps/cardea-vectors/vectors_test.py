#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`cardea vectors`: every family passes, and a file that is bent anywhere is reported as failing, or as unreadable, by name."""

import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARIES = pathlib.Path(sys.argv.pop(1))
SHIPPED = pathlib.Path(__file__).parents[2] / "spec/vectors/codes_v1.json"
FILE = json.loads(SHIPPED.read_text())
SECTIONS = ("keys", "otp", "ff1", "offline", "offline_invalid", "windows", "bounds", "scenarios")


def run(*arguments):
    done = subprocess.run([BINARIES / "cardea", "vectors", *arguments], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def run_text(text):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(text)
        file.flush()
        return run(file.name)


def section(name):
    """The file with one section, to be bent."""
    return copy.deepcopy({"title": "bent", "locks": FILE["locks"], name: FILE[name]})


# One value of each file that nothing else depends on; spec/vectors/webhook_v1.json is the server's, whose code is not linked into a program of locks.
LEFT_OUT = {"webhook_v1.json"}
BENDS = {
    "activation_v2.json": ["activations", 0, "done"],
    "edhoc_rfc9529.json": ["trace", "message_2"],
    "edhoc_v1.json": ["handshakes", 0, "message_1"],
    "factory_v1.json": ["batches", 0, "entries", 0, "identity"],
    "grant_v1.json": ["visit", "message_1"],
    "phone_v1.json": ["claims", 0, "mac"],
    "pin_v1.json": ["digests", 0, "digest"],
    "provider_v1.json": ["sha256", 0, "digest"],
    "provider_gm_v1.json": ["sha256", 0, "digest"],
    "schedule_v1.json": ["malformed", 0, "status"],
    "session_v1.json": ["handshakes", 0, "m1"],
    "update_v1.json": ["images", 0, "status"],
}


class Families(unittest.TestCase):
    def test_all_of_them_pass_and_no_file_of_vectors_is_forgotten(self):
        listed = json.loads(run("--list", "--json")[1])["families"]
        files = [name for family in listed for name in family["files"]]
        self.assertEqual(sorted([*files, *LEFT_OUT]), sorted(path.name for path in SHIPPED.parent.iterdir()))
        status, out, _ = run("--json")
        came = json.loads(out)
        self.assertEqual(status, 0, out)
        self.assertEqual([family["name"] for family in came["families"]], [family["name"] for family in listed])
        for family in came["families"]:
            self.assertGreater(family["passed"], 0, family)
            self.assertEqual((family["failed"], family["differences"]), (0, []), family)
        codes = next(family for family in came["families"] if family["name"] == "codes")
        self.assertEqual(codes["passed"], sum(len(FILE[name]) for name in SECTIONS))

    def test_one_bent_value_fails_its_family(self):
        with tempfile.TemporaryDirectory() as made:
            folder = pathlib.Path(made) / "vectors"
            shutil.copytree(SHIPPED.parent, folder)
            for name, path in BENDS.items():
                file = json.loads((folder / name).read_text())
                at = file
                for key in path[:-1]:
                    at = at[key]
                good = at[path[-1]]
                at[path[-1]] = "malformed" if good == "ok" else "ok" if path[-1] == "status" else "00" * (len(good) // 2)
                (folder / name).write_text(json.dumps(file))
            self.assertEqual(set(BENDS) | {"codes_v1.json"} | LEFT_OUT, {path.name for path in folder.iterdir()})
            names = [family["name"] for family in json.loads(run("--list", "--json")[1])["families"] if family["name"] != "codes"]
            status, out, _ = run("--json", "--folder", folder, *names)
            self.assertEqual(status, 1, out)
            self.assertEqual([family["name"] for family in json.loads(out)["families"]], names)
            for family in json.loads(out)["families"]:
                self.assertGreater(family["failed"], 0, family)
                self.assertTrue(family["differences"], family)
            differences = {family["name"]: " ".join(family["differences"]) for family in json.loads(out)["families"]}
            self.assertIn("Openssl/", differences["provider"])
            self.assertIn("Gm/", differences["provider"])
            self.assertIn("Rfc9529", differences["edhoc"])
            self.assertIn("SecondImplementation", differences["edhoc"])
            status, out, _ = run("pin", "--folder", folder)
            self.assertEqual((status, out.splitlines()[-1]), (1, "3 passed, 1 failed"), out)
            self.assertIn("pin: Pin.HasTheDigestsOfTheVectors: pin_test.cpp:", out)
            (folder / "pin_v1.json").unlink()
            status, out, err = run("pin", "--folder", folder)
            self.assertEqual((status, out), (2, ""), err)
            self.assertIn("pin_v1.json", err)

    def test_what_is_no_family_is_said_to_be_none(self):
        for names in (["pins"], ["pin", SHIPPED]):
            status, out, err = run(*names)
            self.assertEqual((status, out), (2, ""))
            self.assertIn("--list", err)


class Vectors(unittest.TestCase):

    def assert_differs(self, file, name, number, words):
        status, out, _ = run_text(json.dumps(file))
        lines = out.splitlines()
        self.assertEqual(status, 1, out)
        self.assertEqual(lines[-1], f"{len(file[name]) - 1} passed, 1 failed")
        self.assertEqual(len(lines), 2, out)
        self.assertTrue(lines[0].startswith(f"{name}[{number}]"), lines[0])
        for word in words:
            self.assertIn(word, lines[0])

    def test_one_bent_value_fails_that_case_and_says_what_was_expected_and_got(self):
        bends = [
            ("keys", 3, "out", "00" * 32, ["out: expected 0000", "got "]),
            ("otp", 5, "code", "0" * FILE["otp"][5]["digits"], ["code: expected 00", f"got {FILE['otp'][5]['code']}"]),
            ("otp", 6, "step", 1, ["step: expected 1, got "]),
            ("otp", 7, "h", 1, ["h: expected 1, got "]),
            ("otp", 8, "k", "00" * 32, ["k: expected 00"]),
            ("ff1", 8, "cipher", FILE["ff1"][8]["plain"], ["cipher: expected "]),
            ("offline", 0, "code", "123456789", ["code: expected 123456789, got "]),
            ("offline", 1, "p", 12, ["p: expected 12, got "]),
            ("offline", 2, "p_family", 12345, ["p_family: expected 12345, got "]),
            ("offline", 0, "ends", 1, ["begins and ends: expected "]),
            ("offline", 0, "duration", 1, ["duration: expected 1, got "]),
            ("offline_invalid", 0, "p", 1, ["p: expected 1, got "]),
            ("offline_invalid", 1, "reason", "malformed", ["reason: expected malformed, got unknown_code"]),
            ("windows", 4, "class", 93, ["class: expected 93, got "]),
            ("windows", 5, "begins", 0, ["begins and ends: expected 0.."]),
            ("bounds", 2, "opening", 7, ["opening: expected 7, got "]),
            ("bounds", 3, "release", 7, ["release: expected 7, got "]),
        ]
        for name, number, field, value, words in bends:
            with self.subTest(case=f"{name}[{number}].{field}"):
                file = section(name)
                self.assertIn(field, file[name][number])
                file[name][number][field] = value
                self.assert_differs(file, name, number, words)

    def test_a_t_or_clears_pool_that_is_left_out_differs(self):
        for field in ("t", "clears_pool"):
            number = next(i for i, case in enumerate(FILE["offline"]) if field in case)
            file = section("offline")
            del file["offline"][number][field]
            self.assert_differs(file, "offline", number, [f"{field}: expected none, got "])

    def test_a_bent_step_of_a_scenario_is_named(self):
        def bend(wanted, change, words):
            number, step = next((i, j) for i, scenario in enumerate(FILE["scenarios"]) for j, step in enumerate(scenario["steps"])
                                if wanted(step))
            file = section("scenarios")
            change(file["scenarios"][number]["steps"][step])
            self.assert_differs(file, "scenarios", number, [FILE["scenarios"][number]["name"], f"steps[{step}]", *words])

        bend(lambda s: s.get("expect") == "open", lambda s: s.update(expect="refused"), ["verdict: expected refused, got granted"])
        bend(lambda s: s.get("reason") == "replayed", lambda s: s.update(reason="used"), ["reason: expected used, got replayed"])
        bend(lambda s: s.get("failures") == 2, lambda s: s.update(failures=3), ["failures: expected 3, got 2"])
        bend(lambda s: s.get("wait") == 30, lambda s: s.update(wait=31), ["wait: expected 31, got 30"])
        bend(lambda s: s.get("alert") == 5, lambda s: s.update(alert=None), ["alert: expected 0, got 5"])
        # A charge that power cut short stands; a burn refunds it.
        bend(lambda s: s.get("cut") == "burn", lambda s: s.update(typed="00000000000"), ["no such point to cut the power at"])

    def test_a_case_that_cannot_be_run_counts_as_failed(self):
        file = section("scenarios")
        file["scenarios"][0]["lock"]["memory"] = 128
        self.assert_differs(file, "scenarios", 0, ["remembers 64 codes, the case asks for 128"])

    def assert_unreadable(self, text, words):
        status, out, err = run_text(text)
        self.assertEqual((status, out), (2, ""), err)
        for word in words:
            self.assertIn(word, err)

    def test_an_unknown_section_or_field_makes_a_file_unreadable(self):
        self.assert_unreadable(json.dumps({**FILE, "bluetooth": []}), ["bluetooth"])
        for name in SECTIONS:
            file = section(name)
            file[name][0]["tpyed"] = 1
            self.assert_unreadable(json.dumps(file), ["tpyed", name])
        for path in (["lock"], ["steps", 0], ["lock", "slots", 0]):
            file = section("scenarios")
            at = file["scenarios"][0]
            for key in path:
                at = at[key]
            at["tpyed"] = 1
            self.assert_unreadable(json.dumps(file), ["tpyed", "otp_replay" if path[0] == "steps" else "scenarios[0]"])
        file = section("keys")
        file["locks"]["L1"]["colour"] = "red"
        self.assert_unreadable(json.dumps(file), ["colour", "L1"])

    def test_what_no_lock_could_have_makes_a_file_unreadable(self):
        huge = 2**63
        for name, number, field, value in (("otp", 0, "time", huge), ("otp", 0, "digits", 9), ("otp", 0, "code", 5), ("keys", 0, "label", "x" * 17),
                                           ("keys", 0, "label", ""), ("keys", 0, "ctx", "00" * 145), ("keys", 0, "k", "00"),
                                           ("ff1", 0, "cipher", "zzzzzzzzzz"), ("ff1", 0, "radix", 99), ("offline", 0, "n", 8),
                                           ("offline", 0, "lock", "L9"), ("windows", 0, "from", -1), ("windows", 0, "issued", [[1]]),
                                           ("bounds", 0, "n", "9"), ("otp", 0, "fixed", 1), ("scenarios", 0, "steps", {})):
            with self.subTest(case=f"{name}[{number}].{field} = {str(value)[:20]}"):
                file = section(name)
                file[name][number][field] = value
                self.assert_unreadable(json.dumps(file), [f"{name}[{number}]"])
        file = section("scenarios")
        file["scenarios"][0]["steps"][1]["time"] = huge
        self.assert_unreadable(json.dumps(file), ["steps[1]"])

    def test_what_is_no_file_of_vectors_is_unreadable(self):
        for text in ("", "{", "[]", "{} {}", "null"):
            self.assert_unreadable(text, ["Nothing was run"])
        status, _, err = run("/nowhere/at/all.json")
        self.assertEqual(status, 2)
        self.assertIn("/nowhere/at/all.json", err)


unittest.main(argv=sys.argv[:1])
