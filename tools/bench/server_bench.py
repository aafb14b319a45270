# SPDX-License-Identifier: Apache-2.0
"""The release platform as a process, each figure in turns with its reference on the same core:

  server/get_door   an authenticated GET with 64 clients, beside nginx with a static answer of the same size
  server/post_code  a durable POST of an offline code with 64 clients, beside SQLite alone with the same statements
  server/ready      from exec to the first 200 on an existing database, beside sqlite3 that opens it and reads a row

The reference of post_code: the same server is recorded (statements/recorder.cpp) while it answers the same requests on a copy
of the database, and statements/player.cpp plays what it recorded, 64 requests to a transaction, on another copy. So the
statements, their values and the pragmas are the server's own; the player makes sure that each ends as it did in the server."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "dev"))

import build
import ui
from programs import CLIENT_COUNT, SERVER_CORE, Platform, nginx, on_core, wrk
from rows import at_least_ratio, at_most_ratio, compared, run_benchmark

TOOLS = build.BUILD / "release" / "bench"
GET_ROUNDS, GET_S = 5, 1
POST_ROUNDS, POST_S, RECORD_S = 5, 2, 4
READY_ROUNDS = 11
LAST_INSTANT = "2049-12-01T00:00:00Z"  # offline codes are of 2020 to 2049


def cardea_lock(*words: str | Path) -> str:
    done = subprocess.run([str(build.RELEASE_BIN / "cardea-lock"), *map(str, words)], text=True, capture_output=True)
    if done.returncode != 0:
        raise ui.Failed(f"cardea-lock {' '.join(map(str, words))}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def database_in(state: Path) -> Path:
    found = list(state.glob("*.db"))
    if len(found) != 1:
        raise ui.Failed(f"{state} holds {len(found)} databases (*.db), not one")
    return found[0]


class House:
    """A door with a protected lock, activated by files, and a person with an access grant."""

    def __init__(self, platform: Platform, folder: Path):
        api = platform.api()
        site = api.call("POST", "/v1/sites", {"name": "home"})
        self.door = api.call("POST", "/v1/doors", {"site_id": site["id"], "name": "front", "zone": "Europe/Zurich"})["id"]
        self._activate_lock(api, folder / "lock", folder / "carried")
        person = api.call("POST", "/v1/persons", {"name": "Ada"})["id"]
        this_hour = int(time.time()) // 3600 * 3600
        self.first_hour = this_hour + 3600
        begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(this_hour))
        grant = {"person_id": person, "door_ids": [self.door], "from": begin, "to": LAST_INSTANT}
        self.credentials_path = f"/v1/access-grants/{api.call('POST', '/v1/access-grants', grant)['id']}/credentials"

    def _activate_lock(self, api, state: Path, carried: Path) -> None:
        label = cardea_lock("init", "--state", state, "--class", "protected").splitlines()[0]
        lock = api.call("POST", "/v1/locks/claim", {"door_id": self.door, "label": label, "class": "protected"})["id"]
        for to_platform, to_lock in ((["ask", "--press"], "answer"), (["out"], "in")):
            cardea_lock("file", *to_platform, "--state", state, "--to", carried)
            carried.write_bytes(api.call("POST", f"/v1/locks/{lock}/files", carried.read_bytes()))
            cardea_lock("file", to_lock, "--state", state, "--from", carried)

    def post_codes(self, platform: Platform, seconds: int, used_hours: int) -> float:
        return wrk(platform.url + self.credentials_path, platform.api().key, seconds, "post_code.lua", self.door, self.first_hour,
                   used_hours)


def play(trace: Path, database: Path, first: int, count: int) -> dict:
    done = subprocess.run(on_core(SERVER_CORE, TOOLS / "cardea_statement_player", trace, database, "SELECT access_grant,",
                                  "INSERT INTO credentials", first, count,
                                  CLIENT_COUNT), text=True, capture_output=True)
    if done.returncode != 0:
        raise ui.Failed(done.stderr.strip())
    return json.loads(done.stdout)


def record(state: Path, house: House, trace: Path) -> None:
    environment = {"LD_PRELOAD": str(TOOLS / "cardea_statement_recorder.so"), "CARDEA_STATEMENT_TRACE": str(trace)}
    with Platform(state, environment=environment) as recorded:
        house.post_codes(recorded, RECORD_S, 0)


def get_door(platform: Platform, house: House, folder: Path) -> dict:
    path = f"/v1/doors/{house.door}"
    key = platform.api().key
    body = json.dumps(platform.api().get(path), separators=(",", ":")).encode()
    with nginx(folder, body) as reference:
        turns = [(wrk(platform.url + path, key, GET_S, "get.lua"), wrk(reference.url + path, key, GET_S, "get.lua"))
                 for _ in range(GET_ROUNDS)]
    return compared("server/get_door", "requests/s", "nginx static 200", turns, at_least_ratio(0.5))


def post_code(platform: Platform, house: House, trace: Path, reference: Path) -> dict:
    units = play(trace, reference, 0, 0)["units"]
    each = units // POST_ROUNDS // CLIENT_COUNT * CLIENT_COUNT
    if each == 0:
        raise ui.Failed(f"only {units} requests were recorded: too few for a reference")
    turns, used_hours = [], 0
    for turn in range(POST_ROUNDS):
        ours = house.post_codes(platform, POST_S, used_hours)
        used_hours += round(ours * POST_S) + 10 * CLIENT_COUNT  # those that were under way at the end, too
        played = play(trace, reference, turn * each, each)
        turns.append((ours, played["played"] / played["seconds"]))
    return compared("server/post_code", "requests/s", f"SQLite, its {played['statements']} statements in groups of {CLIENT_COUNT}", turns,
                    at_least_ratio(0.5))


def ready_s(state: Path) -> float:
    with Platform(state, pinned=False) as platform:
        return platform.ready_s


def sqlite_s(database: Path) -> float:
    begun = time.monotonic()
    with subprocess.Popen(["sqlite3", str(database), "SELECT name FROM sites LIMIT 1"], stdout=subprocess.PIPE) as shell:
        if shell.stdout.read(4) != b"home":
            raise ui.Failed(f"sqlite3 reads no site in {database}")
        return time.monotonic() - begun


def ready(state: Path) -> dict:
    turns = [(ready_s(state), sqlite_s(database_in(state))) for _ in range(READY_ROUNDS)]
    return compared("server/ready", "s", "sqlite3 opens the database and reads a row", turns, at_most_ratio(10))


def run(folder: Path) -> list[dict]:
    state = folder / "state"
    state.mkdir()
    with Platform(state) as platform:
        house = House(platform, folder)
    for name in ("recorded", "reference"):
        shutil.copytree(state, folder / name)
    trace = folder / "trace"
    record(folder / "recorded", house, trace)
    rows = []
    with Platform(state) as platform:
        rows.append(get_door(platform, house, folder))
        rows.append(post_code(platform, house, trace, database_in(folder / "reference")))
    rows.append(ready(state))
    return rows


if __name__ == "__main__":
    sys.exit(run_benchmark(run))
