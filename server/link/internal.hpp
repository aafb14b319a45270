// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the files of this folder share.

#include <set>
#include <unordered_map>

#include "server/domain/instant.hpp"
#include "server/link/images.hpp"
#include "server/link/link_hub.hpp"
#include "server/link/waiting_asks.hpp"
#include "server/usecases/lock_batches.hpp"
#include "server/usecases/lock_reports.hpp"
#include "server/usecases/releases.hpp"

namespace cardea::server {

/// Shared by the hub and its connections, so that a connection that ends late still finds it.
struct LinkState {
  Loop& loop;
  Store& store;
  KeyStore& keys;
  std::function<void(const LinkNote&)> log;
  std::chrono::milliseconds proof_max;
  std::chrono::seconds epoch_max;
  std::unordered_map<LockId, std::shared_ptr<LinkConnection>, HashLockId> online;
  WaitingAsks asking;
  Timer watch;
  std::function<void(std::size_t)> on_records = {};
  std::function<void(std::string_view)> on_command = {};
  std::size_t command_count = 0;
  ImagePieces pieces{loop, store};
};

/// A lock's id as logs and the API have it: "lock_…".
inline std::string text_of(const LockId& lock) { return LockRef{lock.value}.text(); }

inline Problem malformed_file(const std::string& detail) { return {400, "file_malformed", detail, {}, {}}; }

// --- ingest.cpp: the same for a link and a file ---

/// What came of a batch of records.
enum class Taken : std::uint8_t {
  kAccepted,       ///< committed up to `next_seq` - 1, or known already
  kGap,            ///< records are missing: ask for them from `next_seq` on
  kContradiction,  ///< a chain break, now or earlier: nothing was taken (event.md E6)
};
struct TakenRecords {
  Taken taken = Taken::kAccepted;
  std::uint32_t next_seq = 1;
  audit::Tag last_tag{};      ///< of record next_seq - 1, when kAccepted
  std::size_t new_count = 0;  ///< that became events
};

/// `bytes`: a whole number of records with consecutive numbers. `first_held`: the oldest record that the lock still has,
/// numbers before it are lost.
Task<Outcome<TakenRecords>> take_records(LinkState& state, LockName name, ByteSpan bytes, std::uint32_t first_held);

/// Keeps the status. kContradiction when its newest record lies before one that was accepted.
Task<Outcome<Taken>> take_status(LinkState& state, LockName name, const link::LockStatus& status);

/// The receipt for record `seq`, as a message. Only for what is committed (event.md E9).
Result<Blob> receipt_message(KeyStore& keys, const LockId& lock, std::uint32_t seq, const audit::Tag& tag);
/// The desired state with its keys, as a message; `version` receives its version.
Task<Outcome<Blob>> desired_message(LinkState& state, LockName name, std::uint32_t& version);
/// The platform's time, as a message.
Blob time_message(const link::Nonce& nonce);

/// Any message as bytes.
template <class Message>
Blob bytes_of(const Message& message) {
  Blob out(link::message_size_bytes_max);
  ByteWriter writer(out);
  encode(message, writer);
  CARDEA_ASSERT(writer.status() == Status::kOk);
  out.resize(writer.size());
  return out;
}

// --- activate.cpp ---

struct AnsweredAsk {
  LockName name;
  Blob answer;
  activation::DoneBytes done{};
};
/// Answers a lock's ask if it is claimed. 409 `lock_not_claimed` or `lock_active`, 403 `ask_refused`, 400 `file_malformed`.
Task<Outcome<AnsweredAsk>> answer_ask(LinkState& state, Blob ask);
/// The lock has proved itself: it is active.
Task<Outcome<Done>> confirm_activation(LinkState& state, LockName name);

// --- file_exchange.cpp ---

Task<Outcome<Blob>> exchange_file(LinkState& state, LockName name, Blob file);

}  // namespace cardea::server
