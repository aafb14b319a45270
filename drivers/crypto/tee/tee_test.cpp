// SPDX-License-Identifier: Apache-2.0
// Both sides of the gate in one process: the contract of all providers through it, and what the secure side refuses. What the
// chip itself refuses is seen on the emulated one: tests/firmware/tee_test.py.
#include "core/crypto/testing/provider_contract.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "drivers/crypto/tee/secure_side.hpp"
#include "drivers/crypto/tee/tee_provider.hpp"

namespace cardea {
namespace {

/// Everything is the caller's, but one range.
class OneRange final : public TeeMemory {
 public:
  [[nodiscard]] bool may_read(const void* begin, std::size_t size) const override { return !touches(begin, size); }
  [[nodiscard]] bool may_write(const void* begin, std::size_t size) const override { return !touches(begin, size); }
  ByteSpan secure;

 private:
  [[nodiscard]] bool touches(const void* begin, std::size_t size) const {
    const auto* const first = static_cast<const std::uint8_t*>(begin);
    return first < secure.data() + secure.size() && secure.data() < first + size;
  }
};

/// A gate is a function: it finds the secure side here.
struct SecureWorld {
  OpensslProvider provider{16};
  OneRange memory;
};
SecureWorld* world = nullptr;
std::uint32_t gate(const TeeCall* call) { return answer_tee_call(world->provider, world->memory, call); }

struct Worlds {
  Worlds() { world = &secure; }
  SecureWorld secure;
  TeeProvider provider{gate};
};

std::shared_ptr<Provider> make_worlds() {
  static std::vector<std::shared_ptr<Worlds>> before;  // the contract makes a second one beside the first: they share a gate
  const auto worlds = std::make_shared<Worlds>();
  before.push_back(worlds);
  return {worlds, &worlds->provider};
}

INSTANTIATE_TEST_SUITE_P(Tee, ProviderContract,
                         testing::Values(ProviderUnderTest{.name = "tee", .make = make_worlds, .key_count_max = 16}));

std::uint32_t refused() { return tee_answer(Status::kOutOfRange); }

TEST(TeeGate, RefusesPointersIntoMemoryThatIsNotTheCallers) {
  Worlds worlds;
  OpensslProvider& provider = worlds.secure.provider;
  Bytes<300> secret{1, 2, 3};
  worlds.secure.memory.secure = secret;
  Bytes<96> own{};
  const KeyHandle keys[] = {provider.import_key(KeyKind::kMac, KeyBytes()).value(),
                            provider.import_key(KeyKind::kAead, KeyBytes()).value()};
  const Bytes<300> before = secret;
  for (int op = 0; op <= static_cast<int>(TeeOp::kVerify); ++op) {
    if (static_cast<TeeOp>(op) == TeeOp::kRelease) continue;
    for (const KeyHandle key : keys) {
      TeeCall call{.op = static_cast<TeeOp>(op), .kind = KeyKind::kMac, .key = key, .in = {}, .out = {}};
      for (TeeBytes& in : call.in) in = {secret.data() + 100, 32};
      call.out = {secret.data() + 200, 40};
      EXPECT_EQ(gate(&call), refused()) << op;
    }
  }
  for (const TeeBytes bad : {TeeBytes{secret.data() - 31, 32}, TeeBytes{secret.data() + 299, 32}, TeeBytes{secret.data(), 1}}) {
    TeeCall call{.op = TeeOp::kHmac, .kind = {}, .key = keys[0], .in = {bad}, .out = {own.data(), 32}};
    EXPECT_EQ(gate(&call), refused());
    call.in[0] = {own.data(), 32};
    call.out = {bad.data, 32};
    EXPECT_EQ(gate(&call), refused());
  }
  EXPECT_EQ(secret, before);
  EXPECT_EQ(own, (Bytes<96>{}));
}

TEST(TeeGate, RefusesACallThatLiesInMemoryThatIsNotTheCallersOrCrooked) {
  Worlds worlds;
  TeeCall call;
  call.op = TeeOp::kRelease;
  EXPECT_EQ(gate(&call), tee_answer(Status::kOk));
  EXPECT_EQ(gate(reinterpret_cast<const TeeCall*>(reinterpret_cast<std::uintptr_t>(&call) + 1)), refused());
  worlds.secure.memory.secure = {reinterpret_cast<const std::uint8_t*>(&call) + sizeof call - 1, 1};
  EXPECT_EQ(gate(&call), refused());
}

TEST(TeeGate, RefusesSizesThatACallDoesNotHaveAndNumbersThatNameNothing) {
  Worlds worlds;
  Bytes<128> own{};
  const KeyHandle key = worlds.secure.provider.import_key(KeyKind::kMac, KeyBytes()).value();
  for (const std::uint32_t size : {0u, 31u, 33u, 128u}) {
    TeeCall hmac{.op = TeeOp::kHmac, .kind = {}, .key = key, .in = {}, .out = {own.data(), size}};
    EXPECT_EQ(gate(&hmac), refused()) << size;
    TeeCall import{.op = TeeOp::kImport, .kind = KeyKind::kMac, .key = {}, .in = {{own.data(), size}}, .out = {}};
    EXPECT_EQ(gate(&import), refused()) << size;
    TeeCall pair{.op = TeeOp::kGenerate, .kind = KeyKind::kSign, .key = {}, .in = {}, .out = {own.data(), size}};
    EXPECT_EQ(gate(&pair), refused()) << size;
  }
  TeeCall unknown;
  unknown.op = static_cast<TeeOp>(15);
  EXPECT_EQ(gate(&unknown), tee_answer(Status::kUnsupported));
  unknown.op = TeeOp::kImport;
  unknown.kind = static_cast<KeyKind>(7);
  EXPECT_EQ(gate(&unknown), tee_answer(Status::kUnsupported));
}

TEST(TeeGate, AnAnswerThatIsNoneIsAFailure) {
  TeeProvider provider([](const TeeCall*) { return std::uint32_t{0xffffffff}; });
  EXPECT_EQ(provider.import_key(KeyKind::kMac, KeyBytes()).status(), Status::kCryptoFailed);
}

}  // namespace
}  // namespace cardea
