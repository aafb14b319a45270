// SPDX-License-Identifier: Apache-2.0
// spec/vectors/grant_v1.json was made by tests/grant/vectors_test.py with python3-cryptography, which shares no code with
// core/grant.
#include "core/grant/grant.hpp"

#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "core/grant/uses.hpp"
#include "core/grant/visitor.hpp"
#include "core/session/testing/scripted_provider.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::grant {
namespace {

namespace json = boost::json;
using Buffer = std::vector<std::uint8_t>;

const json::object& vectors() {
  static const json::object parsed = read_vector_file("grant_v1.json");
  return parsed;
}
template <class Number>
Number number_of(const json::value& value) {
  return value.to_number<Number>();
}
Buffer buffer(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }
P256Point grant_key() { return array_of_hex<64>(vectors().at("grant_key")); }
LockId lock_id() { return {array_of_hex<16>(vectors().at("visit").at("lock_id"))}; }

Grant grant_of(const json::value& vector, const Buffer& schedule) {
  return {.lock = {array_of_hex<16>(vector.at("lock_id"))},
          .serial = number_of<std::uint32_t>(vector.at("serial")),
          .epoch = number_of<std::uint16_t>(vector.at("epoch")),
          .use_count_max = number_of<std::uint16_t>(vector.at("uses")),
          .after_first_use_s = number_of<std::uint32_t>(vector.at("after_first")),
          .ends_at = {number_of<std::uint64_t>(vector.at("ends"))},
          .schedule = schedule};
}

Denials denials_of(const json::value& vector) {
  Denials denials;
  denials.number = number_of<std::uint32_t>(vector.at("number"));
  denials.epoch = number_of<std::uint16_t>(vector.at("epoch"));
  for (const json::value& serial : vector.at("serials").as_array())
    denials.serials[denials.count++] = number_of<std::uint32_t>(serial);
  return denials;
}

template <class Value>
Buffer encoded(const Value& value) {
  Buffer out(list_size_bytes_max);
  ByteWriter writer(out);
  EXPECT_EQ(encode(value, writer), Status::kOk);
  out.resize(writer.size());
  return out;
}

// [rule: G1]
TEST(Grant, RefusesWhatIsNoGrantAndEveryTruncation) {
  for (const json::value& vector : vectors().at("invalid_grants").as_array())
    EXPECT_FALSE(decode(bytes_of_hex(vector.at("bytes"))).ok()) << std::string(vector.at("name").as_string());
  for (const json::value& vector : vectors().at("grants").as_array()) {
    const Buffer whole = bytes_of_hex(vector.at("bytes"));
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_TRUE(size == grant_head_size_bytes || !decode(ByteSpan(whole).first(size)).ok()) << size;
  }
}

// [rule: G1]
TEST(Grant, IsThatOfTheSecondImplementation) {
  for (const json::value& vector : vectors().at("grants").as_array()) {
    const Buffer bytes = bytes_of_hex(vector.at("bytes"));
    const Buffer schedule = bytes_of_hex(vector.at("schedule"));
    EXPECT_EQ(encoded(grant_of(vector, schedule)), bytes);
    const Result<Grant> read = decode(bytes);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(encoded(*read), bytes);
  }
}

TEST(Grant, WritesNothingThatNobodyReads) {
  Buffer out(grant_size_bytes_max);
  ByteWriter writer(out);
  EXPECT_EQ(encode(Grant{}, writer), Status::kOutOfRange) << "serial 0";
  EXPECT_EQ(encode(Grant{.serial = 1, .ends_at = {1ull << 32}}, writer), Status::kOutOfRange);
  EXPECT_NE(encode(Grant{.serial = 1, .schedule = ByteSpan(out).first(5)}, writer), Status::kOk);
}

TEST(DenialList, IsRefusedUnlessItsSignerSignedItForThisLock) {
  OpensslProvider provider;
  Denials read;
  for (const json::value& vector : vectors().at("invalid_lists").as_array())
    EXPECT_NE(verify(provider, grant_key(), lock_id(), bytes_of_hex(vector.at("list")), read), Status::kOk)
        << std::string(vector.at("name").as_string());
  const Buffer good = bytes_of_hex(vectors().at("lists").at(1).at("list"));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(verify(provider, grant_key(), lock_id(), ByteSpan(good).first(size), read), Status::kOk) << size;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Buffer flipped = good;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << bit % 8));
    EXPECT_NE(verify(provider, grant_key(), lock_id(), flipped, read), Status::kOk) << bit;
  }
}

