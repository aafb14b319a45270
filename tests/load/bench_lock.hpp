// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock of the crowd that links_bench.py sets on a platform: core's functions and nothing else, with one provider for all of
// them. It says what a lock says; it decides nothing.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/activation/activation.hpp"
#include "core/audit/chain.hpp"
#include "core/link/testing/ends.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::bench {

using Blob = std::vector<std::uint8_t>;

class BenchLock {
 public:
  explicit BenchLock(OpensslProvider& provider);

  [[nodiscard]] std::string id() const;
  // Activation by files: what is claimed, what goes there, what comes back.
  [[nodiscard]] std::string label() const;
  std::string ask_file();
  void take_answer(std::string_view answer);
  std::string first_file();

  // The link. Each returns what to send.
  Blob hello();
  Blob prove(ByteSpan m2);
  Blob status();
  Blob ask_time();
  /// One audit record, new.
  Blob record(audit::Kind kind);
  /// What a lock answers to the record `incoming`: messages to send, in their order.
  std::vector<Blob> answer(ByteSpan incoming);

 private:
  template <class Message>
  Blob sealed(const Message& message) {
    return end_->seal(message);
  }
  link::LockStatus said() const;

  OpensslProvider* provider_;
  activation::Label label_;
  activation::AskBytes ask_{};
  KeyHandle ephemeral_;
  activation::Gift gift_;
  activation::DoneBytes done_{};
  KeyHandle session_key_;
  audit::ChainState chain_;
  audit::Tag last_tag_{};
  std::optional<link::LockEnd> end_;
};

}  // namespace cardea::bench
