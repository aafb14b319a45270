// SPDX-License-Identifier: Apache-2.0
#include "core/decide/items.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "core/decide/hear.hpp"

namespace cardea {
namespace {

using Stored = std::map<ItemKey, std::vector<std::uint8_t>>;

std::vector<std::uint8_t> bytes_of(const LockState& state, ItemKey key) {
  Bytes<item_size_bytes_max> buffer;
  ByteWriter writer(buffer);
  EXPECT_EQ(encode_item(state, key, writer), Status::kOk);
  return {writer.written().begin(), writer.written().end()};
}

Stored stored(const LockState& state) {
  Stored out;
  for (std::size_t i = 0; i < item_key_count; ++i) out[item_key(i)] = bytes_of(state, item_key(i));
  return out;
}

/// A state in which every item holds something.
LockState full_state() {
  LockState state;
  state.settings = {.otp_digits = 6,
                    .code_digits = 12,
                    .pin_digits = 7,
                    .code_epoch = 513,
                    .activation_window_s = 7'200,
                    .only_keypad = true};
  ItemChanges changes;
  for (std::uint8_t i = 0; i < slot_count_max; ++i) {
    EXPECT_EQ(set_slot(state, {{static_cast<std::uint8_t>(100 + i), 300}, i % 2 == 1, i % 2 == 0}, changes), Status::kOk);
    state.slots[i].drift_s = static_cast<std::int16_t>(30 * (i % 5) - 60);
    state.slots[i].newest_step = {RememberedStep{60'000'000u + i}, RememberedStep{12'000'000u + i}};
    if (i % 4 == 0) continue;
    state.slots[i].rule = {.schedule = static_cast<std::uint8_t>(1 + i % 8), .use_count_max = i, .after_first_use_s = 3'600};
    state.slots[i].use_count = static_cast<std::uint16_t>(700 + i);
    state.slots[i].first_used_at = {1'800'000'000u + i};
  }
  state.slots[3].active = false;
  state.slots[5].fixed = false;
  state.slots[5].pin = true;
  state.evicted_step = {RememberedStep{59'000'000}, RememberedStep{11'000'000}};
  for (std::uint32_t i = 0; i < remembered_count_max; ++i)
    state.codes.remembered[i] =
        RememberedCode({i % 2 == 0 ? Family::kTimed : Family::kExclusive, static_cast<std::uint8_t>(i), i, 0});
  for (std::uint32_t i = 0; i < used_once_count_max; ++i)
    state.codes.used_once[i] = RememberedCode({Family::kOnce, static_cast<std::uint8_t>(i % 24), i, i % 4});
  for (std::size_t i = 0; i < pool_count; i += 100) state.codes.pool_used.set(i);
  for (std::size_t i = 0; i < pool_count; i += 70) state.codes.pool_cleared.set(i);
  state.codes.marks = {{1'800'000'000}, {1'800'000'600}, {1'800'001'200}, 77};
  for (std::uint32_t i = 0; i < failure_place_count; ++i)
    state.throttle.failures[i] = {
        {1'000u + i}, {2'000u + i}, (i + 1) & failure_number_max, static_cast<std::uint8_t>(i), i % 2 == 0};
  for (std::uint32_t i = 0; i < refund_count_max; ++i) state.throttle.refunds[i] = {true, {i}};
  for (std::uint32_t i = 0; i < release_decode_count_max; ++i) state.throttle.decodes[i] = {true, {i}};
  state.throttle.released_before = 4;
  state.throttle.alert_level = 100;
  state.throttle.off = true;
  return state;
}

/// A state that has the settings of `state` and nothing else.
LockState with_settings_of(const LockState& state) {
  LockState fresh;
  fresh.settings = state.settings;
  return fresh;
}

TEST(Items, RefusesEveryTruncationAndEveryByteTooMuch) {
  const LockState state = full_state();
  for (const auto& [key, bytes] : stored(state)) {
    SCOPED_TRACE(testing::Message() << int{key.kind} << "/" << int{key.index});
    ASSERT_FALSE(bytes.empty());
    LockState fresh = with_settings_of(state);
    const Stored before = stored(fresh);
    for (std::size_t size = 1; size < bytes.size(); ++size)
      EXPECT_EQ(decode_item(fresh, key, ByteSpan(bytes).first(size)), Status::kTooShort) << size;
    std::vector<std::uint8_t> longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(decode_item(fresh, key, longer), Status::kMalformed);
    EXPECT_EQ(stored(fresh), before) << "a refused item changes nothing";
  }
}

TEST(Items, RefusesKeysThatAreNone) {
  LockState state;
  Bytes<item_size_bytes_max> buffer;
  for (const ItemKey key : {ItemKey{0, 0}, ItemKey{item_settings, 1}, ItemKey{item_slot, 32}, ItemKey{item_pool_used, 16},
                            ItemKey{item_failure, 192}, ItemKey{0x40, 0}}) {
    ByteWriter writer(buffer);
    EXPECT_EQ(encode_item(state, key, writer), Status::kNotFound);
    EXPECT_EQ(decode_item(state, key, {}), Status::kNotFound);
  }
}

TEST(Items, RefusesValuesThatNoLockWrites) {
  const LockState state = full_state();
  const auto bent = [&](ItemKey key, std::size_t at, std::uint8_t byte) {
    LockState fresh = with_settings_of(state);
    std::vector<std::uint8_t> bytes = bytes_of(state, key);
    bytes.at(at) = byte;
    return decode_item(fresh, key, bytes);
  };
  EXPECT_EQ(bent({item_settings, 0}, 0, 5), Status::kOutOfRange) << "digits of one-time codes";
  EXPECT_EQ(bent({item_settings, 0}, 1, 13), Status::kOutOfRange);
  EXPECT_EQ(bent({item_settings, 0}, 8, 4), Status::kMalformed);
  EXPECT_EQ(bent({item_settings, 0}, 8, 1), Status::kMalformed) << "digits of PINs that nothing announces";
  EXPECT_EQ(bent({item_settings, 0}, 9, 0), Status::kMalformed) << "PINs of no digits";
  EXPECT_EQ(bent({item_settings, 0}, 9, 6), Status::kOutOfRange) << "as long as one-time codes";
  EXPECT_EQ(bent({item_slot, 0}, 3, 8), Status::kTooShort) << "a rule that is not there";
  EXPECT_EQ(bent({item_slot, 0}, 3, 32), Status::kMalformed) << "an unknown flag";
  EXPECT_EQ(bent({item_slot, 0}, 3, 18), Status::kMalformed) << "a fixed PIN";
  EXPECT_EQ(bent({item_slot, 0}, 3, 20), Status::kMalformed) << "a PIN with SMS";
  EXPECT_EQ(bent({item_slot, 0}, 3, 7), Status::kMalformed) << "fixed with SMS";
  EXPECT_EQ(bent({item_slot, 0}, 5, 151), Status::kOutOfRange) << "a drift past 120 s";
  EXPECT_EQ(bent({item_slot, 0}, 9, 1), Status::kOutOfRange) << "an app step after the year 6053";
  EXPECT_EQ(bent({item_slot, 0}, 14, 1), Status::kOutOfRange) << "an SMS step after it";
  EXPECT_EQ(bent({item_slot, 1}, 38, 1), Status::kOutOfRange) << "a first use after the year 2106";
  EXPECT_EQ(bent({item_evicted, 0}, 3, 1), Status::kOutOfRange);
  EXPECT_EQ(bent({item_evicted, 0}, 8, 1), Status::kOutOfRange);
  EXPECT_EQ(bent({item_remembered, 0}, 2, 2), Status::kOutOfRange) << "a once code among timed ones";
  EXPECT_EQ(bent({item_remembered, 0}, 2, 7), Status::kOutOfRange);
  EXPECT_EQ(bent({item_remembered, 0}, 3, 94), Status::kOutOfRange);
  EXPECT_EQ(bent({item_used_once, 0}, 2, 0), Status::kOutOfRange);
  EXPECT_EQ(bent({item_marks, 0}, 26, 0x7F), Status::kOutOfRange) << "pool index";
  EXPECT_EQ(bent({item_failure, 0}, 0, 0xFF), Status::kOutOfRange);
  EXPECT_EQ(bent({item_failure, 0}, 1, 0x80), Status::kOutOfRange) << "number 2^23";
  EXPECT_EQ(bent({item_failure, 0}, 7, 1), Status::kOutOfRange) << "136 years later";
  EXPECT_EQ(bent({item_failure, 0}, 15, 1), Status::kOutOfRange);
  EXPECT_EQ(bent({item_refund, 0}, 3, 1), Status::kOutOfRange);
  EXPECT_EQ(bent({item_failure, 0}, 21, 2), Status::kMalformed);
  EXPECT_EQ(bent({item_throttle, 0}, 4, 6), Status::kOutOfRange) << "no such alert";
}

TEST(Items, RefusesASlotThatStandsInTwoPlaces) {
  LockState state = full_state();
  EXPECT_EQ(decode_item(state, {item_slot, 1}, bytes_of(state, {item_slot, 0})), Status::kMalformed);
}

TEST(Items, CodesOfAnotherEpochAreStale) {
  LockState state = full_state();
  const Stored old = stored(state);
  ItemChanges changes;
  ASSERT_EQ(set_epoch(state, 514, changes), Status::kOk);
  EXPECT_EQ(changes.keys().size(), 1u) << "one write empties the memory";
  LockState loaded;
  ASSERT_EQ(decode_item(loaded, {item_settings, 0}, bytes_of(state, {item_settings, 0})), Status::kOk);
  for (const std::uint8_t kind : {item_remembered, item_used_once, item_pool_used, item_pool_cleared, item_marks})
    EXPECT_EQ(decode_item(loaded, {kind, 0}, old.at({kind, 0})), Status::kStale);
  EXPECT_TRUE(loaded.codes.pool_used.none());
}

TEST(Items, EveryKeyIsThereOnceAndTheSettingsFirst) {
  std::set<ItemKey> keys;
  for (std::size_t i = 0; i < item_key_count; ++i) EXPECT_TRUE(keys.insert(item_key(i)).second);
  EXPECT_EQ(item_key(0), (ItemKey{item_settings, 0}));
  EXPECT_EQ(stored(LockState{}).at({item_settings, 0}).empty(), false);
}

TEST(Items, AStateComesBackFromItsItems) {
  const LockState state = full_state();
  LockState loaded;
  for (std::size_t i = 0; i < item_key_count; ++i)
    ASSERT_EQ(decode_item(loaded, item_key(i), bytes_of(state, item_key(i))), Status::kOk) << i;
  EXPECT_EQ(stored(loaded), stored(state));
  for (std::size_t i = 1; i < item_key_count; ++i) ASSERT_EQ(decode_item(loaded, item_key(i), {}), Status::kOk) << i;
  EXPECT_EQ(stored(loaded), stored(with_settings_of(state))) << "no bytes are an item that holds nothing";
}

// The bytes of README.md, pinned: a lock must read what its older firmware wrote.
TEST(Items, HaveTheirDocumentedBytes) {
  const LockState state = full_state();
  EXPECT_EQ(bytes_of(state, {item_settings, 0}), (std::vector<std::uint8_t>{6, 12, 2, 1, 0, 0, 0x1C, 0x20, 3, 7}));
  LockState before_pins = state;
  before_pins.settings.pin_digits = 0;
  EXPECT_EQ(bytes_of(before_pins, {item_settings, 0}), (std::vector<std::uint8_t>{6, 12, 2, 1, 0, 0, 0x1C, 0x20, 1}));
  EXPECT_EQ(bytes_of(state, {item_slot, 0}), (std::vector<std::uint8_t>{100,  1,    0x2C, 5, 0xFF, 0xC4, 0, 0, 0,    0,    3,
                                                                        0x93, 0x87, 0,    0, 0,    0,    0, 0, 0xB7, 0x1B, 0}));
  EXPECT_EQ(bytes_of(state, {item_used_once, 5}), (std::vector<std::uint8_t>{2, 1, 2, 5, 0, 0, 0, 5, 1}));
  EXPECT_EQ(bytes_of(state, {item_failure, 1}),
            (std::vector<std::uint8_t>{0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0xE9, 0, 0, 0, 0, 0, 0, 7, 0xD1, 1, 0}));
  EXPECT_EQ(bytes_of(state, {item_throttle, 0}), (std::vector<std::uint8_t>{0, 0, 0, 4, 100, 1}));
}

}  // namespace
}  // namespace cardea
