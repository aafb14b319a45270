// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock made of core's functions alone: it asks to be activated, writes and reads files, and speaks the link. It decides
// nothing and remembers only what the protocol needs: for tests of the platform's side, which says what the wire says.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/activation/activation.hpp"
#include "core/audit/chain.hpp"
#include "core/link/file.hpp"
#include "core/link/testing/ends.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/api/testing/platform.hpp"

namespace cardea::server::api::testing {

class PaperLock {
 public:
  explicit PaperLock(link::LockClass lock_class, std::uint8_t slot_count = 32);

  [[nodiscard]] std::string id() const;     ///< "lock_…"
  [[nodiscard]] std::string label() const;  ///< "CARDEA1:…"

  /// The file that asks for activation; its answer is taken with take_answer().
  std::string ask_file();
  /// Throws unless the answer opens.
  void take_answer(std::string_view answer);
  /// A link file: what the lock says of itself, and the records that it wrote since.
  std::string link_file();
  /// Reads the answer: the desired state counts as applied from then on.
  void take_file(std::string_view file);

  /// Writes an audit record, to go with the next file.
  void write_record(audit::Kind kind, audit::Method method, const audit::What& what,
                    audit::ReasonCode reason = audit::reason_none, std::uint32_t last_four = 0);

  /// Claims the lock for a door, asks, and shows that the answer came: active after it.
  void activate(Platform& platform, const std::string& door_id);
  /// One file there and one back.
  void exchange(Platform& platform);

  /// What it holds. The key is K_lock of a protected lock.
  [[nodiscard]] const KeyBytes& key() const { return gift_.key; }
  [[nodiscard]] const LockId& lock_id() const { return label_.lock; }
  [[nodiscard]] const link::Snapshot& snapshot() const { return gift_.snapshot; }
  [[nodiscard]] std::uint32_t version() const { return gift_.desired_version; }
  link::LockStatus status;

  /// Who it is: the same in every ask.
  P256Point identity{};
  /// It forgets its owner, and has another label.
  void give_up(const Secret<activation::claim_secret_size_bytes>& secret);
  /// The next *result* gets lost: the connection breaks when the lock has done what it was told.
  bool loses_result = false;

  /// Connects over a WebSocket and answers one command as `result` says, or hangs up when it is nothing. `when_online` runs
  /// once the platform knows that it is there.
  void serve_one_command(const std::string& url, std::optional<link::CommandResult> result,
                         const std::function<void()>& when_online);

 private:
  Result<KeyHandle> session_key();

  OpensslProvider provider_;
  activation::Label label_;
  link::LockClass class_;
  activation::AskBytes ask_{};
  KeyHandle ephemeral_;
  activation::Gift gift_;
  activation::DoneBytes done_{};
  bool claimed_ = false;
  std::optional<link::LockEnd> end_;
  link::Nonce file_nonce_{};
  audit::ChainState chain_;
  std::vector<audit::RecordBytes> records_;
};

}  // namespace cardea::server::api::testing
