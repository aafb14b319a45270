# SPDX-License-Identifier: Apache-2.0
"""Both web apps in headless Chromium against the release platform, whose workspace has 10,000 doors with locks and a million events:

  web/phone/first_code, link_to_code   on a fresh profile, from the tap on "Add key", and from the link, to the first code
  web/{phone,console}/script           bytes of script that the first view needs, as gzip sends them
  web/…/lcp                            largest contentful paint, on a fresh profile, beside a page with a heading alone in the same browser
  web/…/inp, cls                       the longest interaction of a walk through the app, and all that moved by itself in it
  web/console/{doors,activity}/…       scrolling as fast as a wheel goes: the time from frame to frame, tasks above 50 ms, rows in the page
  web/query/…                          what the platform takes for a page of these lists and for a search: p50 and p95, beside the same
                                       list's first page

Frames and paints are drawn by the processor here, which the platform and Chromium share."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
import ui
from events_bench import OWNERS, Reader, copy_events
from programs import Platform
from rows import at_most_value, row, run_benchmark
from server_bench import House, database_in

DOORS, PERSONS, EVENTS = 10_000, 10_000, 1_000_000
SITES = 20
INVITATIONS = 5
QUERY_TURNS = 40
SCRIPT_S_MAX = 300

# What the script says: its unit, and at most how much.
LIMITS = {
    "web/phone/first_code": ("ms", 1_000), "web/phone/link_to_code": ("ms", 1_000),
    "web/phone/script": ("bytes, gzip", 30_000), "web/console/script": ("bytes, gzip", 220_000),
    "web/phone/welcome/lcp": ("ms", 600), "web/phone/keys/lcp": ("ms", 600),
    "web/console/home/lcp": ("ms", 1_000), "web/console/doors/lcp": ("ms", 1_000), "web/console/activity/lcp": ("ms", 1_000),
    "web/phone/inp": ("ms", 200), "web/console/inp": ("ms", 200), "web/phone/cls": ("", 0), "web/console/cls": ("", 0),
    "web/console/doors/frame_p95": ("ms", 50), "web/console/activity/frame_p95": ("ms", 50),
    "web/console/doors/long_tasks": ("tasks above 50 ms", 0), "web/console/activity/long_tasks": ("tasks above 50 ms", 0),
    "web/console/doors/rows_read": ("rows", None), "web/console/activity/rows_read": ("rows", None),
    "web/console/doors/rows_in_page": ("rows", 100), "web/console/activity/rows_in_page": ("rows", 100),
}
QUERY_MS_MAX = 50


def fill(folder: Path) -> Path:
    """A platform's state with all of it: what one lock and a few requests left is copied while the platform is stopped."""
    state = folder / "state"
    state.mkdir()
    with Platform(state) as platform:
        House(platform, folder)
        api = platform.api()
        sites = [api.call("POST", "/v1/sites", {"name": f"Building {i}"})["id"] for i in range(SITES)]
        for i in range(OWNERS):
            api.call("POST", "/v1/doors", {"site_id": sites[i % SITES], "name": f"door {i}", "zone": "Europe/Zurich"})
            api.call("POST", "/v1/persons", {"name": f"Person {i}"})
    with sqlite3.connect(database_in(state)) as database:
        copy_events(database, EVENTS)
        copy_doors(database)
        copy_persons(database)
    return state


def copied(database: sqlite3.Connection, table: str, source: str, changed: dict[str, str]) -> str:
    columns = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {source};"


def copy_doors(database: sqlite3.Connection) -> None:
    """Doors on ten floors of each building, and the one real lock at every door that has none."""
    name = "'Flat ' || (n / 1000 + 1) || '.' || (n % 1000)"
    doors = copied(database, "doors", f"numbers, (SELECT * FROM doors WHERE name = 'door 0') t",
                   {"door": "randomblob(16)", "name": name, "search": f"lower({name})",
                    "site": f"(SELECT site FROM sites WHERE name = 'Building ' || (n % {SITES}))"})
    locks = copied(database, "locks", "doors d, (SELECT * FROM locks LIMIT 1) t WHERE NOT EXISTS (SELECT 1 FROM locks l WHERE l.door = d.door)",
                   {"lock": "randomblob(16)", "door": "d.door", "key_id": "NULL"})
    database.executescript(f"""
        CREATE TEMP TABLE numbers AS WITH RECURSIVE n(n) AS (SELECT {OWNERS} UNION ALL SELECT n + 1 FROM n WHERE n + 1 < {DOORS}) SELECT n FROM n;
        {doors} {locks} PRAGMA wal_checkpoint(TRUNCATE);""")


