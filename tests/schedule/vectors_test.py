#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/schedule_v1.json against a second implementation of spec/schedule.md §1 and §2, which shares no code with core/schedule.
With --write it makes the file anew."""

import json
import struct
import sys
from pathlib import Path

FILE = Path(__file__).parents[2] / "spec/vectors/schedule_v1.json"
LONGEST = 65534  # minutes in one gap
SET_SIZE_MAX = 768


def encode_schedule(schedule):
    gaps = []
    before = schedule["known_from_min"]
    for at in schedule["changes_min"] + [schedule["known_until_min"]]:
        left = at - before
        while left > LONGEST:
            gaps.append(0xFFFF)
            left -= LONGEST
        gaps.append(left)
        before = at
    return struct.pack(">IBB", schedule["known_from_min"], schedule["open"], len(gaps)) + b"".join(struct.pack(">H", gap) for gap in gaps)


def encode(schedules):
    return bytes([len(schedules)]) + b"".join(map(encode_schedule, schedules))


def state_at(schedule, second):
    """By counting the changes that lie behind, not by walking gaps."""
    minute = second // 60
    if not schedule["known_from_min"] <= minute < schedule["known_until_min"]:
        return "unknown"
    behind = sum(1 for at in schedule["changes_min"] if at <= minute)
    return "open" if schedule["open"] == (behind % 2 == 0) else "closed"


def moments(schedule):
    for minute in [schedule["known_from_min"], *schedule["changes_min"], schedule["known_until_min"]]:
        for second in (minute * 60 - 1, minute * 60, minute * 60 + 59):
            if second >= 0:
                yield second


def schedule(known_from, is_open, changes, known_until):
    return {"known_from_min": known_from, "open": is_open, "changes_min": changes, "known_until_min": known_until}


def make_sets():
    monday = 29_800_800  # 2026-08-31T00:00Z
    weekdays = [monday + day * 1440 + hour * 60 for day in range(5) for hour in (7, 17)]
    dense = [monday + i + 1 for i in range(254)]
    return [
        ("one window on each of five days", [schedule(monday, False, weekdays, monday + 7 * 1440)]),
        ("open all the time that is known", [schedule(monday, True, [], monday + 60)]),
        ("two schedules, the second open from its first minute", [schedule(monday, False, weekdays[:2], monday + 1440),
                                                                  schedule(monday + 30, True, [monday + 90], monday + 1440)]),
        ("gaps around the longest", [schedule(monday, False, [monday + LONGEST, monday + 2 * LONGEST + 1, monday + 5 * LONGEST], monday + 9 * LONGEST + 5)]),
        ("as many gaps as there may be", [schedule(monday, True, dense, monday + 2000)]),
        ("eight schedules", [schedule(monday + i, i % 2 == 0, [monday + 100 + i], monday + 200 + i) for i in range(8)]),
        ("from the first minute of 1970", [schedule(0, True, [1], 2)]),
        ("to the last minute that there is", [schedule(2**32 - 11, False, [2**32 - 6], 2**32 - 1)]),
    ]


def make_malformed():
    one = encode([schedule(100, False, [160], 220)])
    head = struct.pack(">IBB", 100, 0, 1)
    return [
        ("no schedule", b"\x00", "malformed"),
        ("nine schedules", b"\x09" + one[1:] * 9, "out_of_range"),
        ("a byte left over", one + b"\x00", "malformed"),
        ("one more is announced", b"\x02" + one[1:], "too_short"),
        ("the last gap is cut", one[:-1], "too_short"),
        ("an unknown flag", one[:5] + b"\x02" + one[6:], "malformed"),
        ("no gap", b"\x01" + struct.pack(">IBB", 100, 0, 0), "malformed"),
        ("an empty gap", b"\x01" + head + b"\x00\x00", "malformed"),
        ("an empty gap between others", b"\x01" + struct.pack(">IBBHHH", 100, 0, 3, 5, 0, 5), "malformed"),
        ("it ends with a gap that goes on", b"\x01" + head + b"\xff\xff", "malformed"),
        ("past the last minute", b"\x01" + struct.pack(">IBBH", 2**32 - 1, 0, 1, 1), "out_of_range"),
        ("too long", b"\x02" + encode_schedule(schedule(100, False, list(range(101, 301)), 400)) * 2, "out_of_range"),
    ]


def make():
    sets = [{"name": name, "hex": encode(schedules).hex(), "schedules": schedules,
             "states": [{"schedule": number, "at": second, "state": state_at(one, second)}
                        for number, one in enumerate(schedules, 1) for second in (moments(one) if len(one["changes_min"]) < 100 else list(moments(one))[:9])]}
            for name, schedules in make_sets()]
    assert all(len(one["hex"]) <= 2 * SET_SIZE_MAX for one in sets)
    malformed = [{"name": name, "hex": data.hex(), "status": status} for name, data, status in make_malformed()]
    return {"schema": {
        "sets": "hex: the bytes of a set; schedules: what is in it, in minutes since 1970; states: of schedule number `schedule` at unix second `at`",
        "malformed": "bytes that are refused, and the name of the Status"}, "sets": sets, "malformed": malformed}


def main():
    made = make()
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(made, indent=1) + "\n")
        return 0
    if json.loads(FILE.read_text()) != made:
        print(f"{FILE} is not what this program makes. If spec/schedule.md has changed, run it with --write.")
        return 1
    print(f"{sum(len(one['states']) for one in made['sets'])} states, {len(made['malformed'])} refusals")
    return 0


if __name__ == "__main__":
    sys.exit(main())
