# SPDX-License-Identifier: Apache-2.0
"""Pages of the event list of a workspace with a million events, beside the same pages of one with ten thousand:

  server/events/newest         the newest 50                 server/events/door_and_type  of one door and one type
  server/events/far_back       50 in the middle of the log   server/events/person         of one person
  server/events/door           of one door                   server/events/rare_type      of a type that is one in 5,000
  server/events/lock           of one lock                   server/events/a_day          of one door, between two instants

The events are those of a real lock, copied to many doors, locks and persons while the platform is stopped. Both platforms run at once
and answer in turns."""

import http.client
import json
import sqlite3
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import ui
from programs import Platform
from rows import at_most_ratio, compared, run_benchmark
from server_bench import House, database_in

EVENTS_FEW, EVENTS_MANY = 10_000, 1_000_000
OWNERS = 100  # doors, and persons, that the events are spread over
RARE_ONE_IN = 5_000
TURNS, PAGES_A_TURN = 7, 20
RATIO_MAX = 3


def make(folder: Path, count: int) -> Path:
    """A platform's state whose workspace has `count` events more."""
    state = folder / "state"
    state.mkdir(parents=True)
    with Platform(state) as platform:
        House(platform, folder)
        api = platform.api()
        site = api.get("/v1/sites")["items"][0]["id"]
        for i in range(OWNERS):
            api.call("POST", "/v1/doors", {"site_id": site, "name": f"door {i}", "zone": "Europe/Zurich"})
            api.call("POST", "/v1/persons", {"name": f"Person {i}"})
    with sqlite3.connect(database_in(state)) as database:
        copy_events(database, count)
    return state


def copy_events(database: sqlite3.Connection, count: int) -> None:
    first = database.execute("SELECT max(position) FROM events").fetchone()[0] + 1
    columns = [row[1] for row in database.execute("PRAGMA table_info(events)")]
    chosen = {"position": f"{first} + n", "header": f"json_set(header, '$.position', {first} + n)", "event": "randomblob(16)", "recorded_at": "recorded_at + n / 10", "at": "at + n / 10",
              "door": f"(SELECT door FROM owners WHERE number = n % {OWNERS})", "person": f"(SELECT person FROM owners WHERE number = n % {OWNERS})",
              "lock": f"(SELECT lock FROM owners WHERE number = n % {OWNERS})", "lock_seq": "1000000 + n",
              "type": f"CASE WHEN n % {RARE_ONE_IN} = 7 THEN 'lock.restarted' WHEN n / {OWNERS} % 2 = 0 THEN 'access.granted' ELSE 'access.refused' END"}
    values = ", ".join(chosen.get(name, f"e.{name}") for name in columns)
    database.executescript(f"""
        PRAGMA synchronous = OFF;
        PRAGMA cache_size = -400000;
        CREATE TEMP TABLE owners AS SELECT row_number() OVER () - 1 AS number, door, randomblob(16) AS lock,
          (SELECT person FROM persons p WHERE p.name = 'Person ' || replace(d.name, 'door ', '')) AS person
          FROM doors d WHERE name LIKE 'door %';
        CREATE TEMP TABLE template AS SELECT * FROM events WHERE record IS NOT NULL LIMIT 1;
        WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count})
        INSERT INTO events ({", ".join(columns)}) SELECT {values} FROM numbers, template e;
        UPDATE workspaces SET event_position = {first + count - 1}, event_recorded_at = (SELECT max(recorded_at) FROM events);
        PRAGMA wal_checkpoint(TRUNCATE);""")


class Reader:
    """Asks for pages of a list over one connection."""

    def __init__(self, platform: Platform, path: str = "/v1/events?limit=50"):
        self.path = path
        self.connection = http.client.HTTPConnection("127.0.0.1", platform.port)
        self.headers = {"Authorization": f"Bearer {platform.api().key}"}

    def page(self, query: str) -> dict:
        self.connection.request("GET", self.path + query, headers=self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise ui.Failed(f"GET {self.path}{query}: {answer.status} {content[:300]!r}")
        return json.loads(content)

    def seconds(self, query: str) -> float:
        begun = time.perf_counter()
        for _ in range(PAGES_A_TURN):
            self.page(query)
        return (time.perf_counter() - begun) / PAGES_A_TURN


def queries(state: Path, count: int) -> dict[str, str]:
    with sqlite3.connect(database_in(state)) as database:
        door, lock, person, site, middle_s = database.execute(
            "SELECT lower(hex(door)), lower(hex(lock)), lower(hex(person)), lower(hex(site)), recorded_at FROM events WHERE position > ?", (count // 2,)).fetchone()
    instant = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(middle_s + offset)) for offset in (0, 86_400)]
    return {"newest": "", "far_back": f"&after={count // 2}", "door": f"&door_id=door_{door}", "lock": f"&lock_id=lock_{lock}",
            "person": f"&person_id=person_{person}", "site": f"&site_id=site_{site}", "rare_type": "&type=lock.restarted", "door_and_type": f"&door_id=door_{door}&type=access.granted",
            "a_day": f"&door_id=door_{door}&from={instant[0]}&to={instant[1]}"}


def run(folder: Path) -> list[dict]:
    sizes = (EVENTS_MANY, EVENTS_FEW)
    states = [make(folder / str(size), size) for size in sizes]
    rows = []
    with Platform(states[0]) as many, Platform(states[1]) as few:
        readers = [Reader(many), Reader(few)]
        asked = [queries(state, size) for state, size in zip(states, sizes)]
        for name in asked[0]:
            for reader, query in zip(readers, asked):
                if not reader.page(query[name])["items"]:
                    raise ui.Failed(f"the page '{name}' is empty: it would show nothing")
            turns = [tuple(reader.seconds(query[name]) for reader, query in zip(readers, asked)) for _ in range(TURNS)]
            rows.append(compared(f"server/events/{name}", "s a page", f"the same with {EVENTS_FEW:,} events", turns, at_most_ratio(RATIO_MAX)))
    return rows


if __name__ == "__main__":
    sys.exit(run_benchmark(run))