TEST(DenialList, IsThatOfTheSecondImplementation) {
  OpensslProvider provider;
  for (const json::value& vector : vectors().at("lists").as_array()) {
    EXPECT_EQ(encoded(denials_of(vector)), bytes_of_hex(vector.at("body")));
    Denials read;
    EXPECT_EQ(verify(provider, grant_key(), lock_id(), bytes_of_hex(vector.at("list")), read), Status::kOk);
    EXPECT_EQ(read, denials_of(vector));
  }
}

TEST(DenialList, ThatWasSignedHereIsGood) {
  OpensslProvider provider;
  P256Point key{};
  const KeyHandle signer = provider.p256_generate(KeyKind::kSign, key).value();
  const Denials denials = denials_of(vectors().at("lists").at(2));
  Buffer list(list_size_bytes_max);
  ByteWriter writer(list);
  ASSERT_EQ(sign(provider, signer, lock_id(), denials, writer), Status::kOk);
  Denials read;
  EXPECT_EQ(verify(provider, key, lock_id(), writer.written(), read), Status::kOk);
  EXPECT_EQ(read, denials);
}

TEST(DenialList, FollowsOnlyALowerNumberWithNoHigherEpoch) {
  const Denials held{.number = 5, .epoch = 3};
  EXPECT_FALSE((Denials{.number = 5, .epoch = 3}.follows(held)));
  EXPECT_FALSE((Denials{.number = 4, .epoch = 9}.follows(held)));
  EXPECT_FALSE((Denials{.number = 6, .epoch = 2}.follows(held)));
  EXPECT_TRUE((Denials{.number = 6, .epoch = 3}.follows(held)));
}

