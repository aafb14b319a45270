// SPDX-License-Identifier: Apache-2.0
#include "tests/load/bench_lock.hpp"

#include <ctime>
#include <stdexcept>

#include "core/link/file.hpp"
#include "core/link/testing/encoded.hpp"
#include "server/domain/id.hpp"

namespace cardea::bench {
namespace {

using link::encoded;
using link::require;
using link::text_of;

}  // namespace

BenchLock::BenchLock(OpensslProvider& provider) : provider_(&provider) {
  require(provider.random(label_.lock.value), "random");
  require(provider.random(label_.secret.mutable_bytes()), "random");
}

std::string BenchLock::id() const { return server::lock_ref(label_.lock).text(); }

std::string BenchLock::label() const { return text_of(require(activation::encode(*provider_, label_), "label").bytes()); }

std::string BenchLock::ask_file() {
  activation::Ask ask;
  ask.lock = label_.lock;
  ask.lock_class = link::LockClass::kProtected;
  ask.slot_count_max = 32;
  require(provider_->random(ask.nonce), "random");
  ephemeral_ = require(provider_->p256_generate(KeyKind::kAgree, ask.ephemeral), "pair");
  provider_->release_key(require(provider_->p256_generate(KeyKind::kAgree, ask.identity), "pair"));
  ask_ = require(activation::encode_ask(*provider_, label_.secret, ask), "ask");
  return text_of(ask_);
}

void BenchLock::take_answer(std::string_view answer) {
  const ByteSpan bytes{reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size()};
  require(activation::open_answer(*provider_, label_.secret, ephemeral_, ask_, bytes, gift_, done_), "answer");
  provider_->release_key(ephemeral_);
  chain_.key = gift_.audit_seed;
  const KeyHandle k_lock = require(provider_->import_key(KeyKind::kMac, gift_.key), "key");
  const ScopedKey scoped(*provider_, k_lock);
  session_key_ = require(link::derive_session_key(*provider_, k_lock, label_.lock), "session key");
  const auto key = link::share_key(*provider_, session_key_, label_.lock, gift_.workspace, gift_.key_id);
  end_.emplace(*provider_, require(key, "a key"), session::Ratchet{0, gift_.session_chain});
}

std::string BenchLock::first_file() {
  Blob content(link::file_content_size_bytes_max);
  ByteWriter list(content);
  link::append_to_list(encoded(said()), list);
  link::FileHeader header{link::FileKind::kFromLock, label_.lock, {}, {}};
  require(provider_->random(header.nonce), "random");
  Blob file(list.size() + link::file_header_size_bytes_max + ccm_tag_size_bytes);
  file.resize(require(link::seal_file(*provider_, session_key_, header, list.written(), file), "file"));
  file.insert(file.begin(), done_.begin(), done_.end());
  return text_of(file);
}

Blob BenchLock::hello() {
  const auto m1 = end_->hello();
  return {m1.begin(), m1.end()};
}

Blob BenchLock::prove(ByteSpan m2) {
  const auto m3 = require(end_->prove(m2), "M2");
  return {m3.begin(), m3.end()};
}

link::LockStatus BenchLock::said() const {
  link::LockStatus status;
  status.quality = ClockQuality::kSynced;
  status.time = static_cast<std::uint64_t>(std::time(nullptr));
  status.applied_version = gift_.desired_version;
  status.first_seq = chain_.next_seq > 1 ? 1 : 0;
  status.last_seq = chain_.next_seq - 1;
  status.last_tag = last_tag_;
  status.lock_class = link::LockClass::kProtected;
  status.slot_count_max = 32;
  return status;
}

Blob BenchLock::status() { return sealed(said()); }
Blob BenchLock::ask_time() { return sealed(link::TimeAsk{}); }

Blob BenchLock::record(audit::Kind kind) {
  audit::Record record;
  record.time = static_cast<std::uint32_t>(std::time(nullptr));
  record.quality = ClockQuality::kSynced;
  record.kind = kind;
  record.method = audit::Method::kPlatform;
  require(audit::seal(*provider_, label_.lock, chain_, record), "record");
  last_tag_ = record.tag;
  const auto bytes = audit::encode(record);
  return sealed(link::Records{bytes});
}

std::vector<Blob> BenchLock::answer(ByteSpan incoming) {
  const Blob plain = require(end_->open(incoming), "record");
  switch (require(link::type_of(plain), "message")) {
    case link::MessageType::kCommand: {
      link::Challenge challenge{require(link::decode_command(plain), "command").command, {}};
      require(provider_->random(challenge.nonce), "random");
      return {sealed(challenge)};
    }
    case link::MessageType::kRun: {
      const auto run = require(link::decode_run(plain), "run");
      std::vector<Blob> out;
      out.push_back(record(audit::Kind::kOpening));  // the intention, before the motor moves
      out.push_back(sealed(link::CommandResult{run.command, true, audit::reason_none}));
      out.push_back(record(audit::Kind::kOpened));
      return out;
    }
    case link::MessageType::kDesired:
      return {sealed(link::Applied{require(link::decode_desired(plain), "desired").version, Status::kOk})};
    default: return {};
  }
}

}  // namespace cardea::bench
