#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fault injection by one skipped instruction (attack D07): whatever the lock refuses is entered at the emulated board again and again,
each time without one of the instructions that it takes; none of that may move the motor, nor let somebody guess without a failure that counts. What it grants may not open once more. A
weakened twin, which turns the verdict into one plain bool, must be caught opening by the same run.

skip_test.py IMAGE                 every instruction from the entry to its end that is not in EXCLUDED, the first and the last time that it runs
skip_test.py IMAGE --every         and at all times in between
skip_test.py IMAGE --part 3/16     one in sixteen of these; all sixteen parts are the whole
skip_test.py IMAGE --only 'used code' ...
"""

import argparse
import bisect
import collections
import concurrent.futures
import mmap
import os
import struct
import subprocess
import sys
import tempfile
import threading

from board import board_of

# Functions whose instructions are not left out: the crypto primitives, copying and wiping, the flash and the counter of this board,
# which are the port's, and the phone's side. What they give to their callers is.
EXCLUDED = ("br_", "cardea::BearsslProvider", "sha2small", "mem", "__", "cardea::wipe", "cardea::crc32", "cardea::mps2::NorFlash",
            "cardea::mps2::(anonymous", "cardea::SecondsCounter", "cardea::firmware", "cardea::grant::Visitor",
            "cardea::session::EdhocInitiator")
# A wrong entry, and the right one that takes the same instructions up to the verdict.
RIGHT_ENTRY = {"wrong code": "right code", "wrong PIN": "right PIN"}
CURVE_MEMO, OPENINGS, JOB, ITEMS = 0x340000, 0x390000, 0x400000, 0x401000  # firmware/skip/skip.cpp
CURVE_MEMO_SIZE = 0x4000
HEADER, ITEM, MOMENT = struct.Struct("<10I"), struct.Struct("<3I4BI"), struct.Struct("<2I")
NAME_SIZE = 64
MOMENTS_MAX = 1_000_000
TRACE, SKIP, LIST = 1, 2, 3
ENDS = ("returned", "fault", "endless", "assertion", "emulator died")
DIED = 4
ITEMS_A_RUN = 2000
STILL_S = 20  # without an item that ended: this one stands still
TRACE_S = 300

Header = collections.namedtuple("Header", "task scenario counts count scenario_count started opens moments failures done")
Result = collections.namedtuple("Result", "number pc sum end lost openings openings_again failures")


def header_of(memory):
    return Header(*HEADER.unpack_from(memory, JOB))


class Image:
    def __init__(self, path):
        self.path = path
        self.symbols = []
        for line in subprocess.run(["arm-none-eabi-nm", "-C", "-n", "-S", path], capture_output=True, text=True, check=True).stdout.splitlines():
            words = line.split(" ", 3)
            if len(words) == 4 and words[2] in "tTwW":
                self.symbols.append((int(words[0], 16), int(words[1], 16), words[3]))
        self.starts = [symbol[0] for symbol in self.symbols]
        self.curve_memo = bytes(CURVE_MEMO_SIZE)  # from run to run: it takes most of the time before the attempt

    def function(self, pc):
        place = bisect.bisect_right(self.starts, pc) - 1
        start, size, name = self.symbols[place]
        return name if 0 <= place and pc < start + size else "__of the compiler"

    def run(self, task, scenario, items=(), counts=False):
        """How it ended, the header and the memory behind it."""
        with tempfile.TemporaryFile() as file:
            file.truncate(1 << 24)
            memory = mmap.mmap(file.fileno(), 1 << 24)
            memory[CURVE_MEMO:CURVE_MEMO + CURVE_MEMO_SIZE] = self.curve_memo
            HEADER.pack_into(memory, JOB, task, scenario, counts, len(items), 0, 0, 0, 0, 0, 0)
            for place, item in enumerate(items):
                ITEM.pack_into(memory, ITEMS + place * ITEM.size, *item, 0, 0, 0, 0, 0)
            command = ["qemu-system-arm", "-M", f"mps2-{board_of(self.path)},memory-backend=nor", "-object",
                       f"memory-backend-file,id=nor,size=16M,mem-path=/proc/self/fd/{file.fileno()},share=on", "-display", "none", "-monitor",
                       "none", "-serial", "null", "-semihosting-config", "enable=on,target=native", "-icount", "shift=7,sleep=off",
                       "-kernel", self.path]
            with subprocess.Popen(command, pass_fds=[file.fileno()], stderr=subprocess.DEVNULL) as qemu:
                status, done = None, -1
                while status is None and done != (done := header_of(memory).done):
                    try:
                        status = qemu.wait(timeout=STILL_S if task == SKIP else TRACE_S)
                    except subprocess.TimeoutExpired:
                        pass
                qemu.kill()
            if status == 0:
                self.curve_memo = memory[CURVE_MEMO:CURVE_MEMO + CURVE_MEMO_SIZE]
            return status, header_of(memory), memory

    def scenarios(self):
        """Their names, in the order of their numbers."""
        status, header, memory = self.run(LIST, 0)
        assert status == 0, status
        return [memory[at:at + NAME_SIZE].split(b"\0")[0].decode() for at in range(ITEMS, ITEMS + header.scenario_count * NAME_SIZE, NAME_SIZE)]

    def trace(self, scenario):
        """What the image says of it, and all moments of its attempt when nothing is left out."""
        status, header, memory = self.run(TRACE, scenario)
        if status != 0:
            sys.exit(f"scenario {scenario} did not run by itself (status {status}): is the attempt refused when nothing is left out?")
        if header.moments > MOMENTS_MAX:
            sys.exit(f"scenario {scenario} takes {header.moments:,} instructions: more than are written down")
        return header, [MOMENT.unpack_from(memory, ITEMS + i * MOMENT.size) for i in range(header.moments)]

    def skip(self, scenario, items, counts=False, say=lambda done: None):
        """A result for each of them, and the failures that were counted before."""
        results, failures = [], 0
        while items:
            status, header, memory = self.run(SKIP, scenario, items[:ITEMS_A_RUN], counts)
            failures = header.failures
            results += [Result(*ITEM.unpack_from(memory, ITEMS + i * ITEM.size)) for i in range(header.done)]
            items = items[header.done:]
            if status != 0 and items:  # this one brought down even the emulator; it cannot have moved the motor before that and unseen
                openings = struct.unpack_from("<I", memory, OPENINGS)[0]
                results.append(Result(*items[0], DIED, 0, min(openings, 255), 0, failures))
                items = items[1:]
            say(len(results))
        return results, failures


def choose(image, moments, every):
    """The numbers of the instructions that are left out, in the order in which they run."""
    names = {pc: image.function(pc) for pc in {pc for pc, _ in moments}}
    numbers = [number for number, (pc, _) in enumerate(moments) if not names[pc].startswith(EXCLUDED) or "twin" in names[pc]]
    if every:
        return numbers
    last = {moments[number][0]: number for number in numbers}
    first = {moments[number][0]: number for number in reversed(numbers)}
    return sorted({*first.values(), *last.values()})


class Progress:
    """How far a scenario is, on a terminal."""

    def __init__(self, name, total):
        self.name, self.total, self.done, self.lock = name, total, {}, threading.Lock()

    def say(self, worker, done):
        with self.lock:
            self.done[worker] = done
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{self.name}: {sum(self.done.values()):,} of {self.total:,}\033[K\r")


class Sweep:
    def __init__(self, words):
        self.words = words
        self.image = Image(words.image)
        self.names = self.image.scenarios()
        self.left_out = 0

    def skip(self, name, items, counts=False):
        """The results, and the failures that were counted before."""
        scenario, workers, progress = self.names.index(name), self.words.jobs, Progress(name, len(items))
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            parts = list(pool.map(lambda at: self.image.skip(scenario, items[at::workers], counts, lambda done: progress.say(at, done)),
                                  range(workers)))
        results = sorted(result for part, _ in parts for result in part)
        assert len(results) == len(items)
        self.left_out += len(results)
        lost = sum(result.lost for result in results)
        assert lost == 0, f"{name}: {lost} runs were not those that were traced"
        return results, max(failures for _, failures in parts)

    def print_places(self, results, most=40):
        for result in results[:most]:
            print(f"    instruction {result.number} at {result.pc:#x} in {self.image.function(result.pc)}")

    def passes(self, name):
        twin = name.startswith("twin")
        header, moments = self.image.trace(self.names.index(name))
        part, parts = (1, 1) if twin else self.words.part
        chosen = choose(self.image, moments, self.words.every and not twin)[part - 1::parts]
        results, failures = self.skip(name, [(number, *moments[number]) for number in chosen], name in RIGHT_ENTRY)
        # The motor may be told twice within one entry that was granted; that entry must not open again.
        opened = [result for result in results if result.openings and (not header.opens or result.openings_again)]
        ends = collections.Counter(ENDS[result.end] for result in results)
        print(f"{name}: {len(moments):,} instructions, {len(results):,} left out: {len(opened)} opened{' once more' if header.opens else ''}; "
              + ", ".join(f"{count:,} {end}" for end, count in ends.most_common()), flush=True)
        self.print_places(opened, 3 if twin else 40)
        if twin:
            return bool(opened)
        free = self.free_guesses(name, [result for result in results if result.failures <= failures]) if name in RIGHT_ENTRY else []
        return not opened and not free

    def free_guesses(self, wrong, uncharged):
        """A guess is free when the wrong entry is not charged without that instruction, and the right one opens without it."""
        _, moments = self.image.trace(self.names.index(RIGHT_ENTRY[wrong]))
        items = [(r.number, *moments[r.number]) for r in uncharged if r.number < len(moments) and moments[r.number][0] == r.pc]
        results, _ = self.skip(RIGHT_ENTRY[wrong], items)
        free = [result for result in results if result.openings]
        print(f"    {len(uncharged)} left no failure counted; a guess was free: {len(free)}", flush=True)
        self.print_places(free)
        return free


def part_of(word):
    part, parts = (int(number) for number in word.split("/"))
    if not 1 <= part <= parts:
        raise ValueError
    return part, parts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image")
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--part", type=part_of, default=(1, 1), metavar="K/N")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--only", action="append", default=[], metavar="SCENARIO")
    words = parser.parse_args()
    sweep = Sweep(words)
    if unknown := set(words.only) - set(sweep.names):
        sys.exit(f"no scenario {', '.join(sorted(unknown))}; there are: {', '.join(sweep.names)}")
    chosen = words.only or sweep.names
    failed = [name for name in chosen if not sweep.passes(name)]
    print(f"{len(chosen)} scenarios, {sweep.left_out:,} instructions left out")
    for name in failed:
        print(f"FAILED: {name}" + (" was not caught" if name.startswith("twin") else ""))
    return 1 if failed else 0


sys.exit(main())
