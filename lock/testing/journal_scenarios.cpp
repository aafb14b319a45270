// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/journal_scenarios.hpp"

#include <array>
#include <utility>

#include "core/base/crc32.hpp"
#include "lock/journal/internal/record_format.hpp"

namespace cardea::testing {
namespace {

constexpr std::uint64_t script_seed = 7;  // of the values, not of the cuts
constexpr ItemKey a{0x01, 0};
constexpr ItemKey b{0x02, 0};
constexpr ItemKey c{0x40, 7};

/// Two values change together, with a turn among the steps.
JournalScript rewrite() {
  Random random(script_seed);
  JournalScript script;
  for (int i = 0; i < 16; ++i) {
    script.before.push_back({{a, random_value(random, 400)}, {b, random_value(random, 480)}});
    if (i % 4 == 0) script.before.push_back({{c, random_value(random, 12)}});  // so that every turn has something to copy
  }
  for (int i = 0; i < 4; ++i) script.steps.push_back({{a, random_value(random, 24)}, {b, random_value(random, 900)}});
  script.mounts_before_each = true;
  return script;
}

/// Values that end in 0xFF, the last so that its whole record does: its last 16 bytes are 0xFF, crc included.
JournalScript ends_in_ff() {
  constexpr std::uint32_t sequence = 2;  // of the first commit, behind the header and the turn record
  constexpr std::uint32_t at = 32;
  constexpr std::uint8_t value_size = 20;
  constexpr std::size_t free_at = 8;  // the four bytes to choose, after the heads
  Bytes<8 + value_size> record{0, 4 + value_size, 0xFF, 0xFF - 4 - value_size, a.kind, a.index, 0, value_size};
  std::fill(record.begin() + free_at + 8, record.end(), std::uint8_t{0xFF});
  const auto crc_with = [&](std::uint32_t chosen) {
    store_be(chosen, MutableByteSpan(record).subspan(free_at));
    return crc32_more(journal_format::crc_of_place(sequence, at), record);
  };
  // The crc is linear in the chosen bits: Gauss finds those that bring it to 0xFFFFFFFF.
  const std::uint32_t base = crc_with(0);
  std::array<std::pair<std::uint32_t, std::uint32_t>, 32> rows;  // what a combination of bits does to the crc
  for (std::uint32_t bit = 0; bit < 32; ++bit) rows[bit] = {crc_with(1u << bit) ^ base, 1u << bit};
  std::uint32_t wanted = base ^ 0xFFFFFFFF;
  std::uint32_t chosen = 0;
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    const auto pivot =
        std::find_if(rows.begin() + bit, rows.end(), [&](const auto& row) { return (row.first >> bit & 1) != 0; });
    std::swap(rows[bit], *pivot);  // four free bytes reach every crc, so there is one
    for (auto& row : rows) {
      if (&row == &rows[bit] || (row.first >> bit & 1) == 0) continue;
      row.first ^= rows[bit].first;
      row.second ^= rows[bit].second;
    }
  }
  for (std::uint32_t bit = 0; bit < 32; ++bit)
    if ((wanted >> bit & 1) != 0) chosen ^= rows[bit].second;
  CARDEA_ASSERT(crc_with(chosen) == 0xFFFFFFFF);

  JournalScript script;
  script.steps.push_back({{a, Value(record.begin() + free_at, record.end())}});
  script.steps.push_back({{b, Value(30, 0xFF)}});
  script.steps.push_back({{c, Value(16, 0xFF)}, {b, Value(3, 0xFF)}});
  script.mounts_before_each = true;
  return script;
}

/// Keys come and go over more than a whole ring: what was deleted stays deleted when its sector is reclaimed.
JournalScript deletes() {
  Random random(script_seed);
  JournalScript script;
  for (int i = 0; i < 22; ++i) {
    const ItemKey fleeting{0x50, static_cast<std::uint8_t>(i % 3)};
    script.steps.push_back({{fleeting, random_value(random, 300)}, {a, random_value(random, 450)}});
    script.steps.push_back({{fleeting, std::nullopt}, {c, random_value(random, 20)}});
  }
  return script;
}

/// The largest values, near the limit of what may live in the smallest ring.
JournalScript large_values() {
  Random random(script_seed);
  JournalScript script;
  script.before.push_back({{c, random_value(random, 200)}});
  for (int i = 0; i < 8; ++i) {
    const ItemKey key = i % 2 == 0 ? a : b;
    script.steps.push_back({{key, random_value(random, journal_value_size_bytes_max)}});
  }
  return script;
}

/// Many small values, three at a time, that a turn has to copy.
JournalScript small_values() {
  Random random(script_seed);
  JournalScript script;
  for (int i = 0; i < 190; ++i) {
    Step step;
    for (int j = 0; j < 3; ++j)
      step.push_back({{0x10, static_cast<std::uint8_t>(random.below(60))}, random_value(random, 1 + random.below(20))});
    step.push_back({c, random_value(random, 60)});
    (i < 150 ? script.before : script.steps).push_back(std::move(step));
  }
  return script;
}

JournalScript first_format() { return {}; }

JournalScript format_again() {
  JournalScript script = deletes();
  script.before = std::exchange(script.steps, {});
  return script;
}

}  // namespace

Values after(Values values, const Step& step) {
  for (const auto& [key, value] : step) {
    if (value)
      values[key] = *value;
    else
      values.erase(key);
  }
  return values;
}

Value random_value(Random& random, std::size_t size) {
  Value value(size);
  for (std::uint8_t& byte : value) byte = random.byte();
  return value;
}

const std::vector<NamedScript>& journal_scripts() {
  static const std::vector<NamedScript> scripts{
      {"journal_rewrite", "two values change together, over a turn", true, false, 4, rewrite},
      {"journal_ff", "values and records that end in 0xFF", true, false, 4, ends_in_ff},
      {"journal_delete", "keys come and go over more than a ring", false, false, 4, deletes},
      {"journal_large", "the largest values, near the limit", false, false, 4, large_values},
      {"journal_small", "many small values that turns copy", false, false, 5, small_values},
      {"journal_first_format", "the first start of a new lock", true, true, 4, first_format},
      {"journal_format", "a lock that starts anew", false, true, 4, format_again},
  };
  return scripts;
}

}  // namespace cardea::testing
