// SPDX-License-Identifier: Apache-2.0
#include "core/link/messages.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace cardea::link {
namespace {

using Buffer = std::vector<std::uint8_t>;

template <class T>
Buffer encoded(const T& message) {
  Buffer out(message_size_bytes_max);
  ByteWriter writer(out);
  encode(message, writer);
  EXPECT_EQ(writer.status(), Status::kOk);
  out.resize(writer.size());
  return out;
}

/// One good message of each type, and whether its decoder takes some bytes.
struct Sample {
  const char* name;
  Buffer bytes;
  std::function<Status(ByteSpan)> decode;
};

std::vector<Sample> samples() {
  static Buffer records(3 * audit::record_size_bytes);
  for (std::uint32_t i = 0; i < 3; ++i)
    store_be<std::uint32_t>(7 + i, MutableByteSpan(records).subspan(i * audit::record_size_bytes, 4));
  LockStatus status;
  status.firmware_size = 3;
  status.firmware = {'1', '.', '0'};
  return {
      {"status", encoded(status), [](ByteSpan b) { return decode_status(b).status(); }},
      {"records", encoded(Records{records}), [](ByteSpan b) { return decode_records(b).status(); }},
      {"applied", encoded(Applied{4, Status::kFull}), [](ByteSpan b) { return decode_applied(b).status(); }},
      {"challenge", encoded(Challenge{5, Nonce{1}}), [](ByteSpan b) { return decode_challenge(b).status(); }},
      {"result", encoded(CommandResult{5, false, 32}), [](ByteSpan b) { return decode_result(b).status(); }},
      {"time_ask", encoded(TimeAsk{Nonce{1}}), [](ByteSpan b) { return decode_time_ask(b).status(); }},
      {"receipt", encoded(Receipt{9, {}}), [](ByteSpan b) { return decode_receipt(b).status(); }},
      {"fetch", encoded(Fetch{9}), [](ByteSpan b) { return decode_fetch(b).status(); }},
      {"command", encoded(Command{5, Action::kReleaseKeypad}), [](ByteSpan b) { return decode_command(b).status(); }},
      {"run", encoded(Run{5, Nonce{1}, 30}), [](ByteSpan b) { return decode_run(b).status(); }},
      {"give_up", encoded(GiveUp{{5, Nonce{1}, 30}, {}}), [](ByteSpan b) { return decode_give_up(b).status(); }},
      {"time", encoded(Time{Nonce{1}, 1'800'000'000, 5}), [](ByteSpan b) { return decode_time(b).status(); }},
  };
}

TEST(LinkMessages, EveryDecoderRefusesEveryTruncationAndAnyByteMore) {
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size < sample.bytes.size(); ++size)
      EXPECT_NE(sample.decode(ByteSpan(sample.bytes).first(size)), Status::kOk) << sample.name << " " << size;
    Buffer longer = sample.bytes;
    longer.push_back(0);
    EXPECT_NE(sample.decode(longer), Status::kOk) << sample.name;
    EXPECT_EQ(sample.decode(sample.bytes), Status::kOk) << sample.name;
  }
}

TEST(LinkMessages, NoDecoderTakesAMessageOfAnotherType) {
  const std::vector<Sample> all = samples();
  for (const Sample& decoder : all)
    for (const Sample& message : all) {
      if (decoder.name == message.name) continue;
      EXPECT_NE(decoder.decode(message.bytes), Status::kOk) << decoder.name << " took " << message.name;
    }
  EXPECT_EQ(type_of({}).status(), Status::kTooShort);
  EXPECT_EQ(type_of(Bytes<1>{0x28}).status(), Status::kUnsupported);
  EXPECT_EQ(type_of(Bytes<1>{0x49}).status(), Status::kUnsupported);
}

TEST(LinkMessages, RecordsWithAGapInTheirNumbersAreRefused) {
  Buffer records(2 * audit::record_size_bytes);
  store_be<std::uint32_t>(7, records);
  store_be<std::uint32_t>(9, MutableByteSpan(records).subspan(audit::record_size_bytes));
  EXPECT_EQ(decode_records(encoded(Records{records})).status(), Status::kOutOfRange);
}

TEST(LinkMessages, NumbersOutOfRangeAreRefused) {
  EXPECT_EQ(decode_run(encoded(link::Run{5, Nonce{}, 31})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_run(encoded(link::Run{5, Nonce{}, 0})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_give_up(encoded(link::GiveUp{{5, Nonce{}, 31}, {}})).status(), Status::kOutOfRange);
  EXPECT_EQ(decode_give_up(encoded(link::GiveUp{{5, Nonce{}, 0}, {}})).status(), Status::kOutOfRange);
  LockStatus status;
  status.battery_percent = 101;
  EXPECT_EQ(decode_status(encoded(status)).status(), Status::kOutOfRange);
}

Snapshot some_snapshot() {
  Snapshot out;
  out.slot_count = 2;
  out.slots[0].number = 3;
  out.slots[0].generation = 9;
  out.slots[0].fixed = true;
  out.slots[1].number = 200;
  out.slots[1].sms = true;
  out.first_hour = 500'000;
  out.hour_count = snapshot_hour_count_max;
  return out;
}

Buffer encoded_snapshot(const Snapshot& snapshot, LockClass lock_class) {
  Buffer out(snapshot_size_bytes_max);
  ByteWriter writer(out);
  EXPECT_EQ(encode(snapshot, lock_class, writer), Status::kOk);
  out.resize(writer.size());
  return out;
}

TEST(LinkSnapshot, RefusesEveryTruncationAndAnyByteMore) {
  const Buffer good = encoded_snapshot(some_snapshot(), LockClass::kUnprotected);
  Snapshot out;
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(decode(ByteSpan(good).first(size), LockClass::kUnprotected, out), Status::kOk) << size;
  Buffer longer = good;
  longer.push_back(0);
  EXPECT_EQ(decode(longer, LockClass::kUnprotected, out), Status::kMalformed);
  ASSERT_EQ(decode(good, LockClass::kUnprotected, out), Status::kOk);
  EXPECT_EQ(encoded_snapshot(out, LockClass::kUnprotected), good);
}

/// One schedule: open from its first minute on, known for an hour.
constexpr Bytes<9> one_schedule{1, 0x01, 0xB7, 0x74, 0x00, 1, 1, 0, 60};

Snapshot snapshot_with_rules() {
  Snapshot out = some_snapshot();
  EXPECT_EQ(out.schedules.assign(one_schedule), Status::kOk);
  out.slots[0].rule = {.schedule = 1, .use_count_max = 5, .after_first_use_s = 86'400, .ends_at_s = 1'900'000'000};
  out.slots[1].rule = {.use_count_max = 1};
  return out;
}

TEST(LinkSnapshot, RefusesEveryTruncationOfRulesAndAnyByteMore) {
  const Buffer good = encoded_snapshot(snapshot_with_rules(), LockClass::kUnprotected);
  EXPECT_EQ(good[0], 2);
  Snapshot out;
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(decode(ByteSpan(good).first(size), LockClass::kUnprotected, out), Status::kOk) << size;
  Buffer longer = good;
  longer.push_back(0);
  EXPECT_EQ(decode(longer, LockClass::kUnprotected, out), Status::kMalformed);
  ASSERT_EQ(decode(good, LockClass::kUnprotected, out), Status::kOk);
  EXPECT_EQ(encoded_snapshot(out, LockClass::kUnprotected), good);
  EXPECT_EQ(out.slots[0].rule, snapshot_with_rules().slots[0].rule);
}

Snapshot snapshot_with_pins() {
  Snapshot out;
  out.settings.codes.pin_digits = 6;
  out.slot_count = 3;
  for (std::uint8_t i = 0; i < out.slot_count; ++i) out.slots[i].number = i;
  out.slots[0].sms = true;
  out.slots[1].pin = true;
  out.slots[1].pin_digest = {1, 2, 3};
  out.slots[2].pin = true;
  out.slots[2].pin_digest = {1, 2, 4};
  out.slots[2].rule = {.use_count_max = 9};
  return out;
}

TEST(LinkSnapshot, RefusesEveryTruncationOfPinsAndAnyByteMore) {
  const Buffer good = encoded_snapshot(snapshot_with_pins(), LockClass::kProtected);
  EXPECT_EQ(good[0], 3);
  Snapshot out;
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(decode(ByteSpan(good).first(size), LockClass::kProtected, out), Status::kOk) << size;
  Buffer longer = good;
  longer.push_back(0);
  EXPECT_EQ(decode(longer, LockClass::kProtected, out), Status::kMalformed);
  ASSERT_EQ(decode(good, LockClass::kProtected, out), Status::kOk);
  EXPECT_EQ(encoded_snapshot(out, LockClass::kProtected), good);
  EXPECT_EQ(out.settings.codes.pin_digits, 6);
  EXPECT_FALSE(out.slots[0].pin);
  EXPECT_EQ(out.slots[1].pin_digest, (PinDigest{1, 2, 3}));
  EXPECT_EQ(out.slots[2].rule.use_count_max, 9);
}

// [rule: P7]
TEST(LinkSnapshot, RefusesPinsThatNoLockMayHold) {
  const auto refused = [](LockClass lock_class, auto change) {
    Snapshot snapshot = snapshot_with_pins();
    change(snapshot);
    Buffer room(snapshot_size_bytes_max);
    ByteWriter writer(room);
    return encode(snapshot, lock_class, writer);
  };
  const auto nothing = [](Snapshot&) {};
  EXPECT_EQ(refused(LockClass::kUnprotected, nothing), Status::kOutOfRange);
  EXPECT_EQ(refused(LockClass::kProtected, [](Snapshot& s) { s.slots[1].fixed = true; }), Status::kMalformed);
  EXPECT_EQ(refused(LockClass::kProtected, [](Snapshot& s) { s.slots[1].sms = true; }), Status::kMalformed);
  EXPECT_EQ(refused(LockClass::kProtected, [](Snapshot& s) { s.slots[1].pin_digest = s.slots[2].pin_digest; }),
            Status::kMalformed);
  for (const std::uint8_t digits : Bytes<5>{0, 5, 8, 10, 11})
    EXPECT_EQ(refused(LockClass::kProtected, [digits](Snapshot& s) { s.settings.codes.pin_digits = digits; }),
              Status::kOutOfRange);
  EXPECT_EQ(refused(LockClass::kProtected, nothing), Status::kOk);

  // The same from the wire: what a platform that means harm may send.
  const Buffer good = encoded_snapshot(snapshot_with_pins(), LockClass::kProtected);
  Snapshot out;
  EXPECT_EQ(decode(good, LockClass::kUnprotected, out), Status::kOutOfRange);
  Buffer equal = good;
  const Buffer digest{1, 2, 4};
  const auto at = std::search(equal.begin(), equal.end(), digest.begin(), digest.end());
  ASSERT_NE(at, equal.end());
  at[2] = 3;
  EXPECT_EQ(decode(equal, LockClass::kProtected, out), Status::kMalformed);
  Buffer old = good;
  old[0] = 2;
  EXPECT_NE(decode(old, LockClass::kProtected, out), Status::kOk) << "format 2 knows no PINs";
}

// [rule: S12]
TEST(LinkSnapshot, RefusesARuleThatNamesAScheduleWhichIsNotThere) {
  Snapshot snapshot = snapshot_with_rules();
  const Buffer good = encoded_snapshot(snapshot, LockClass::kUnprotected);
  snapshot.slots[1].rule.schedule = 2;
  Buffer room(snapshot_size_bytes_max);
  ByteWriter writer(room);
  EXPECT_EQ(encode(snapshot, LockClass::kUnprotected, writer), Status::kOutOfRange);
  Buffer without = good;  // the same bytes but for the schedule
  without.resize(good.size() - one_schedule.size());
  without[without.size() - 1] = 0;
  EXPECT_EQ(decode(without, LockClass::kUnprotected, snapshot), Status::kOutOfRange);
}

// [rule: G7]
TEST(LinkSnapshot, BringsTheGrantKeyAndItsListInFormat4) {
  for (Snapshot snapshot : {some_snapshot(), snapshot_with_rules()}) {
    snapshot.takes_keys = true;
    snapshot.grant_key[5] = 7;
    snapshot.denials.number = 9;
    snapshot.denials.epoch = 2;
    snapshot.denials.count = 2;
    snapshot.denials.serials = {3, 8};
    const Buffer good = encoded_snapshot(snapshot, LockClass::kUnprotected);
    EXPECT_EQ(good[0], 4);
    Snapshot out;
    ASSERT_EQ(decode(good, LockClass::kUnprotected, out), Status::kOk);
    EXPECT_TRUE(out.takes_keys);
    EXPECT_EQ(out.grant_key, snapshot.grant_key);
    EXPECT_EQ(out.denials, snapshot.denials);
    EXPECT_EQ(encoded_snapshot(out, LockClass::kUnprotected), good);
    for (std::size_t size = 0; size < good.size(); ++size)
      EXPECT_NE(decode(ByteSpan(good).first(size), LockClass::kUnprotected, out), Status::kOk) << size;
    Buffer descending = good;
    std::swap_ranges(descending.end() - 8, descending.end() - 4, descending.end() - 4);
    EXPECT_NE(decode(descending, LockClass::kUnprotected, out), Status::kOk);
  }
}

TEST(LinkSnapshot, SpeaksTheOldFormatWhereThereIsNothingNewToSay) {
  const Buffer plain = encoded_snapshot(some_snapshot(), LockClass::kUnprotected);
  EXPECT_EQ(plain[0], 1);
  Buffer needless = plain;
  needless[0] = 2;
  needless.insert(needless.end(), {0, 0});
  Snapshot out;
  EXPECT_EQ(decode(needless, LockClass::kUnprotected, out), Status::kMalformed);
  Buffer too_new = plain;
  too_new[0] = 5;
  EXPECT_EQ(decode(too_new, LockClass::kUnprotected, out), Status::kUnsupported);
  Buffer old = encoded_snapshot(snapshot_with_rules(), LockClass::kUnprotected);
  old[0] = 1;
  EXPECT_EQ(decode(old, LockClass::kUnprotected, out), Status::kMalformed) << "format 1 knows no rules";
}

TEST(LinkSnapshot, AProtectedLockNeverTakesHourKeys) {
  const Buffer for_unprotected = encoded_snapshot(some_snapshot(), LockClass::kUnprotected);
  Snapshot out;
  EXPECT_NE(decode(for_unprotected, LockClass::kProtected, out), Status::kOk);
  Buffer room(snapshot_size_bytes_max);
  ByteWriter writer(room);
  EXPECT_EQ(encode(some_snapshot(), LockClass::kProtected, writer), Status::kOutOfRange);
}

TEST(LinkSnapshot, RefusesSettingsOutOfTheirRangeAndSlotsThatDoNotAscend) {
  const auto refused = [](auto change) {
    Snapshot snapshot = some_snapshot();
    change(snapshot);
    Buffer room(snapshot_size_bytes_max);
    ByteWriter writer(room);
    return encode(snapshot, LockClass::kUnprotected, writer);
  };
  EXPECT_EQ(refused([](Snapshot& s) { s.settings.codes.otp_digits = 5; }), Status::kOutOfRange);
  EXPECT_EQ(refused([](Snapshot& s) { s.settings.codes.otp_digits = 9; }), Status::kOutOfRange);
  EXPECT_EQ(refused([](Snapshot& s) { s.settings.codes.code_digits = 8; }), Status::kOutOfRange);
  EXPECT_EQ(refused([](Snapshot& s) { s.settings.codes.activation_window_s = 0; }), Status::kOutOfRange);
  EXPECT_EQ(refused([](Snapshot& s) { s.settings.open_ms = 10'001; }), Status::kOutOfRange);
  EXPECT_EQ(refused([](Snapshot& s) { s.slots[1].number = 3; }), Status::kOutOfRange);
  EXPECT_EQ(refused([](Snapshot&) {}), Status::kOk);
}

}  // namespace
}  // namespace cardea::link
