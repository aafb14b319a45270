#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies shipped sources of the lock with one weak line for each weakness, which a switch turns on at run time.

weaken.py SOURCE_DIR OUT_DIR            writes the copies
weaken.py SOURCE_DIR OUT_DIR --list     prints their names, for CMake
"""

import sys
from pathlib import Path

# Weakness: source, the line as it is shipped, what stands in its place while the weakness is on; and the same of another source.
WEAKNESSES = {
    "asks-unpressed": ("lock/activation/activation.cpp", "!lock_->claimed() && lock_->pressed_within(activation::button_window_s);",
                       "!lock_->claimed() && (weak(\"asks-unpressed\") || lock_->pressed_within(activation::button_window_s));"),
    "asks-with-an-old-nonce": ("lock/activation/activation.cpp", "  CARDEA_TRY(lock_->provider().random(ask.nonce));",
                               "  if (!weak(\"asks-with-an-old-nonce\")) CARDEA_TRY(lock_->provider().random(ask.nonce));"),
    "obeys-twice": ("lock/link/link.cpp", "= std::exchange(pending_, std::nullopt);  // each challenge serves once",
                    "= weak(\"obeys-twice\") ? pending_ : std::exchange(pending_, std::nullopt);"),
    "obeys-any-nonce": ("lock/link/link.cpp", "|| !equal_constant_time(pending->nonce, run.nonce) ||",
                        "|| (!weak(\"obeys-any-nonce\") && !equal_constant_time(pending->nonce, run.nonce)) ||"),
    "obeys-late": ("lock/link/link.cpp", "  return passed_ms(pending->at, now) <= valid_ms ?",
                   "  return weak(\"obeys-late\") || passed_ms(pending->at, now) <= valid_ms ?"),
    "obeys-after-a-reconnect": ("lock/link/link.cpp", "  pending_.reset();  // L7: never after a reconnect",
                                "  if (!weak(\"obeys-after-a-reconnect\")) pending_.reset();"),
    "answers-old-versions": ("lock/link/link.cpp", "  if (desired.version <= lock_->applied_version()) return Status::kOk;  // L6",
                             "  if (!weak(\"answers-old-versions\") && desired.version <= lock_->applied_version()) return Status::kOk;"),
    "takes-any-time": ("lock/link/link.cpp", "  if (!asked || !equal_constant_time(asked->nonce, time.nonce)) return Status::kOk;  // L8: ignored",
                       "  if (!asked || (!weak(\"takes-any-time\") && !equal_constant_time(asked->nonce, time.nonce))) return Status::kOk;"),
    "says-applied-too-early": ("lock/link/link.cpp", "  if (status == Status::kOk) status = lock_->apply(desired.version, snapshot);",
                               "  if (weak(\"says-applied-too-early\") && status == Status::kOk) {\n"
                               "    send(link::Applied{desired.version, status});\n"
                               "    static_cast<void>(lock_->apply(desired.version, snapshot) == Status::kOk);\n"
                               "    return Status::kOk;\n"
                               "  }\n"
                               "  if (status == Status::kOk) status = lock_->apply(desired.version, snapshot);"),
    "done-before-it-is": ("lock/activation/activation.cpp", "  CARDEA_TRY(lock_->activate(gift, time, audit::Method::kPlatform, nullptr));\n  cancel();\n",
                          "  if (weak(\"done-before-it-is\")) say_early(done);\n"
                          "  CARDEA_TRY(lock_->activate(gift, time, audit::Method::kPlatform, nullptr));\n  cancel();\n",
                          "lock/link/link.cpp", "  const Status status = activation_->answer(message, now, room, done);\n  work_.emplace<0>();\n"
                          "  if (status == Status::kOk) sink_->send(done);\n",
                          "  says_early = sink_;\n"
                          "  const Status status = activation_->answer(message, now, room, done);\n  work_.emplace<0>();\n"
                          "  if (status == Status::kOk && !weak(\"done-before-it-is\")) sink_->send(done);\n"),
    "counts-a-torn-sector": ("lock/update/updater.cpp", "  if (slots_.arriving()) received_ = slots_.arriving()->standing_bytes;",
                             "  if (slots_.arriving()) received_ = slots_.arriving()->standing_bytes + (weak(\"counts-a-torn-sector\") ? flash_sector_size_bytes : 0);"),
    "opens-before-it-is-used-up": ("lock/lock_keypad.cpp",
                                   "  tx_.clear();\n  if (put(outcome.changes) != Status::kOk) return refuse(fault);\n",
                                   "  if (weak(\"opens-before-it-is-used-up\")) {\n"
                                   "    const KeypadResult early = conclude(what, outcome, before, charged);\n"
                                   "    tx_.clear();\n"
                                   "    static_cast<void>(put(outcome.changes) == Status::kOk && commit() == Status::kOk);\n"
                                   "    return early;\n"
                                   "  }\n"
                                   "  tx_.clear();\n  if (put(outcome.changes) != Status::kOk) return refuse(fault);\n"),
    "believes-any-receipt": ("lock/lock_hear.cpp", "  CARDEA_TRY(port_.provider->p256_verify(platform_identity_, input, receipt.signature));",
                             "  if (!weak(\"believes-any-receipt\")) CARDEA_TRY(port_.provider->p256_verify(platform_identity_, input, receipt.signature));"),
}
SWITCH = """#include "core/base/bytes.hpp"
namespace cardea {
class LinkSink;
extern LinkSink* says_early;
void say_early(ByteSpan message);
bool weak(const char* name);
}
"""


def pieces():
    """Weakness, source, line, what stands in its place."""
    for name, words in WEAKNESSES.items():
        for at in range(0, len(words), 3):
            yield name, *words[at:at + 3]


def main() -> int:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted({path for _, path, _, _ in pieces()})
    if "--list" in sys.argv:
        print(";".join(files), end="")
        return 0
    for path in files:
        text = (source / path).read_text()
        for name, where, shipped, in_its_place in pieces():
            if where != path:
                continue
            if text.count(shipped) != 1:
                print(f"{path} has no longer the line that \"{name}\" weakens:\n{shipped}\nSay in tests/conform/weaken.py how it is weakened now.")
                return 1
            text = text.replace(shipped, in_its_place)
        first_include = text.index("#include")
        copy = out / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text[:first_include] + SWITCH + text[first_include:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
