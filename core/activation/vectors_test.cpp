// SPDX-License-Identifier: Apache-2.0
// spec/vectors/activation_v2.json, made by tests/session/activation_test.py with python3-cryptography, which shares no code
// with core/activation.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/activation/activation.hpp"
#include "core/base/testing/vectors.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::activation {
namespace {

namespace json = boost::json;
using Buffer = std::vector<std::uint8_t>;

Buffer buffer(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }
Buffer buffer(const KeyBytes& key) { return buffer(key.bytes()); }

void expect_gift(const Gift& gift, link::LockClass lock_class, const json::value& vector) {
  EXPECT_EQ(gift.workspace, array_of_hex<16>(vector.at("workspace")));
  EXPECT_EQ(gift.door, array_of_hex<16>(vector.at("door")));
  EXPECT_EQ(gift.platform_identity, array_of_hex<64>(vector.at("platform_identity")));
  EXPECT_EQ(buffer(gift.key), bytes_of_hex(vector.at("key")));
  EXPECT_EQ(buffer(gift.audit_seed), bytes_of_hex(vector.at("audit_seed")));
  EXPECT_EQ(gift.key_id, vector.at("key_id").to_number<std::uint32_t>());
  EXPECT_EQ(buffer(gift.session_chain), bytes_of_hex(vector.at("session_chain")));
  EXPECT_EQ(gift.time, vector.at("time").to_number<std::uint64_t>());
  EXPECT_EQ(gift.time_uncertainty_ms, vector.at("time_uncertainty_ms").to_number<std::uint32_t>());
  EXPECT_EQ(gift.desired_version, vector.at("desired_version").to_number<std::uint32_t>());
  Buffer snapshot(link::snapshot_size_bytes_max);
  ByteWriter writer(snapshot);
  ASSERT_EQ(encode(gift.snapshot, lock_class, writer), Status::kOk);
  EXPECT_EQ(buffer(writer.written()), bytes_of_hex(vector.at("snapshot")));
}

TEST(ActivationVectors, AsksAnswersAndProofsAreThoseOfTheSecondImplementation) {
  static const json::object parsed = read_vector_file("activation_v2.json");
  for (const json::value& vector : parsed.at("activations").as_array()) {
    SCOPED_TRACE(std::string(vector.at("name").as_string()));
    OpensslProvider provider;
    const Secret<claim_secret_size_bytes> secret(array_of_hex<16>(vector.at("claim_secret")));
    const auto lock_class = static_cast<link::LockClass>(vector.at("class").to_number<std::uint8_t>());
    Ask ask;
    const KeyHandle ephemeral =
        provider.p256_import(KeyKind::kAgree, KeyBytes(array_of_hex<32>(vector.at("ephemeral_private"))), ask.ephemeral)
            .value();
    ask.lock = {array_of_hex<16>(vector.at("lock_id"))};
    ask.nonce = array_of_hex<16>(vector.at("nonce"));
    ask.identity = array_of_hex<64>(vector.at("identity"));
    ask.lock_class = lock_class;
    ask.slot_count_max = vector.at("slots").to_number<std::uint8_t>();
    const AskBytes bytes = encode_ask(provider, secret, ask).value();
    EXPECT_EQ(buffer(bytes), bytes_of_hex(vector.at("ask")));

    Gift gift;
    DoneBytes done{};
    ASSERT_EQ(open_answer(provider, secret, ephemeral, bytes, bytes_of_hex(vector.at("answer")), gift, done), Status::kOk);
    EXPECT_EQ(buffer(done), bytes_of_hex(vector.at("done")));
    expect_gift(gift, lock_class, vector.at("gift"));
  }
}

}  // namespace
}  // namespace cardea::activation
