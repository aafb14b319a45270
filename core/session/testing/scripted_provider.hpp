// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider with a script in place of chance: random bytes and fresh key pairs as vectors have them. Tests only.

#include <deque>
#include <utility>
#include <vector>

#include "core/crypto/testing/forwarding_provider.hpp"

namespace cardea::session {

class ScriptedProvider final : public ForwardingProvider {
 public:
  using ForwardingProvider::ForwardingProvider;

  /// What the next call of random() gives; its size must be the one that is asked for (asserted).
  void script_random(ByteSpan bytes) { random_.emplace_back(bytes.begin(), bytes.end()); }
  /// The private half of the next pair that is made.
  void script_pair(const KeyBytes& private_key) { pairs_.push_back(private_key); }

  Status random(MutableByteSpan out) override {
    if (random_.empty()) return provider_->random(out);
    CARDEA_ASSERT(random_.front().size() == out.size());
    std::ranges::copy(random_.front(), out.begin());
    random_.pop_front();
    return Status::kOk;
  }
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override {
    if (pairs_.empty()) return provider_->p256_generate(kind, public_key);
    const KeyBytes scripted = pairs_.front();
    pairs_.pop_front();
    return provider_->p256_import(kind, scripted, public_key);
  }

 private:
  std::deque<std::vector<std::uint8_t>> random_;
  std::deque<KeyBytes> pairs_;
};

}  // namespace cardea::session
