// SPDX-License-Identifier: Apache-2.0
// spec/vectors/session_v1.json, made by tests/session/vectors_test.py with python3-cryptography, which shares no code with
// core/session.
#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "core/session/fragments.hpp"
#include "core/session/handshake.hpp"
#include "core/session/records.hpp"
#include "core/session/testing/scripted_provider.hpp"
#include "drivers/crypto/gm/testing/host_gm.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::session {
namespace {

namespace json = boost::json;
using Buffer = std::vector<std::uint8_t>;

const json::array& vectors(const char* section) {
  static const json::object parsed = read_vector_file("session_v1.json");
  return parsed.at(section).as_array();
}

Buffer buffer(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }
KeyBytes secret_of(const json::value& hex) { return KeyBytes(array_of_hex<32>(hex)); }
Buffer bytes_of(const KeyBytes& key) { return buffer(key.bytes()); }

/// A provider of each suite, and that of a vector.
class Providers {
 public:
  Provider& of(const json::value& vector) {
    if (vector.at("suite").to_number<int>() == static_cast<int>(Suite::kGm)) return gm_.provider;
    return intl_;
  }

 private:
  OpensslProvider intl_;
  HostGm gm_;
};

Ratchet place_of(const json::value& place) {
  return {place.at("generation").to_number<std::uint32_t>(), secret_of(place.at("chain"))};
}
void expect_place(const Ratchet& ratchet, const json::value& place) {
  EXPECT_EQ(ratchet.generation, place.at("generation").to_number<std::uint32_t>());
  EXPECT_EQ(bytes_of(ratchet.chain), bytes_of_hex(place.at("chain")));
}

TEST(SessionVectors, HandshakesAreThoseOfTheSecondImplementation) {
  for (const json::value& vector : vectors("handshakes")) {
    SCOPED_TRACE(std::string(vector.at("name").as_string()));
    Providers providers;
    ScriptedProvider provider(providers.of(vector));
    SharedKey key{vector.at("key_id").to_number<std::uint32_t>(), provider.suite(), array_of_hex<16>(vector.at("initiator")),
                  array_of_hex<16>(vector.at("responder")), KeyHandle{}};
    const KeyHandle root = provider.import_key(KeyKind::kMac, secret_of(vector.at("k_session"))).value();
    key.k_auth = provider.import_key(KeyKind::kMac, secret_of(vector.at("k_auth"))).value();
    const KeyHandle derived = derive_auth_key(provider, root, key).value();
    Digest expected;
    Digest actual;
    ASSERT_EQ(provider.hmac_sha256(key.k_auth, {}, expected), Status::kOk);
    ASSERT_EQ(provider.hmac_sha256(derived, {}, actual), Status::kOk);
    EXPECT_EQ(actual, expected);

    const Ratchet at_a = place_of(vector.at("a"));
    const Ratchet at_b = place_of(vector.at("b"));
    provider.script_random(bytes_of_hex(vector.at("random_a")));
    provider.script_random(bytes_of_hex(vector.at("random_b")));
    Initiator a(provider, key, at_a);
    Responder b(provider, key, at_b);
    const M1 m1 = a.start().value();
    EXPECT_EQ(buffer(m1), bytes_of_hex(vector.at("m1")));
    const M2 m2 = b.answer(m1).value();
    EXPECT_EQ(buffer(m2), bytes_of_hex(vector.at("m2")));
    M3 m3{};
    Agreement of_a;
    ASSERT_EQ(a.finish(m2, m3, of_a), Status::kOk);
    EXPECT_EQ(buffer(m3), bytes_of_hex(vector.at("m3")));
    Agreement of_b;
    ASSERT_EQ(b.finish(m3, of_b), Status::kOk);

    EXPECT_EQ(bytes_of(of_a.out), bytes_of_hex(vector.at("s_ab")));
    EXPECT_EQ(bytes_of(of_b.in), bytes_of_hex(vector.at("s_ab")));
    EXPECT_EQ(bytes_of(of_a.in), bytes_of_hex(vector.at("s_ba")));
    EXPECT_EQ(bytes_of(of_b.out), bytes_of_hex(vector.at("s_ba")));
    EXPECT_EQ(bytes_of(of_a.export_key), bytes_of_hex(vector.at("k_export")));
    EXPECT_EQ(bytes_of(of_b.export_key), bytes_of_hex(vector.at("k_export")));
    expect_place(of_a.ratchet, vector.at("a_next"));
    expect_place(of_b.ratchet, vector.at("b_next"));
    expect_place(of_a.once_heard, vector.at("a_once_heard").is_null() ? vector.at("a_next") : vector.at("a_once_heard"));
    expect_place(of_b.once_heard, vector.at("b_next"));
  }
}

// [rule: SE9]
TEST(SessionVectors, RecordsAreThoseOfTheSecondImplementation) {
  for (const json::value& vector : vectors("records")) {
    Providers providers;
    Provider& provider = providers.of(vector);
    RecordState state;
    state.out_secret = state.in_secret = secret_of(vector.at("secret"));
    Records sender = Records::open(provider, state).value();
    Records receiver = Records::open(provider, state).value();
    ASSERT_EQ(sender.reserve(record_number_count), Status::kOk);
    for (const json::value& step : vector.at("steps").as_array()) {
      if (step.at("rekey").as_bool()) {
        ASSERT_EQ(sender.rekey(), Status::kOk);
        EXPECT_EQ(bytes_of(sender.state().out_secret), bytes_of_hex(step.at("secret")));
        ASSERT_EQ(sender.reserve(record_number_count), Status::kOk);
        continue;
      }
      const Buffer plain = bytes_of_hex(step.at("plain"));
      const Buffer expected = bytes_of_hex(step.at("record"));
      Buffer record(plain.size() + record_overhead_bytes);
      ASSERT_EQ(sender.seal(plain, record).value(), record.size());
      EXPECT_EQ(record, expected);
      Buffer opened(plain.size());
      ASSERT_EQ(receiver.take(expected, opened).value(), plain.size());
      EXPECT_EQ(opened, plain);
    }
  }
}

// [rule: SE10]
TEST(SessionVectors, TheWindowTakesWhatTheSecondImplementationTakes) {
  OpensslProvider provider;
  for (const json::value& vector : vectors("windows")) {
    SCOPED_TRACE(std::string(vector.at("name").as_string()));
    Records receiver = Records::open(provider, RecordState{}).value();
    const json::array& numbers = vector.at("numbers").as_array();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      RecordState at;
      at.out_reserved = numbers[i].to_number<std::uint32_t>();
      Records sender = Records::open(provider, at).value();
      ASSERT_EQ(sender.reserve(1), Status::kOk);
      Bytes<record_overhead_bytes> record{};
      ASSERT_TRUE(sender.seal({}, record).ok());
      const Status taken = receiver.take(record, {}).status();
      EXPECT_EQ(taken, vector.at("taken").at(i).as_bool() ? Status::kOk : Status::kStale) << "step " << i;
    }
  }
}

// [rule: SE12]
TEST(SessionVectors, FragmentsAreThoseOfTheSecondImplementation) {
  for (const json::value& vector : vectors("fragments")) {
    const Buffer message = bytes_of_hex(vector.at("message"));
    const auto packet_size = vector.at("packet_size").to_number<std::size_t>();
    Fragmenter fragmenter(message, vector.at("number").to_number<std::uint8_t>(), packet_size);
    Reassembler::Memory<handshake_size_bytes_max> memory;
    Reassembler reassembler(memory);
    std::optional<ByteSpan> whole;
    for (const json::value& expected : vector.at("packets").as_array()) {
      Buffer packet(packet_size);
      packet.resize(fragmenter.next(packet));
      EXPECT_EQ(packet, bytes_of_hex(expected));
      EXPECT_FALSE(whole.has_value());
      whole = reassembler.take(packet).value();
    }
    EXPECT_TRUE(fragmenter.done());
    ASSERT_TRUE(whole.has_value());
    EXPECT_EQ(buffer(*whole), message);
  }
}

}  // namespace
}  // namespace cardea::session
