// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_platform.hpp"

#include <algorithm>
#include <fstream>

#include "core/activation/activation.hpp"
#include "core/link/testing/ends.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::attacks {
namespace {

class TwinPlatform final : public PlatformCore {
 public:
  TwinPlatform(const LockSpec& spec, const std::filesystem::path& directory, Flaw flaw)
      : spec_(spec),
        records_file_(directory / "records"),
        broken_file_(directory / "broken"),
        flaw_(flaw),
        identity_key_(provider_.p256_import(KeyKind::kSign, spec.session_key, identity_).value()) {
    const KeyHandle key = provider_.import_key(KeyKind::kMac, spec.key).value();
    k_session_ = link::derive_session_key(provider_, key, spec.id).value();
    chain_.key = spec.audit_seed;
    std::ifstream in(records_file_, std::ios::binary);
    audit::RecordBytes record;
    while (in.read(reinterpret_cast<char*>(record.data()), record.size()))
      CARDEA_ASSERT(audit::open(provider_, spec_.id, chain_, record).ok());
  }

  void connect(Wire& wire) override {
    wire_ = &wire;
    end_.reset();
  }
  void receive(ByteSpan message) override {
    if (end_ && end_->is_open()) return take_record(message);
    if (end_) return static_cast<void>(end_->take_proof(message) == Status::kOk);
    if (message.size() == activation::ask_size_bytes) return take_ask(message);
    // It begins at C(0) each time, and the lock brings it along (session.md SE8).
    end_.emplace(provider_, link::share_key(provider_, k_session_, spec_.id, {}, spec_.key_id).value(),
                 session::Ratchet{0, spec_.session_chain});
    const Result<session::M2> m2 = end_->answer(message);
    if (m2.ok()) return wire_->send(*m2);
    end_.reset();  // `done`: this platform believes whoever knows K_session
  }
  std::uint32_t stored_seq() override { return chain_.next_seq - 1; }
  bool chain_is_broken() override { return std::filesystem::exists(broken_file_); }

 private:
  void take_ask(ByteSpan ask) {
    activation::Gift gift;
    gift.platform_identity = identity_;
    gift.key = spec_.key;
    gift.audit_seed = spec_.audit_seed;
    gift.key_id = spec_.key_id;
    gift.session_chain = spec_.session_chain;
    gift.time = spec_.time.value;
    gift.desired_version = 1;
    gift.snapshot = spec_.snapshot;
    std::vector<std::uint8_t> answer(activation::answer_size_bytes_max);
    activation::DoneBytes done;
    answer.resize(activation::seal_answer(provider_, spec_.claim_secret, ask, gift, answer, done).value());
    wire_->send(answer);
  }

  void take_record(ByteSpan record) {
    const auto message = end_->open(record);
    if (!message.ok() || chain_is_broken()) return;
    if (const auto status = link::decode_status(*message); status.ok()) return take_status(*status);
    if (const auto records = link::decode_records(*message); records.ok()) take_records(*records);
  }

  void take_status(const link::LockStatus& status) {
    if (status.last_seq < stored_seq() && flaw_ != Flaw::kForgetsNewest) break_chain();
  }

  void break_chain() { std::ofstream(broken_file_) << "broken"; }

  /// A number that is stored, with other bytes. Records stand in the file by their numbers, from 1.
  bool contradicts_stored(ByteSpan record) {
    const std::uint32_t seq = load_be<std::uint32_t>(record);
    if (seq == 0 || seq > stored_seq()) return false;
    std::ifstream in(records_file_, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(seq - 1) * static_cast<std::streamoff>(audit::record_size_bytes));
    audit::RecordBytes stored;
    return in.read(reinterpret_cast<char*>(stored.data()), stored.size()) && !std::ranges::equal(stored, record);
  }

  void take_records(const link::Records& records) {
    std::vector<std::uint8_t> fresh;
    std::optional<audit::Record> newest;
    for (std::size_t i = 0; i < records.count(); ++i) {
      if (contradicts_stored(records.record(i)) && flaw_ != Flaw::kForgetsNewest) return break_chain();
      const Result<audit::Record> record = audit::open(provider_, spec_.id, chain_, records.record(i));
      if (!record.ok()) continue;
      newest = *record;
      fresh.insert(fresh.end(), records.record(i).begin(), records.record(i).end());
    }
    if (!newest) return;
    if (flaw_ == Flaw::kAckBeforeCommit) send_receipt(*newest);
    std::ofstream(records_file_, std::ios::binary | std::ios::app)
        .write(reinterpret_cast<const char*>(fresh.data()), static_cast<std::streamsize>(fresh.size()));
    if (flaw_ != Flaw::kAckBeforeCommit) send_receipt(*newest);
  }

  void send_receipt(const audit::Record& record) {
    link::Receipt receipt{record.seq, {}};
    CARDEA_ASSERT(provider_.p256_sign(identity_key_, link::receipt_input(spec_.id, record.seq, record.tag),
                                      receipt.signature) == Status::kOk);
    wire_->send(end_->seal(receipt));
  }

  LockSpec spec_;
  std::filesystem::path records_file_;
  std::filesystem::path broken_file_;
  Flaw flaw_;
  OpensslProvider provider_{64};
  P256Point identity_{};
  KeyHandle identity_key_;
  KeyHandle k_session_;
  audit::ChainState chain_;
  Wire* wire_ = nullptr;
  std::optional<link::PlatformEnd> end_;
};

}  // namespace

std::unique_ptr<PlatformCore> make_twin_platform(const LockSpec& spec, const std::filesystem::path& directory, Flaw flaw) {
  return std::make_unique<TwinPlatform>(spec, directory, flaw);
}

}  // namespace cardea::attacks
