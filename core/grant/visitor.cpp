// SPDX-License-Identifier: Apache-2.0
#include "core/grant/visitor.hpp"

namespace cardea::grant {

Visitor::Visitor(Provider& provider, const Lease& lease)
    : provider_(&provider),
      lease_(lease),
      edhoc_(provider, {lease.key, lease.credential, session::CredentialForm::kCwt}, trust_) {
  const Result<std::size_t> size = write_lock_credential(lease.lock, lease.lock_identity, lock_credential_);
  CARDEA_ASSERT(size.ok());
  known_ = {ByteSpan(lock_credential_).first(*size)};
  trust_.known = known_;
}

Result<std::size_t> Visitor::begin(MutableByteSpan out) {
  records_.reset();
  answer_.reset();
  listed_.reset();
  return edhoc_.start(out);
}

Result<std::size_t> Visitor::take(ByteSpan message, MutableByteSpan out) {
  return records_ ? take_record(message, out) : take_message_2(message, out);
}

Result<std::size_t> Visitor::take_message_2(ByteSpan message, MutableByteSpan out) {
  session::EdhocAgreement agreement;
  CARDEA_ASSIGN(const std::size_t size, edhoc_.finish(message, out, agreement));
  session::RecordState state;
  state.out_secret = agreement.out;
  state.in_secret = agreement.in;
  Result<session::Records> records = session::Records::open(*provider_, state);
  CARDEA_TRY(records.status());
  records_.emplace(std::move(*records));
  CARDEA_TRY(records_->reserve(session::record_number_count));
  return size;
}

Result<std::size_t> Visitor::take_record(ByteSpan message, MutableByteSpan out) {
  Bytes<lock_message_size_bytes_max> plain{};
  CARDEA_ASSIGN(const std::size_t size, records_->take(message, plain));
  const ByteSpan text = ByteSpan(plain).first(size);
  if (text.empty()) return Status::kMalformed;
  switch (static_cast<MessageType>(text[0])) {
    case MessageType::kReady: {
      CARDEA_ASSIGN(const Ready ready, decode_ready(text));
      return after_ready(ready, out);
    }
    case MessageType::kListed: {
      CARDEA_ASSIGN(const Listed listed, decode_listed(text));
      listed_ = listed;
      return ask_to_open(out);
    }
    case MessageType::kVerdict: {
      CARDEA_ASSIGN(const Answer& answer, decode_answer(text));
      answer_ = answer;
      return std::size_t{0};
    }
    default: return Status::kMalformed;
  }
}

/// G8: a newer list comes first.
Result<std::size_t> Visitor::after_ready(const Ready& ready, MutableByteSpan out) {
  Denials brought;
  if (lease_.list.empty() || read_list(lease_.list, brought) != Status::kOk || brought.number <= ready.number)
    return ask_to_open(out);
  Bytes<phone_message_size_bytes_max> plain{};
  ByteWriter writer(plain);
  writer.u8(static_cast<std::uint8_t>(MessageType::kList));
  writer.bytes(lease_.list);
  CARDEA_TRY(writer.status());
  return records_->seal(writer.written(), out);
}

Result<std::size_t> Visitor::ask_to_open(MutableByteSpan out) {
  return records_->seal(Bytes<1>{static_cast<std::uint8_t>(MessageType::kOpen)}, out);
}

}  // namespace cardea::grant
