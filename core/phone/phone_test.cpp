// SPDX-License-Identifier: Apache-2.0
#include "core/phone/leases.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/testing/vectors.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::phone {
namespace {

namespace json = boost::json;
using Buffer = std::vector<std::uint8_t>;

// Made by tests/phone/vectors_test.py with python3-cryptography, which shares no code with core/phone.
const json::object& vectors() {
  static const json::object parsed = read_vector_file("phone_v1.json");
  return parsed;
}

KeyBytes secret_of(const json::value& hex) { return KeyBytes(array_of_hex<32>(hex)); }
UnixSeconds time_of(const json::value& value) { return {value.to_number<std::uint64_t>()}; }
Buffer buffer(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }

Claim claim_of(const json::value& vector) {
  return {array_of_hex<16>(vector.at("invitation_id")), array_of_hex<16>(vector.at("phone_id")),
          array_of_hex<64>(vector.at("phone_public")), array_of_hex<64>(vector.at("platform_public"))};
}

TEST(PhoneKeys, AreThoseOfTheVectorsOnBothSides) {
  OpensslProvider provider;
  for (const json::value& vector : vectors().at("claims").as_array()) {
    const Claim claim = claim_of(vector);
    P256Point phone_public;
    P256Point platform_public;
    const KeyHandle phone = provider.p256_import(KeyKind::kAgree, secret_of(vector.at("phone_private")), phone_public).value();
    const KeyHandle own =
        provider.p256_import(KeyKind::kAgree, secret_of(vector.at("platform_private")), platform_public).value();
    EXPECT_EQ(phone_public, claim.phone_key);
    EXPECT_EQ(platform_public, claim.platform_key);
    const KeyBytes here = provider.p256_agree_bytes(phone, claim.platform_key).value();
    const KeyBytes there = provider.p256_agree_bytes(own, claim.phone_key).value();
    EXPECT_EQ(buffer(here.bytes()), bytes_of_hex(vector.at("shared")));
    EXPECT_EQ(buffer(there.bytes()), bytes_of_hex(vector.at("shared")));
    const PhoneKeys keys = derive_keys(provider, secret_of(vector.at("token")), here, claim).value();
    EXPECT_EQ(buffer(keys.auth.bytes()), bytes_of_hex(vector.at("auth")));
    EXPECT_EQ(buffer(keys.seal.bytes()), bytes_of_hex(vector.at("seal")));
    EXPECT_EQ(confirmation_of(provider, keys.auth, claim).value(), array_of_hex<32>(vector.at("confirmation")));
    EXPECT_EQ(request_mac(provider, keys.auth, claim.phone, time_of(vector.at("at"))).value(),
              array_of_hex<32>(vector.at("mac")));
  }
}

// [rule: PH16]
TEST(PhoneOrders, HaveTheMacsOfTheVectorsAndAnyOtherByteMakesAnother) {
  OpensslProvider provider;
  const KeyBytes auth = secret_of(vectors().at("claims").at(0).at("auth"));
  for (const json::value& vector : vectors().at("orders").as_array()) {
    const auto bytes = [&vector](const char* name) {
      const auto& text = vector.at(name).as_string();
      return Buffer(text.begin(), text.end());
    };
    Buffer path = bytes("path");
    Buffer body = bytes("body");
    const auto mac = array_of_hex<32>(vector.at("mac"));
    EXPECT_EQ(order_mac(provider, auth, path, body).value(), mac);
    path.back() ^= 1;
    EXPECT_NE(order_mac(provider, auth, path, body).value(), mac);
    path.back() ^= 1;
    body.push_back(path.back());
    path.pop_back();  // what leaves the one does not slip into the other
    EXPECT_NE(order_mac(provider, auth, path, body).value(), mac);
  }
}

TEST(PhoneKeys, ChangeWithEverythingThatTheyAreBoundTo) {
  OpensslProvider provider;
  const json::value& vector = vectors().at("claims").at(0);
  const Claim claim = claim_of(vector);
  const KeyBytes token = secret_of(vector.at("token"));
  const KeyBytes shared = secret_of(vector.at("shared"));
  const Buffer good = buffer(derive_keys(provider, token, shared, claim)->auth.bytes());
  const auto auth_of = [&](const LinkToken& t, const KeyBytes& s, const Claim& c) {
    return buffer(derive_keys(provider, t, s, c)->auth.bytes());
  };
  KeyBytes other_token = token;
  other_token.mutable_bytes()[31] ^= 1;
  EXPECT_NE(auth_of(other_token, shared, claim), good);
  KeyBytes other_shared = shared;
  other_shared.mutable_bytes()[0] ^= 1;
  EXPECT_NE(auth_of(token, other_shared, claim), good);
  for (const auto change : {+[](Claim& c) { c.invitation[0] ^= 1; }, +[](Claim& c) { c.phone[15] ^= 1; },
                            +[](Claim& c) { c.phone_key[63] ^= 1; }, +[](Claim& c) { c.platform_key[0] ^= 1; }}) {
    Claim other = claim;
    change(other);
    EXPECT_NE(auth_of(token, shared, other), good);
  }
}

Buffer written(const ScheduleHead& head, const std::vector<ScheduleEntry>& entries) {
  Buffer out(schedule_head_size_bytes + entries.size() * entry_size_bytes_max);
  ByteWriter writer(out);
  write_head(writer, head);
  for (const ScheduleEntry& entry : entries) write_entry(writer, entry);
  EXPECT_EQ(writer.status(), Status::kOk);
  out.resize(writer.size());
  return out;
}

TEST(PhoneSchedule, ReadsAndWritesTheBytesOfTheVectors) {
  for (const json::value& vector : vectors().at("schedules").as_array()) {
    const Buffer bytes = bytes_of_hex(vector.at("bytes"));
    ScheduleReader reader(bytes);
    const ScheduleHead head = reader.open().value();
    EXPECT_EQ(head.time, time_of(vector.at("content").at("time")));
    EXPECT_EQ(head.renew_at, time_of(vector.at("content").at("renew_at")));
    std::vector<ScheduleEntry> entries;
    for (const json::value& expected : vector.at("content").at("entries").as_array()) {
      entries.push_back(reader.next().value());
      const ScheduleEntry& entry = entries.back();
      EXPECT_EQ(entry.credential, array_of_hex<16>(expected.at("credential")));
      EXPECT_EQ(entry.lock.value, array_of_hex<16>(expected.at("lock_id")));
      EXPECT_EQ(entry.from, time_of(expected.at("from")));
      EXPECT_EQ(entry.to, time_of(expected.at("to")));
      EXPECT_EQ(std::string(entry.door.begin(), entry.door.end()), expected.at("door").as_string());
      EXPECT_EQ(entry.keys.size(), 32 * expected.at("keys").as_array().size());
    }
    EXPECT_EQ(entries.size(), head.entry_count);
    EXPECT_EQ(reader.finish(), Status::kOk);
    EXPECT_EQ(written(head, entries), bytes);
  }
}

Status status_of(ByteSpan bytes) {
  ScheduleReader reader(bytes);
  CARDEA_ASSIGN(const ScheduleHead head, reader.open());
  for (std::size_t i = 0; i < head.entry_count; ++i) CARDEA_TRY(reader.next().status());
  return reader.finish();
}

TEST(PhoneSchedule, RefusesEveryTruncationAnyByteMoreAndEveryNumberOutOfRange) {
  Buffer bytes = bytes_of_hex(vectors().at("schedules").at(2).at("bytes"));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(status_of(ByteSpan(bytes).first(size)), Status::kTooShort) << size;
  ASSERT_EQ(status_of(bytes), Status::kOk);
  bytes.push_back(0);
  EXPECT_EQ(status_of(bytes), Status::kMalformed);
  bytes.pop_back();
  const std::size_t entry = schedule_head_size_bytes;
  struct Change {
    std::size_t place;
    std::uint8_t byte;
  };
  for (const Change change :
       {Change{0, 0}, {0, 2}, {17, 1}, {entry + 32, 5}, {entry + 32, 9}, {entry + 49, 0}, {entry + 49, 201}}) {
    Buffer bad = bytes;
    bad[change.place] = change.byte;
    EXPECT_EQ(status_of(bad), Status::kMalformed) << change.place;
  }
}

Buffer written(const ScheduleHead& head, const std::vector<Lease>& leases) {
  Buffer out(schedule_head_size_bytes + leases.size() * lease_size_bytes_max);
  ByteWriter writer(out);
  write_head(writer, head);
  for (const Lease& lease : leases) write_lease(writer, lease);
  out.resize(writer.size());
  return out;
}

Status status_of_leases(ByteSpan bytes) {
  LeaseReader reader(bytes);
  CARDEA_ASSIGN(const ScheduleHead head, reader.open());
  for (std::size_t i = 0; i < head.entry_count; ++i) CARDEA_TRY(reader.next().status());
  return reader.finish();
}

TEST(PhoneLeases, AreAskedForAndReadAndWrittenAsInTheVectors) {
  OpensslProvider provider(4);
  const json::value& claim = vectors().at("claims").at(0);
  for (const json::value& vector : vectors().at("leases").as_array()) {
    const UnixSeconds at = time_of(vector.at("at"));
    const Digest mac = lease_request_mac(provider, secret_of(claim.at("auth")), array_of_hex<16>(claim.at("phone_id")), at,
                                         array_of_hex<64>(vector.at("virtual_key")))
                           .value();
    EXPECT_EQ(buffer(mac), bytes_of_hex(vector.at("mac")));
    const Buffer bytes = bytes_of_hex(vector.at("bytes"));
    LeaseReader reader(bytes);
    const ScheduleHead head = reader.open().value();
    std::vector<Lease> leases;
    for (const json::value& expected : vector.at("content").at("entries").as_array()) {
      leases.push_back(reader.next().value());
      const Lease& lease = leases.back();
      EXPECT_EQ(lease.lock.value, array_of_hex<16>(expected.at("lock_id")));
      EXPECT_EQ(lease.lock_identity, array_of_hex<64>(expected.at("lock_identity")));
      EXPECT_EQ(std::string(lease.door.begin(), lease.door.end()), expected.at("door").as_string());
      EXPECT_EQ(buffer(lease.key), bytes_of_hex(expected.at("key")));
      EXPECT_EQ(buffer(lease.list), bytes_of_hex(expected.at("list")));
    }
    EXPECT_EQ(reader.finish(), Status::kOk);
    EXPECT_EQ(written(head, leases), bytes);
  }
}

TEST(PhoneLeases, RefuseEveryTruncationAnyByteMoreAndWhatIsTooLong) {
  Buffer bytes = bytes_of_hex(vectors().at("leases").at(1).at("bytes"));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(status_of_leases(ByteSpan(bytes).first(size)), Status::kOk) << size;
  ASSERT_EQ(status_of_leases(bytes), Status::kOk);
  Buffer nameless = bytes;
  nameless[schedule_head_size_bytes + 96] = 0;
  EXPECT_NE(status_of_leases(nameless), Status::kOk);
  bytes.push_back(0);
  EXPECT_EQ(status_of_leases(bytes), Status::kMalformed);
}

// [rule: PH10]
TEST(PhoneSchedule, ShowsACodeOnlyWithTheKeyOfTheHourAndWithinItsWindow) {
  OpensslProvider provider;
  std::size_t shown = 0;
  for (const json::value& vector : vectors().at("schedules").as_array()) {
    const Buffer bytes = bytes_of_hex(vector.at("bytes"));
    ScheduleReader reader(bytes);
    std::vector<ScheduleEntry> entries;
    for (std::size_t left = reader.open()->entry_count; left > 0; --left) entries.push_back(reader.next().value());
    for (const json::value& expected : vector.at("codes").as_array()) {
      const auto& entry = entries.at(expected.at("entry").to_number<std::size_t>());
      const Result<Digits> code = code_at(provider, entry, time_of(expected.at("at")));
      if (expected.at("code").is_null()) {
        EXPECT_EQ(code.status(), Status::kNotReady) << expected;
        continue;
      }
      ASSERT_TRUE(code.ok()) << expected;
      EXPECT_EQ(code->reveal(), expected.at("code").as_string());
      ++shown;
    }
  }
  EXPECT_GT(shown, 10u);
}

}  // namespace
}  // namespace cardea::phone
