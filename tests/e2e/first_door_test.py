#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tour of the README with real processes: a platform, two locks that it reaches, and one in the cellar that only files reach."""

import sys
import unittest

from building import ZONE, Building, until

BINARIES = sys.argv.pop(1)


def other_code(code, number):
    """A code of the same length that is not this one."""
    return f"{(int(code) + 11111 * number) % 10**len(code):0{len(code)}d}"


class FirstDoor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Building(BINARIES)
        cls.addClassCleanup(cls.home.close)
        cls.home.make()

    def let_in(self, person, door, *words):
        return self.home.must("let-in", "--person", person, "--door", door, "--to", "+2h", "--json", *words).json()

    def assert_refused(self, answer, status, *words):
        self.assertEqual(answer.status, status, str(answer))
        for word in words:
            self.assertIn(word, answer.err, str(answer))

    # --- the front door: online, protected

    def test_a_code_opens_once_and_guessing_makes_wait_through_a_power_cut(self):
        home = self.home
        shown = home.must("let-in", "--person", "Ana Example", "--door", "front", "--to", "+2h")
        lines = dict(line.split("  ", 1) for line in shown.out.splitlines())
        code = lines["code"].strip()
        self.assertRegex(code, "^[0-9]{8}$", str(shown))
        self.assertTrue(lines["until"].strip().endswith(ZONE), str(shown))
        self.assertNotIn("note", lines, str(shown))

        self.assertEqual(home.type("front", code), {"verdict": "granted", "reason": None, "wait_s": 0})
        granted = home.wait_for_event("access.granted", "--door", "front", "--person", "Ana Example")
        self.assertEqual(granted["method"], "app")
        self.assertIn("Ana Example", home.must("events", "--door", "front").out)

        replayed = home.type("front", code)
        self.assertEqual((replayed["verdict"], replayed["reason"]), ("refused", "replayed"))
        refusal = home.wait_for_event("access.refused", "--door", "front")
        self.assertEqual(refusal["reason"], "replayed")
        why = home.must("explain", refusal["id"], "--json").json()
        self.assertEqual([check["check"] for check in why["trace"] if check["result"] == "failed"], ["replayed"])
        who = home.must("explain", "--door", "front", "--person", "Ana Example", "--at", "+1m", "--json").json()
        self.assertEqual([item["opens"] for item in who["items"]], [True], who)
        self.assertIn("Ana Example", home.must("explain", "--door", "front").out)
        after = home.must("explain", "--door", "front", "--person", "Ana Example", "--at", "+3h", "--json").json()
        self.assertEqual([item["reason"] for item in after["items"]], ["grant_ended"], after)

        verdict = replayed
        for guess in range(1, 8):
            if verdict["wait_s"] > 0:
                break
            verdict = home.type("front", other_code(code, guess))
            self.assertEqual((verdict["verdict"], verdict["reason"]), ("refused", "unknown_code"))
        self.assertGreaterEqual(verdict["wait_s"], 30)

        home.must("lock", "cut", "--state", "front")
        home.wait_for_end("front")
        home.run_lock("front")
        still = home.type("front", code)
        self.assertEqual((still["verdict"], still["reason"]), ("refused", "locked_out"))
        self.assertGreater(still["wait_s"], 0)
        until("the front door is online again", lambda: home.lock("front")["online"])
        # The platform opens all the same, and what it did is on record.
        self.assertEqual(home.must("lock", "unlock", "front").out, "Opened.\n")
        until("the unlocking is on record", lambda: [e for e in home.events("--door", "front", "--type", "access.granted") if e["method"] == "platform"])

    # --- the cellar: no network, ever

    def test_an_offline_code_opens_a_lock_that_has_never_seen_a_network(self):
        home = self.home
        before = home.events("--door", "cellar", "--type", "access.granted")
        timed = self.let_in("Zoë Beispiel", "cellar", "--offline")["credentials"][0]
        self.assertRegex(timed["code"], "^[0-9]{10}$")
        self.assertEqual(home.type("cellar", timed["code"])["verdict"], "granted")
        self.assertEqual(home.type("cellar", timed["code"])["verdict"], "granted")
        once = self.let_in("Zoë Beispiel", "cellar", "--once")["credentials"][0]
        self.assertEqual(home.type("cellar", once["code"])["verdict"], "granted")
        self.assertEqual(home.type("cellar", once["code"])["reason"], "used")
        self.assertEqual(home.type("cellar", other_code(once["code"], 1))["verdict"], "refused")

        self.assertEqual(home.events("--door", "cellar", "--type", "access.granted"), before)
        home.carry_file("cellar")
        granted = home.events("--door", "cellar", "--type", "access.granted")
        self.assertEqual(len(granted), len(before) + 3)
        self.assertEqual({event.get("person_id") for event in granted[:3]}, {timed["credential"]["person_id"]})

        revealed = home.must("credential", "reveal", timed["credential"]["id"]).out.strip()
        self.assertEqual(revealed, timed["code"])

    def test_a_pin_opens_as_often_as_one_likes_until_it_is_ended(self):
        home = self.home
        made = self.let_in("Gus Example", "cellar", "--make-pin")["credentials"][0]
        pin, credential = made["code"], made["credential"]["id"]
        self.assertRegex(pin, "^[0-9]{6}$")
        home.carry_file("cellar")
        refused = home.type("cellar", other_code(pin, 1))
        self.assertEqual((refused["verdict"], refused["reason"]), ("refused", "unknown_code"))
        for _ in range(2):
            self.assertEqual(home.type("cellar", pin)["verdict"], "granted")
        home.carry_file("cellar")
        shown = home.must("credential", "show", credential, "--json").json()
        self.assertEqual((shown["delivery"], shown["uses"]["count"]), ("on_lock", 2))
        self.assertIn("2 times", home.must("credential", "show", credential).out)
        self.assertEqual({event["method"] for event in home.events("--person", "Gus Example", "--type", "access.granted")}, {"pin"})

        window = ("let-in", "--person", "Hal Example", "--door", "cellar", "--to", "+2h")
        taken = home.cardea(*window, "--pin", pin)
        self.assert_refused(taken, 1, "pin_taken")
        self.assertNotIn("Gus", taken.err)
        self.assert_refused(home.cardea(*window, "--pin", "123456"), 2, "pin_weak")
        self.assert_refused(home.cardea("credential", "reveal", credential), 1, "no_stored_code")

        home.must("credential", "revoke", credential)
        home.carry_file("cellar")
        self.assertEqual(home.type("cellar", pin)["verdict"], "refused")

    # --- the side door: online, unprotected

    def test_an_unprotected_lock_takes_tokens_and_sms_but_no_offline_codes(self):
        home = self.home
        token = self.let_in("Bo Example", "side")["credentials"][0]
        self.assertEqual(home.type("side", token["current"]["code"])["verdict"], "granted")

        before = len(home.must("grant", "list", "--json").json()["items"])
        refused = home.cardea("let-in", "--person", "Bo Example", "--door", "side", "--to", "+2h", "--offline")
        self.assert_refused(refused, 1, "lock_unprotected")
        grants = home.must("grant", "list", "--json").json()["items"]
        self.assertEqual((len(grants), grants[0]["state"]), (before + 1, "revoked"))

        issued = self.let_in("Cy Example", "side", "--sms", "--phone", "+41791234567")["credentials"][0]["credential"]
        until("the lock has the slot", lambda: home.must("credential", "show", issued["id"], "--json").json()["delivery"] == "on_lock")
        message = home.must("credential", "send", issued["id"], "--json").json()
        text = home.must("outbox", "show", message["id"]).out
        code = next(word.strip(".,:;") for word in text.split() if word.strip(".,:;").isdigit() and len(word.strip(".,:;")) == 8)
        self.assertEqual(home.type("side", code)["verdict"], "granted")

    def test_a_named_schedule_changes_at_the_lock_for_all_who_follow_it(self):
        home = self.home
        home.must("calendar", "add", "Zurich", "--date", "2037-12-25", "--date", "2037-12-26")
        home.must("schedule", "add", "Cleaners", "--times", "daily 00:00-24:00", "--calendar", "Zurich")
        followers = [self.let_in(name, "side", "--follow", "Cleaners")["credentials"][0] for name in ("Ida Example", "Jo Example")]
        self.assertEqual(home.type("side", followers[0]["current"]["code"])["verdict"], "granted")
        home.must("schedule", "change", "Cleaners", "--times", "2037-12-01 08:00-12:00")
        until("the lock has it", lambda: home.must("schedule", "show", "Cleaners", "--json").json()["locks"] == {"total": 1, "on_its_way": 0})
        self.assertIn("on_lock", home.must("schedule", "locks", "Cleaners").out)
        code = home.must("code", "show", followers[1]["credential"]["id"], "--json").json()["code"]
        self.assertEqual(home.type("side", code)["reason"], "outside_schedule")
        self.assert_refused(home.cardea("schedule", "delete", "Cleaners"), 1, "schedule_in_use", "Ida Example, Jo Example")
        self.assert_refused(home.cardea("calendar", "delete", "Zurich"), 1, "calendar_in_use", "Cleaners")

    def test_a_schedule_is_kept_by_the_lock_and_by_no_kind_that_cannot(self):
        home = self.home
        always = self.let_in("Ed Example", "side", "--schedule", "daily 00:00-24:00", "--uses", "3", "--after-first-use", "1h")
        sheet = home.must("grant", "show", always["grant"]["id"]).out
        for words in ("daily 00:00-24:00", "3 at each door", "1 h after the first use"):
            self.assertIn(words, sheet)
        self.assertEqual(home.type("side", always["credentials"][0]["current"]["code"])["verdict"], "granted")
        never = self.let_in("Flo Example", "side", "--schedule", "2037-12-01 08:00-12:00; 2037-12-02 closed", "--holiday", "2037-12-25")
        refused = home.type("side", never["credentials"][0]["current"]["code"])
        self.assertEqual((refused["verdict"], refused["reason"]), ("refused", "outside_schedule"))
        until("the refusal is on record", lambda: [e for e in home.events("--door", "side", "--type", "access.refused") if e["reason"] == "outside_schedule"])

        window = ("let-in", "--person", "Flo Example", "--door", "cellar", "--to", "+2h")
        self.assert_refused(home.cardea(*window, "--offline", "--uses", "2"), 1, "kind_cannot_keep_rule", "Issue a token")
        self.assert_refused(home.cardea(*window, "--schedule", "monday 08:00-12:00"), 2, "monday", "mon-fri 08:00-18:00")
        self.assert_refused(home.cardea(*window, "--schedule", "mon 8:00-12:00"), 2, "/schedule/weekly/0/from")

    # --- a door of its own: the lock is handed on

    def test_a_lock_that_was_released_is_its_next_owners_and_no_more_its_last(self):
        home = self.home
        home.must("door", "add", "gate", "--site", "home", "--zone", ZONE)
        home.claim("gate", "protected")
        home.run_lock("gate")
        home.must("lock", "press", "--state", "gate")
        until("the gate is active", lambda: home.lock("gate")["state"] == "active" and home.lock("gate")["online"])
        lock = home.lock("gate")["id"]
        codes = [self.let_in("Kim Example", "gate", *words)["credentials"][0] for words in ((), ("--offline",))]
        until("the lock has the slot", lambda: home.lock("gate")["desired"]["applied_version"] == home.lock("gate")["desired"]["version"])

        home.stop("gate")
        home.run_lock("gate")  # the press was before its start
        until("the gate is back", lambda: home.lock("gate")["online"])
        refused = home.cardea("lock", "release", "gate")
        self.assertEqual(refused.status, 1, str(refused))
        self.assertIn("not_pressed", refused.out)
        self.assertEqual(home.lock("gate")["state"], "active")

        home.must("lock", "press", "--state", "gate")
        released = until("it is released", lambda: (answer := home.cardea("lock", "release", "gate")).status == 0 and answer)
        label = released.out.splitlines()[0]
        self.assertRegex(label, "^CARDEA1:[A-Z2-7]{55}$")
        self.assertEqual(home.must("lock", "release", lock, "--show").out.splitlines()[0], label)
        self.assertEqual((home.lock(lock)["state"], home.lock(lock)["sandbox"]), ("released", False))
        self.assertEqual(home.wait_for_event("lock.released")["lock_id"], lock)
        self.assertEqual(len(home.events("--type", "lock.giving_up")), 1)
        self.assert_refused(home.cardea("lock", "unlock", lock), 1, "lock_released")
        self.assertEqual(home.type("gate", codes[1]["code"])["reason"], "malformed")
        home.stop("gate")

        next_home = Building(BINARIES)
        self.addCleanup(next_home.close)
        next_home.start_platform()
        next_home.must("site", "add", "theirs")
        next_home.must("door", "add", "gate", "--site", "theirs", "--zone", ZONE)
        next_home.must("lock", "claim", "--door", "gate", "--label", label, "--class", "protected")
        (next_home.folder / "gate").symlink_to(home.folder / "gate")
        next_home.run_lock("gate")
        next_home.must("lock", "press", "--state", "gate")
        until("it is theirs", lambda: next_home.lock("gate")["state"] == "active" and next_home.lock("gate")["online"])
        self.assertEqual(next_home.wait_for_event("lock.activated")["seq"], 1)
        self.assertEqual(next_home.events("--type", "access.granted", "--door", "gate"), [])
        for code in (codes[0]["current"]["code"], codes[1]["code"]):
            self.assertEqual(next_home.type("gate", code)["verdict"], "refused")
        theirs = next_home.must("let-in", "--person", "Lou Example", "--door", "gate", "--to", "+2h", "--json").json()["credentials"][0]
        until("the lock has it", lambda: next_home.must("credential", "show", theirs["credential"]["id"], "--json").json()["delivery"] == "on_lock")
        self.assertEqual(next_home.type("gate", theirs["current"]["code"])["verdict"], "granted")
        self.assert_refused(next_home.cardea("lock", "claim", "--door", "gate", "--label", label), 1, "lock_claimed")

        # And one that will never be seen again: the device comes back all the same, and is told nothing.
        self.assertEqual(next_home.cardea("lock", "write-off", "gate").status, 2, "--for-good was not said")
        self.assertEqual(next_home.lock("gate")["state"], "active")
        next_home.must("lock", "write-off", "gate", "--for-good")
        written_off = next_home.lock(lock)
        self.assertEqual((written_off["state"], written_off["online"]), ("written_off", False))
        self.assertEqual(next_home.wait_for_event("lock.written_off")["lock_id"], lock)
        next_home.stop("gate")
        next_home.run_lock("gate")
        until("the lock was refused", lambda: "4401" in (log := next_home.log("gate")) or "not authenticated" in log)
        self.assertFalse(next_home.lock(lock)["online"])
        self.assert_refused(next_home.cardea("lock", "claim", "--door", "gate", "--label", label), 1, "lock_written_off")
        self.assertEqual(home.lock(lock)["state"], "released")

    def test_who_is_ended_does_not_come_in(self):
        home = self.home
        issued = self.let_in("Di Example", "side")
        code = issued["credentials"][0]["current"]["code"]
        home.must("grant", "revoke", issued["grant"]["id"])
        credential = issued["credentials"][0]["credential"]["id"]
        until("the lock has heard", lambda: home.must("credential", "show", credential, "--json").json()["delivery"] == "ended")
        self.assertEqual(home.type("side", code)["reason"], "unknown_code")
        self.assert_refused(home.cardea("code", "show", credential), 1, "ended")

    def test_a_table_of_persons_is_added_once(self):
        home, table = self.home, self.home.folder / "persons.csv"
        table.write_text('name,email,external_id\r\n"Guest, the first",guest@example.org,b-1\r\nGuest two,,b-2\r\n=1+1,no address,b-3\r\n')
        first = home.cardea("import", "persons", table)
        self.assertEqual(first.status, 1, str(first))
        self.assertIn("line 4: invalid_request", first.out)
        self.assertIn("2 added, 1 refused.", first.out)
        again = home.cardea("import", "persons", table)
        self.assertIn("0 added, 3 refused.", again.out)
        self.assertIn("already_exists", again.out)
        table.write_text("name,site,zone\nAttic,home,Europe/Zurich\n")
        self.assertIn("1 added, 0 refused.", home.must("import", "doors", table).out)
        self.assert_refused(home.cardea("import", "persons", table), 2, "\"site\" is no column")

    # --- what a user does wrong

    def test_what_is_wrong_is_said_where_and_what_to_do(self):
        home = self.home
        self.assert_refused(home.cardea("door", "show", "fornt"), 1, 'no door is called "fornt"', "front, side, cellar")
        self.assert_refused(home.cardea("lock", "show", "lock_" + "0" * 32), 1, "lock_not_found")
        self.assert_refused(home.cardea("let-in", "--person", "X", "--door", "front", "--from", "now", "--to", "-1h"), 2, "--to", "not later than --from")
        self.assert_refused(home.cardea("let-in", "--person", "X", "--door", "front"), 2, "--to", "--no-end")
        self.assert_refused(home.cardea("let-in", "--person", "X", "--door", "front", "--to", "+2h", "--sms", "--once"), 2, "exclude each other")
        self.assert_refused(home.cardea("door", "add", "attic", "--site", "home", "--zone", "Europe/Nowhere"), 2, "unknown_zone")
        self.assert_refused(home.cardea("door", "add", "front", "--site", "home", "--zone", ZONE), 1, "already_exists", "door_")
        self.assert_refused(home.cardea("lock", "claim", "--door", "front", "--label", "CARDEA1:NOPE"), 2, "label_malformed")
        self.assertNotIn("NOPE", home.cardea("lock", "claim", "--door", "front", "--label", "CARDEA1:NOPE").err)
        self.assert_refused(home.cardea("lock", "exchange", "cellar", "api-key", "--out", "x"), 2, "file_malformed")
        self.assert_refused(home.cardea("lock", "exchange", "cellar", "nothing-there", "--out", "x"), 2, "nothing-there")
        self.assert_refused(home.cardea("lock", "unlock", "cellar"), 3, "lock_offline")
        (home.folder / "wrong-key").write_text("not-a-key\n")
        wrong = home.cardea("door", "list", "--api-key-file", "wrong-key")
        self.assert_refused(wrong, 1, "unauthorized")
        self.assertNotIn("not-a-key", wrong.err)
        self.assert_refused(home.cardea("door", "list", "--server", "http://127.0.0.1:1"), 3, "127.0.0.1:1")
        self.assert_refused(home.cardea("door", "list", "--server", "ftp://example.org"), 2, "https")

    def test_every_list_and_sheet_is_readable_and_every_answer_is_json(self):
        home = self.home
        for words in (["site", "list"], ["site", "show", "home"], ["door", "list"], ["door", "show", "front"], ["door", "access", "front"], ["lock", "list"],
                      ["lock", "show", "front"], ["lock", "bound", "front"], ["lock", "bound", "side"], ["person", "list"], ["grant", "list"], ["schedule", "list"], ["calendar", "list"],
                      ["events"], ["event", "list", "--limit", "1"], ["workspace", "show"], ["key", "list"], ["outbox", "list"], ["health"]):
            with self.subTest(command=" ".join(words)):
                self.assertNotIn("\x1b", home.must(*words).out)
                home.must(*words, "--json").json()


unittest.main(argv=sys.argv[:1], verbosity=2)
