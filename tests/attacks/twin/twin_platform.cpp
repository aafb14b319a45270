// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_platform.hpp"

#include <algorithm>
#include <fstream>

#include "core/activation/activation.hpp"
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
    handshake_.reset();
    session_.reset();
  }
  void receive(ByteSpan message) override {
    if (session_) return take_frame(message);
    if (handshake_) return take_proof(message);
    if (message.size() == activation::ask_size_bytes) return take_ask(message);
    const Result<link::Hello> hello = link::decode_hello(message);
    if (!hello.ok()) return;  // `done`: this platform believes whoever knows K_session
    handshake_.emplace(provider_, k_session_, *hello);
    wire_->send(handshake_->answer().value());
  }
  std::uint32_t stored_seq() override { return chain_.next_seq - 1; }
  bool chain_is_broken() override { return std::filesystem::exists(broken_file_); }

 private:
  void take_ask(ByteSpan ask) {
    activation::Gift gift;
    gift.platform_identity = identity_;
    gift.key = spec_.key;
    gift.audit_seed = spec_.audit_seed;
    gift.time = spec_.time.value;
    gift.desired_version = 1;
    gift.snapshot = spec_.snapshot;
    std::vector<std::uint8_t> answer(activation::answer_size_bytes_max);
    activation::DoneBytes done;
    answer.resize(activation::seal_answer(provider_, spec_.claim_secret, ask, gift, answer, done).value());
    wire_->send(answer);
  }

  void take_proof(ByteSpan m3) {
    Result<link::Session> session = handshake_->finish(m3);
    if (session.ok()) session_.emplace(std::move(session).value());
  }

  void take_frame(ByteSpan frame) {
    std::vector<std::uint8_t> message(frame.size());
    const Result<std::size_t> size = session_->open(frame, message);
    if (!size.ok() || chain_is_broken()) return;
    message.resize(*size);
    if (const auto status = link::decode_status(message); status.ok()) return take_status(*status);
    if (const auto records = link::decode_records(message); records.ok()) take_records(*records);
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
    Bytes<128> message;
    ByteWriter writer(message);
    link::encode(receipt, writer);
    Message frame(writer.size() + link::frame_overhead_bytes);
    CARDEA_ASSERT(session_->seal(writer.written(), frame).ok());
    wire_->send(frame);
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
  std::optional<link::PlatformHandshake> handshake_;
  std::optional<link::Session> session_;
};

}  // namespace

std::unique_ptr<PlatformCore> make_twin_platform(const LockSpec& spec, const std::filesystem::path& directory, Flaw flaw) {
  return std::make_unique<TwinPlatform>(spec, directory, flaw);
}

}  // namespace cardea::attacks
