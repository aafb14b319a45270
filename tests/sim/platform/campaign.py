#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The platform as a process, killed again and again under load, with real locks on its links.

Each cycle starts it, sends it requests and records of locks, and kills it (SIGKILL) in the middle of them, at a request that chance
picks. Chance also lets the disk be full or not durable, the clock jump, links stall, locks lose their power, and the webhook's
target be dead. After every start it must hold that

  - what was answered with success is there, and asking again with the same idempotency key changes nothing and says the same, or
    that the answer was lost;
  - what was not answered is there once when it is asked for again, however often;
  - a lock's record that has a receipt is in the platform's events, once, and the same;
  - no lock ran a command twice, and none ran more often than it was asked for;

and at the end that the webhook heard of every event, each lock's in order.

The last line is `N passed, N failed`, counting cycles. A failure prints the line that runs the same choices again."""

import argparse
import http.client
import http.server
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "e2e"))

from building import free_port, until

DEADLINE_S = 60.0
LOCKS = ("front", "side", "back")
CLIENTS = 4
STALL_S = 0.3


class Failure(AssertionError):
    """Something that must hold does not."""


def must(condition, what):
    if not condition:
        raise Failure(what)


class Unanswered(Exception):
    """Nobody knows whether it was done."""


class Client:
    """One connection to the API, made anew when it broke."""

    def __init__(self, port, key):
        self.port, self.key, self.connection = port, key, None

    def ask(self, method, path, body=None, idempotency=None):
        """(status, parsed body); throws Unanswered."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if idempotency:
            headers["Idempotency-Key"] = idempotency
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
            self.connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else None
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.connection = None
            raise Unanswered from error

    def get(self, path):
        status, body = self.ask("GET", path)
        must(status == 200, f"GET {path}: {status} {body}")
        return body

    def all_of(self, path):
        items, cursor = [], None
        while True:
            page = self.get(path + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next"]
            if not cursor:
                return items


class Lock:
    """A lock as a process over its state directory."""

    def __init__(self, binary, state, platform_url):
        self.binary, self.state, self.url, self.process = binary, state, platform_url, None
        self.id, self.checked_to = None, 0
        self.ran = {}  # command -> number of the record of its opening

    def run_once(self, *words):
        done = subprocess.run([self.binary, *words], text=True, capture_output=True, timeout=DEADLINE_S)
        must(done.returncode == 0, f"cardea-lock {' '.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def start(self):
        self.process = subprocess.Popen([self.binary, "run", "--state", self.state, "--platform", self.url], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("the lock to run", lambda: self.tell({"do": "status"}) is not None)

    def tell(self, request):
        """The reply of the running lock; None when it does not run."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(DEADLINE_S)
            try:
                one.connect(str(self.state / "lock.sock"))
                one.sendall(json.dumps(request).encode() + b"\n")
                text = b""
                while part := one.recv(65536):
                    text += part
                return json.loads(text)["answer"] if text else None
            except OSError:
                return None

    def press(self):
        """Somebody leaves: a record; and a lock without a link tries to get one at once."""
        return self.tell({"do": "press"})

    def kill(self):
        self.process.kill()
        self.process.wait()


class Receiver:
    """The target of the webhook, which is dead now and then. Keeps what it acknowledged."""

    def __init__(self):
        self.seen, self.dead = [], False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.dead:
                    self.close_connection = True
                    return
                outer.seen.append(json.loads(body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


class Campaign:
    def __init__(self, binaries, faults, seed, folder):
        self.binaries, self.faults, self.random = pathlib.Path(binaries), faults, random.Random(seed)
        self.folder, self.port = folder, free_port()
        self.server, self.key = None, None
        self.receiver = Receiver()
        self.locks = {name: Lock(self.binaries / "cardea-lock", folder / name, f"http://127.0.0.1:{self.port}") for name in LOCKS}
        self.unanswered = {}   # idempotency key -> (path, body)
        self.unchecked = {}    # idempotency key -> (path, body, answer): said done in this cycle
        self.persons = {}      # name -> id, of every answer ever
        self.asked_to_open = {name: 0 for name in LOCKS}
        self.number = 0
        self.guard = threading.Lock()
        self.counts = {"answered": 0, "unanswered": 0, "refused": 0, "kills": 0}

    # --- processes

    def start_platform(self, fault=None):
        environment = {**os.environ, **self.environment_of(fault)}
        limit = None
        if fault == "full disk":
            limit = self.random.randrange(40_000, 200_000)
        with (self.folder / "platform.log").open("ab") as log:
            # SIGXFSZ stays ignored, as Python has it: the write fails, as on a full disk.
            self.server = subprocess.Popen(
                [self.binaries / "cardea-server", "--state", self.folder / "platform", "--listen", f"127.0.0.1:{self.port}",
                 "--api-key-file", self.folder / "api-key", "--test-webhooks", "--key-rate", "1000", "--console", "off", "--phone", "off"], env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, restore_signals=False,
                preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        return until("the platform to answer or to give up", lambda: "up" if self.answers() else "ended" if self.server.poll() is not None
                     else None) == "up"

    def environment_of(self, fault):
        if fault == "failing fsync":
            return {"LD_PRELOAD": str(self.faults), "CARDEA_FSYNC_FAILS_FROM": str(self.random.randrange(1, 30)),
                    "CARDEA_FSYNC_FAILS": str(self.random.choice((1, 3, 1000)))}
        if fault == "clock jump":
            return {"LD_PRELOAD": str(self.faults), "CARDEA_CLOCK_AHEAD": str(self.random.choice((-7200, -60, 60, 7200)))}
        return {}

    def answers(self):
        try:
            return Client(self.port, "").ask("GET", "/v1/health")[0] == 200
        except Unanswered:
            return False

    def kill_platform(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
        self.counts["kills"] += 1

    def client(self):
        return Client(self.port, self.key)

    # --- what stands at the beginning

    def set_up(self):
        must(self.start_platform(), f"the platform does not start: {(self.folder / 'platform.log').read_text()}")
        self.key = (self.folder / "api-key").read_text().strip()
        client = self.client()
        site = self.post(client, "/v1/sites", {"name": "home"})["id"]
        self.post(client, "/v1/webhooks", {"url": self.receiver.url, "after": 0})
        for name, lock in self.locks.items():
            door = self.post(client, "/v1/doors", {"site_id": site, "name": name, "zone": "Europe/Zurich"})["id"]
            label = lock.run_once("init", "--state", lock.state, "--class", "protected").splitlines()[0]
            lock.id = self.post(client, "/v1/locks/claim", {"door_id": door, "label": label, "class": "protected"})["id"]
            lock.start()
            lock.press()
            until(f"{name} to be active", lambda path=f"/v1/locks/{lock.id}": self.is_linked(client.get(path)))

    @staticmethod
    def is_linked(lock):
        return lock["state"] == "active" and lock["online"]

    @staticmethod
    def all_is_receipted(status):
        return status["receipt"] == status["newest_record"]

    @staticmethod
    def post(client, path, body):
        status, answer = client.ask("POST", path, body)
        must(status in (200, 201), f"POST {path}: {status} {answer}")
        return answer

    # --- the load

    def next_number(self):
        with self.guard:
            self.number += 1
            return self.number

    def some_request(self, chance):
        """(idempotency key, path, body)"""
        number = self.next_number()
        if chance.random() < 0.3:
            name = chance.choice(LOCKS)
            with self.guard:
                self.asked_to_open[name] += 1
            return f"key-{number}", f"/v1/locks/{self.locks[name].id}/unlock", None
        return f"key-{number}", "/v1/persons", {"name": f"Person {number}"}

    def send(self, client, idempotency, path, body):
        """Asks, and remembers what came of it. False when nobody answered."""
        with self.guard:
            self.unanswered[idempotency] = (path, body)
        try:
            status, answer = client.ask("POST", path, body, idempotency)
        except Unanswered:
            self.counts["unanswered"] += 1
            return False
        must(status != 500, f"POST {path}: {answer}")
        with self.guard:
            if status in (200, 201):
                self.counts["answered"] += 1
                self.unchecked[idempotency] = (path, body, answer)
                del self.unanswered[idempotency]
            elif status in (503, 429):
                self.counts["refused"] += 1  # it says that nothing was done; it is asked for again
            else:
                del self.unanswered[idempotency]  # no such lock on a link: its last word
        return True

    def load(self, chance_seed, enough):
        client, chance = self.client(), random.Random(chance_seed)
        while not enough.is_set():
            if not self.send(client, *self.some_request(chance)):
                return

    def press_on(self, chance_seed, enough):
        chance = random.Random(chance_seed)
        while not enough.is_set():
            self.locks[chance.choice(LOCKS)].press()

    def run_load_until_killed(self, sent_max):
        """Kills the platform when about `sent_max` more requests were sent, in the middle of the next ones."""
        enough = threading.Event()
        seeds = [self.random.random() for _ in range(CLIENTS + 1)]
        failures = []

        def guarded(work, seed):
            try:
                work(seed, enough)
            except AssertionError as failure:
                failures.append(failure)

        threads = [threading.Thread(target=guarded, args=(self.load, seed)) for seed in seeds[1:]]
        threads.append(threading.Thread(target=guarded, args=(self.press_on, seeds[0])))
        last = self.number + sent_max
        for thread in threads:
            thread.start()
        until("the requests to be sent", lambda: self.number >= last or failures or not any(thread.is_alive() for thread in threads[:-1]))
        self.kill_platform()
        enough.set()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    # --- what must hold

    def check_answers(self, client):
        for idempotency, (path, body, answer) in self.unchecked.items():
            status, again = client.ask("POST", path, body, idempotency)
            # What was done is committed before its answer is kept: a disk that fails in between loses the answer, and says so.
            lost = status == 409 and again["code"] == "idempotency_answer_lost"
            must(lost or (status in (200, 201) and again == answer), f"{path} with {idempotency} said {answer}, and now {status} {again}")
            if path == "/v1/persons":
                must(client.get(f"/v1/persons/{answer['id']}")["name"] == body["name"], f"{answer['id']} was made, and is gone")
                self.persons[body["name"]] = answer["id"]
        self.unchecked.clear()

    def ask_again(self, client):
        for idempotency, (path, body) in list(self.unanswered.items()):
            if not self.send(client, idempotency, path, body):
                return

    def check_receipts(self, client, name):
        lock = self.locks[name]
        status = lock.tell({"do": "status"})
        must(status is not None, f"{name} does not answer")
        receipt = status["receipt"]
        events = client.all_of(f"/v1/events?lock_id={lock.id}&limit=200") if receipt > lock.checked_to + 150 else client.get(
            f"/v1/events?lock_id={lock.id}&limit=200")["items"]
        seqs = [event["seq"] for event in events if "seq" in event]
        missing = set(range(lock.checked_to + 1, receipt + 1)) - set(seqs)
        must(not missing, f"{name} has receipts up to {receipt}, and the platform lacks its records {sorted(missing)[:5]}")
        must(len(seqs) == len(set(seqs)), f"a record of {name} is in the events twice")
        lock.checked_to = receipt

    def check_commands(self, name):
        """Its log is a ring: what was in it is kept here."""
        lock = self.locks[name]
        for record in lock.tell({"do": "audit"}):
            if record["kind"] == "opened" and record["method"] == "platform":
                must(lock.ran.setdefault(record["detail"]["command"], record["seq"]) == record["seq"], f"{name} ran a command twice: {record}")
        must(len(lock.ran) <= self.asked_to_open[name], f"{name} was asked {self.asked_to_open[name]} times, and opened {len(lock.ran)} times")

    def cycle(self):
        fault = self.random.choice(("none",) * 6 + ("failing fsync", "full disk", "clock jump", "stalled link", "lock power", "dead target"))
        self.receiver.dead = fault == "dead target"
        healthy_disk = fault not in ("failing fsync", "full disk")
        up = self.start_platform(fault)
        must(up or not healthy_disk, f"the platform ended: {(self.folder / 'platform.log').read_text()[-2000:]}")
        if not up:
            return fault
        stalled = self.locks[self.random.choice(LOCKS)].process if fault == "stalled link" else None
        if fault == "lock power":
            lock = self.locks[self.random.choice(LOCKS)]
            lock.kill()
            lock.start()
        client = self.client()
        if healthy_disk:
            self.check_answers(client)
            self.ask_again(client)
        for name, lock in self.locks.items():
            lock.press()
            self.check_commands(name)
            if healthy_disk:
                self.check_receipts(client, name)
        if stalled:
            stalled.send_signal(signal.SIGSTOP)
            threading.Timer(STALL_S, stalled.send_signal, [signal.SIGCONT]).start()
        self.run_load_until_killed(self.random.randrange(1, 60))
        return fault

    def spoil(self, what):
        """The platform forgets, as it never may: for the test that this program sees it."""
        with sqlite3.connect(self.folder / "platform" / "cardea.db") as database:
            database.execute("PRAGMA foreign_keys = OFF")
            if what == "person":
                answered = [*self.persons, *(body["name"] for _, body, _ in self.unchecked.values() if body)]
                database.execute("DELETE FROM persons WHERE name = ?", (answered[0],))
            else:
                database.execute("DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE lock_seq > 0)")

    def finish(self):
        """All quiet: everything asked for is settled, all records are here, the webhook heard of everything."""
        self.receiver.dead = False
        must(self.start_platform(), "the platform does not start any more")
        client = self.client()
        self.check_answers(client)
        self.ask_again(client)
        self.check_answers(client)
        must(not self.unanswered, f"{len(self.unanswered)} requests are never answered")
        names = [person["name"] for person in client.all_of("/v1/persons?limit=200")]
        must(len(names) == len(set(names)), "a person was made twice for one idempotency key")
        must(self.persons.keys() <= set(names), "a person was made, and is gone")
        for name, lock in self.locks.items():
            lock.press()
            until(f"all records of {name} to have receipts", lambda lock=lock: self.all_is_receipted(lock.tell({"do": "status"})))
            lock.checked_to = 0
            self.check_receipts(client, name)
            self.check_commands(name)
        self.check_webhook(client)

    def check_webhook(self, client):
        events = {event["id"]: event for event in client.all_of("/v1/events?limit=200")}
        since = min(event["position"] for event in self.heard()) if self.heard() else 0
        wanted = {key for key, event in events.items() if event["position"] >= since}
        until("the webhook to hear of everything", lambda: wanted <= {event["id"] for event in self.heard()})
        for name, lock in self.locks.items():
            first_times, told = [], set()
            for event in self.heard():
                if event.get("lock_id") == lock.id and event["id"] not in told:
                    told.add(event["id"])
                    first_times.append(event["position"])
            must(first_times == sorted(first_times), f"the webhook heard the events of {name} out of order")

    def heard(self):
        return [event for delivery in list(self.receiver.seen) for event in delivery["events"]]

    def close(self):
        for process in [self.server, *(lock.process for lock in self.locks.values())]:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", required=True, help="the folder of cardea-server and cardea-lock")
    parser.add_argument("--faults", required=True, help="the library of faults.c")
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--spoil", choices=("person", "record"), help="lose one before the last cycle: the campaign must fail")
    parser.add_argument("--command", default="campaign.py", help="what the line that replays a failure begins with")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cardea-campaign-"))
    campaign = Campaign(arguments.binaries, arguments.faults, arguments.seed, folder)
    done, faults, begun = 0, {}, time.monotonic()
    print(f"{arguments.cycles} cycles, seed {arguments.seed}")
    try:
        campaign.set_up()
        campaign.kill_platform()
        while done < arguments.cycles:
            if arguments.spoil and done == arguments.cycles - 1:
                campaign.spoil(arguments.spoil)
            fault = campaign.cycle()
            faults[fault] = faults.get(fault, 0) + 1
            done += 1
            if done % 50 == 0:
                print(f"  {done:5} cycles, {time.monotonic() - begun:.0f} s", flush=True)
        campaign.finish()
        print(", ".join(f"{count} {name}" for name, count in (campaign.counts | faults).items()))
        print(f"{done} passed, 0 failed")
        return 0
    except (AssertionError, Unanswered) as failure:
        print(f"FAILED in cycle {done + 1}: {failure}\nreplay: {arguments.command} --seed {arguments.seed} --cycles {done + 1}")
        if not arguments.spoil:
            print(f"its files: {folder}")
        print(f"{done} passed, 1 failed")
        folder = folder if arguments.spoil else None
        return 1
    finally:
        campaign.close()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