// [rule: G4]
TEST(KeyUses, HaveNoPlaceForA17thCredentialUntilOneIsOverOrDenied) {
  Uses uses;
  const Denials none;
  for (std::uint32_t serial = 1; serial <= use_place_count; ++serial) {
    Use* use = uses.place_of({.serial = serial, .use_count_max = 1, .ends_at = {serial == 4 ? 1'000u : 0u}}, none, {500});
    ASSERT_NE(use, nullptr);
    use->count = 1;
  }
  EXPECT_EQ(uses.place_of({.serial = 99, .use_count_max = 1}, none, {999}), nullptr);
  EXPECT_NE(uses.place_of({.serial = 99, .use_count_max = 1}, none, {1'000}), nullptr) << "the fourth is over";
  EXPECT_EQ(uses.place_of({.serial = 7, .use_count_max = 1}, none, {1'000})->count, 1) << "the others are kept";
  Denials denials;
  denials.count = 1;
  denials.serials[0] = 7;
  EXPECT_NE(uses.place_of({.serial = 100, .use_count_max = 1}, denials, {1'000}), nullptr);
  EXPECT_EQ(uses.place_of({.serial = 101, .use_count_max = 1}, denials, {1'000}), nullptr);
}

TEST(KeyUses, AreTheSameAfterTheyWereWrittenAndRead) {
  Uses uses;
  uses.places[3] = {7, 2, {1'000}, {2'000}};
  uses.places[9] = {8, 65'535, {0xFFFF'FFFF}, {}};
  const Buffer bytes = encoded(uses);
  EXPECT_EQ(bytes.size(), 2 * use_size_bytes);
  Uses read;
  ASSERT_EQ(decode(bytes, read), Status::kOk);
  EXPECT_EQ(encoded(read), bytes);
  for (std::size_t size = 1; size < bytes.size(); ++size)
    EXPECT_TRUE(size == use_size_bytes || decode(ByteSpan(bytes).first(size), read) != Status::kOk) << size;
  Buffer twice = bytes;
  twice.insert(twice.end(), bytes.begin(), bytes.end());
  EXPECT_EQ(decode(twice, read), Status::kMalformed);
}

/// The phone of the vectors' visit.
struct Phone {
  Phone() : provider(openssl) {
    provider.script_pair(KeyBytes(array_of_hex<32>(visit.at("x"))));
    P256Point ignored{};
    P256Point lock_key{};
    const KeyHandle key =
        openssl.p256_import(KeyKind::kAgree, KeyBytes(array_of_hex<32>(visit.at("sk_phone"))), ignored).value();
    (void)openssl.p256_import(KeyKind::kAgree, KeyBytes(array_of_hex<32>(visit.at("sk_lock"))), lock_key).value();
    visitor.emplace(provider, Lease{lock_id(), lock_key, key, credential, list});
  }
  Buffer begin() {
    Buffer out(visitor_message_size_bytes_max);
    const Result<std::size_t> size = visitor->begin(out);
    out.resize(size.ok() ? *size : 0);
    return out;
  }
  Buffer take(const char* message) {
    Buffer out(visitor_message_size_bytes_max);
    const Result<std::size_t> size = visitor->take(bytes_of_hex(visit.at(message)), out);
    EXPECT_TRUE(size.ok()) << message;
    out.resize(size.ok() ? *size : 0);
    return out;
  }

  const json::object& visit = vectors().at("visit").as_object();
  Buffer credential = bytes_of_hex(visit.at("credential"));
  Buffer list = bytes_of_hex(visit.at("list"));
  OpensslProvider openssl;
  session::ScriptedProvider provider;
  std::optional<Visitor> visitor;
};

// [rule: G8]
TEST(Visitor, SaysWhatTheSecondImplementationSays) {
  Phone phone;
  const auto expected = [&](const char* name) { return bytes_of_hex(phone.visit.at(name)); };
  EXPECT_EQ(phone.begin(), expected("message_1"));
  EXPECT_EQ(phone.take("message_2"), expected("message_3"));
  EXPECT_EQ(phone.take("ready"), expected("brought")) << "a newer list first";
  EXPECT_EQ(phone.take("listed"), expected("open"));
  EXPECT_FALSE(phone.visitor->answer());
  EXPECT_EQ(phone.take("verdict"), Buffer{});
  EXPECT_TRUE(phone.visitor->answer()->opened);
  EXPECT_EQ(phone.visitor->listed()->number, 12u);
}

TEST(Visitor, LeavesALockThatIsNotTheOneOfItsLease) {
  Phone phone;
  phone.begin();
  Buffer message = bytes_of_hex(phone.visit.at("message_2"));
  message[40] ^= 1;
  Buffer out(visitor_message_size_bytes_max);
  EXPECT_FALSE(phone.visitor->take(message, out).ok());
  EXPECT_EQ(phone.visitor->take(bytes_of_hex(phone.visit.at("message_2")), out).error(), Status::kNotReady) << "it has ended";
}

TEST(LockCredential, IsThatOfTheSecondImplementation) {
  Phone phone;
  P256Point lock_key{};
  (void)phone.openssl.p256_import(KeyKind::kAgree, KeyBytes(array_of_hex<32>(phone.visit.at("sk_lock"))), lock_key).value();
  Buffer out(lock_credential_size_bytes);
  const Result<std::size_t> size = write_lock_credential(lock_id(), lock_key, out);
  ASSERT_TRUE(size.ok());
  out.resize(*size);
  EXPECT_EQ(out, bytes_of_hex(phone.visit.at("lock_credential")));
}

// [rule: SE18]
TEST(VirtualKey, IsGoodOnlyWhenTheWorkspaceSignedItWithNobodyInBetween) {
  const json::object& visit = vectors().at("visit").as_object();
  OpensslProvider provider;
  session::Trust trust;
  trust.workspace = grant_key();
  trust.now = UnixSeconds{number_of<std::uint64_t>(visit.at("now"))};
  const Buffer credential = bytes_of_hex(visit.at("credential"));
  const session::Cwt cwt = session::decode_cwt(credential).value();
  EXPECT_EQ(session::verify_cwt(provider, trust, cwt), Status::kOk);
  EXPECT_EQ(buffer(cwt.claims.grant), bytes_of_hex(visit.at("grant")));

  P256Point workspace{};
  P256Point issuer_key{};
  const KeyHandle root = provider.p256_generate(KeyKind::kSign, workspace).value();
  const KeyHandle issuer = provider.p256_generate(KeyKind::kSign, issuer_key).value();
  trust.workspace = workspace;
  const auto name = ascii("issuer");
  const Bytes<1> kid{1};
  const UnixSeconds from{0};
  const UnixSeconds to{UINT32_MAX};
  const auto issue = [&](KeyHandle signer, const Buffer& by, const session::NewCredential& what) {
    Buffer out(session::credential_size_bytes_max + 400);
    cbor::Writer writer(out);
    EXPECT_EQ(session::write_cwt(provider, signer, by, what, writer), Status::kOk);
    out.resize(writer.size());
    return out;
  };
  const Buffer right = issue(root, {}, {name, from, to, true, kid, issuer_key});
  const Buffer key = issue(issuer, right, {name, from, to, false, kid, workspace, cwt.claims.grant});
  EXPECT_EQ(session::verify_cwt(provider, trust, session::decode_cwt(key).value()), Status::kForged);
  const Buffer plain = issue(issuer, right, {name, from, to, false, kid, workspace});
  EXPECT_EQ(session::verify_cwt(provider, trust, session::decode_cwt(plain).value()), Status::kOk) << "but for the grant";
}

}  // namespace
}  // namespace cardea::grant