def copy_persons(database: sqlite3.Connection) -> None:
    persons = copied(database, "persons", "numbers, (SELECT * FROM persons WHERE name = 'Person 0') t",
                     {"person": "randomblob(16)", "name": "'Person ' || n", "email": "'p' || n || '@example.org'",
                      "search": "'person ' || n || char(10) || 'p' || n || '@example.org'"})
    database.executescript(f"{persons} PRAGMA wal_checkpoint(TRUNCATE);")


def invite(api, door: str) -> str:
    """The link for somebody new."""
    person = api.call("POST", "/v1/persons", {"name": "Noor"})["id"]
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    grant = api.call("POST", "/v1/access-grants", {"person_id": person, "door_ids": [door], "from": begin, "to": end})["id"]
    return api.call("POST", f"/v1/access-grants/{grant}/invitations", {"channel": "link"})["link"]


def in_chromium(platform: Platform, door: str) -> dict:
    api = platform.api()
    world = {"console": platform.console_url, "phone": platform.phone_url, "api": platform.url, "key": api.key, "shots": "",
             "links": [invite(api, door) for _ in range(INVITATIONS + 1)]}
    done = subprocess.run([sys.executable, build.ROOT / "tools/web/node.py", build.ROOT / "tools/bench/web_bench.mjs"], cwd=build.ROOT, text=True,
                          stdout=subprocess.PIPE, timeout=SCRIPT_S_MAX, env={**os.environ, "CARDEA_WORLD": json.dumps(world)})
    if done.returncode != 0:
        raise ui.Failed(f"web_bench.mjs: exit status {done.returncode}, and said {done.stdout.strip() or 'nothing'}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def said_rows(said: dict) -> list[dict]:
    rows = []
    for name, (unit, most) in LIMITS.items():
        figure = said[name]
        reference = figure.get("reference")
        ratio = round(figure["value"] / reference, 4) if reference else None
        rows.append(row(name, figure["value"], unit, "a heading alone" if reference else None, reference, ratio,
                        None if most is None else at_most_value(most)))
    return rows


def query_rows(platform: Platform, name: str, reader: Reader, query: str) -> list[dict]:
    """In turns with the list's first page."""
    if not reader.page(query)["items"]:
        raise ui.Failed(f"the page '{name}' is empty: it would show nothing")
    turns = []
    for _ in range(QUERY_TURNS):
        begun = time.perf_counter()
        reader.page(query)
        middle = time.perf_counter()
        reader.page("")
        turns.append(((middle - begun) * 1e3, (time.perf_counter() - middle) * 1e3))
    ours, theirs = (sorted(times) for times in zip(*turns))
    rows = []
    for part, place in (("p50", QUERY_TURNS // 2), ("p95", QUERY_TURNS * 95 // 100)):
        mine, its = round(ours[place], 3), round(theirs[place], 3)
        rows.append(row(f"web/query/{name}/{part}", mine, "ms", "its first page", its, round(mine / its, 4), at_most_value(QUERY_MS_MAX)))
    return rows


def queries(platform: Platform) -> list[dict]:
    doors, persons = Reader(platform, "/v1/doors?limit=100"), Reader(platform, "/v1/persons?limit=100")
    events = Reader(platform, "/v1/events?limit=100")
    deep = doors.page("&q=flat")
    for _ in range(40):
        deep = doors.page(f"&q=flat&cursor={deep['next']}")
    rows = []
    for name, reader, query in (
            ("doors/begin_with", doors, "&q=flat%208.50"), ("doors/hold_a_word", doors, "&q=999"), ("doors/of_a_building", doors, "&q=building%2019%209.4"),
            ("doors/found_far_in", doors, f"&q=flat&cursor={deep['next']}"), ("doors/without_a_lock", doors, "&has_lock=true"),
            ("persons/begin_with", persons, "&q=person%2099"), ("persons/hold_a_word", persons, "&q=9999%40"),
            ("events/far_back", events, f"&after={EVENTS // 2}")):
        rows += query_rows(platform, name, reader, query)
    return rows


def run(folder: Path) -> list[dict]:
    state = fill(folder)
    with Platform(state, pinned=False, apps=True) as platform:
        door = platform.api().get("/v1/doors?q=front&limit=1")["items"][0]["id"]  # with the real lock
        rows = queries(platform)
        return said_rows(in_chromium(platform, door)) + rows


if __name__ == "__main__":
    sys.exit(run_benchmark(run))
