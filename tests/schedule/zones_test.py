#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What server/domain compiles for every zone, around every change of its offset from 2000 to 2037, against Python's zoneinfo.

The oracle asks what a clock on the wall shows at an instant and whether that lies within a time of the schedule; it never goes from local
times to instants, as the compiler does. Compared are a grid of 30 minutes, of 15 near a change of the zone, both sides of that change, and both
sides of each change that was compiled. Usage: zones_test.py COMPILE_PROGRAM"""

import bisect
import datetime
import functools
import multiprocessing
import struct
import subprocess
import sys
import time
import zoneinfo
from pathlib import Path

BEGIN = 946684800  # 2000-01-01T00:00Z
END = 2145916800  # 2038-01-01T00:00Z
REACH = 28 * 3600  # on either side of a change
NEAR = 4 * 3600
EPOCH = datetime.date(1970, 1, 1)
DAILY = 127

# (weekly: days, from, to; holidays; exceptions), dates relative to the day of the change
SCHEDULES = [
    ([(DAILY, 120, 180)], [], []),  # the hour that most zones skip or repeat
    ([(DAILY, 135, 150), (DAILY, 30, 60), (DAILY, 1425, 15)], [], []),  # short ones, one over midnight
    ([(DAILY, 1320, 360)], [0], []),  # nights; on the day of the change none begins
    ([(31, 480, 1080), (96, 600, 120), (64, 0, 1440)], [-1], [(1, [])]),  # weekdays and weekends that overlap
    ([(DAILY, 0, 1440)], [0], [(0, [(90, 165), (1380, 30)]), (1, [(0, 1440)])]),  # always, and an exception on the day itself
    ([(85, 1439, 1438)], [], [(-1, [(1200, 1199)])]),  # a minute less than a day long
]


def offset_changes(name):
    """Instants only, from the file; what holds before and after is left to zoneinfo."""
    data = next(path.read_bytes() for path in (Path(root) / name for root in zoneinfo.TZPATH) if path.exists())
    counts = struct.unpack(">6l", data[20:44])
    first = 44 + counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]  # the second, 64-bit block
    count = struct.unpack(">6l", data[first + 20:first + 44])[3]
    instants = struct.unpack(f">{count}q", data[first + 44:first + 44 + 8 * count])
    return data, [at for at in instants if BEGIN + REACH <= at < END - REACH]


def times_of(schedule, from_change, weekday):
    weekly, holidays, exceptions = schedule
    for offset, times in exceptions:
        if offset == from_change:
            return times
    if from_change in holidays:
        return []
    return [(start, end) for days, start, end in weekly if days >> weekday & 1]


@functools.cache
def shown(number, from_change, weekday):
    """The minutes between which a wall clock shows a time of the schedule, on a day so many days after the change: what began that day,
    and what began the day before and goes on."""
    today = times_of(SCHEDULES[number], from_change, weekday)
    before = times_of(SCHEDULES[number], from_change - 1, (weekday - 1) % 7)
    return [(start, end if end > start else 1440) for start, end in today] + [(0, end) for start, end in before if end <= start]


class Wall:
    """A zone's clock at instants, each asked once."""

    def __init__(self, name):
        self.zone = zoneinfo.ZoneInfo(name)
        self.known = {}

    def at(self, instant):
        if instant not in self.known:
            local = datetime.datetime.fromtimestamp(instant, self.zone)
            self.known[instant] = ((local.date() - EPOCH).days, local.hour * 60 + local.minute)
        return self.known[instant]


def text_of(day):
    return (EPOCH + datetime.timedelta(days=day)).isoformat()


def order_of(name, change_day, start, end):
    lines = ["clear"]
    for weekly, holidays, exceptions in SCHEDULES:
        lines.append("schedule")
        lines += [f"weekly {days} {first} {last}" for days, first, last in weekly]
        lines += [f"holiday {text_of(change_day + offset)}" for offset in holidays]
        lines += [" ".join([f"exception {text_of(change_day + offset)}", *(f"{first} {last}" for first, last in times)]) for offset, times in exceptions]
    return "\n".join([*lines, f"compile {name} {start} {end}", ""])


def differences(name, wall, change, change_day, start, end, answers):
    near = change - change % 900
    grid = [*range(start + -start % 1800, end, 1800), *range(near - NEAR, near + NEAR, 900), *range(change - 60, change + 61, 30), change - 1]
    checked = 0
    for number, answer in enumerate(answers):
        opened, *minutes = map(int, answer.split())
        points = set(grid).union(second for minute in minutes for second in (minute * 60 - 1, minute * 60))
        for instant in points:
            compiled = (bisect.bisect_right(minutes, instant // 60) + opened) % 2 == 1
            day, minute = wall.at(instant)
            weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
            if compiled != any(first <= minute < last for first, last in shown(number, day - change_day, weekday)):
                yield f"{name}, schedule {number}: at {instant} compiled as {'open' if compiled else 'closed'}; the clock shows {wall.at(instant)}"
        checked += len(points)
    yield checked


def check_zones(job):
    """One unique file of tzdata: every name of it is compiled, and one is compared with the oracle."""
    program, names, changes = job
    wall = Wall(names[0])
    whole_orders = []
    # A zone without changes is looked at on some day.
    for change in changes or [BEGIN + 300 * 86400 + 5400]:
        start, end = change - REACH, change + REACH
        start, end = start - start % 60, end - end % 60
        whole_orders.append((change, wall.at(change)[0], start, end))
    answers = {}
    for name in names:
        orders = "".join(order_of(name, day, start, end) for _, day, start, end in whole_orders)
        answers[name] = subprocess.run([program], input=orders, capture_output=True, text=True, check=True).stdout.splitlines()
    found = [f"{name} is compiled otherwise than {names[0]}, with the same rules" for name in names if answers[name] != answers[names[0]]]
    checked = 0
    for i, (change, day, start, end) in enumerate(whole_orders):
        lines = answers[names[0]][i * len(SCHEDULES):(i + 1) * len(SCHEDULES)]
        *wrong, count = differences(names[0], wall, change, day, start, end, lines)
        wall.known.clear()
        found += wrong
        checked += count
    return found, checked


# [rule: S4] [rule: S5]
def test_every_zone_is_compiled_as_its_clocks_show(program):
    alike = {}
    changes = {}
    for name in sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}):
        data, changes[name] = offset_changes(name)
        alike.setdefault(data, []).append(name)
    assert len(changes) > 400 and len(changes["Europe/Berlin"]) == 76, "tzdata is not what this test is about"
    jobs = sorted(((program, names, changes[names[0]]) for names in alike.values()), key=lambda job: -len(job[2]))
    with multiprocessing.Pool() as pool:
        results = list(pool.imap_unordered(check_zones, jobs))
    found = [line for lines, _ in results for line in lines]
    print(*found[:20], sep="\n")
    print(f"{len(changes)} zones, {sum(len(job[2]) for job in jobs)} changes of {len(jobs)} different rules, "
          f"{sum(checked for _, checked in results)} comparisons, {len(found)} differences")
    return found


def main():
    began = time.monotonic()
    found = test_every_zone_is_compiled_as_its_clocks_show(sys.argv[1])
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
