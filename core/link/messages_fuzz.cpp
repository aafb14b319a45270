// SPDX-License-Identifier: Apache-2.0
// Hostile messages and snapshots: what decodes must encode to the same bytes.
#include "core/link/messages.hpp"

namespace {

using namespace cardea;
using namespace cardea::link;

template <class T>
void check(const Result<T>& decoded, ByteSpan input) {
  if (!decoded.ok()) return;
  static Bytes<message_size_bytes_max + 1> buffer;
  ByteWriter out(buffer);
  encode(*decoded, out);
  const ByteSpan again = out.written();
  if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) __builtin_trap();
}

void check_snapshot(ByteSpan input, LockClass lock_class) {
  static Snapshot snapshot;
  if (decode(input, lock_class, snapshot) != Status::kOk) return;
  static Bytes<snapshot_size_bytes_max> buffer;
  ByteWriter out(buffer);
  if (encode(snapshot, lock_class, out) != Status::kOk) __builtin_trap();
  const ByteSpan again = out.written();
  if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > message_size_bytes_max) return 0;
  const ByteSpan input(data, size);
  check_snapshot(input, LockClass::kProtected);
  check_snapshot(input, LockClass::kUnprotected);
  const Result<MessageType> type = type_of(input);
  if (!type.ok()) return 0;
  switch (*type) {
    case MessageType::kStatus: check(decode_status(input), input); break;
    case MessageType::kRecords: check(decode_records(input), input); break;
    case MessageType::kApplied: check(decode_applied(input), input); break;
    case MessageType::kChallenge: check(decode_challenge(input), input); break;
    case MessageType::kResult: check(decode_result(input), input); break;
    case MessageType::kTimeAsk: check(decode_time_ask(input), input); break;
    case MessageType::kReceipt: check(decode_receipt(input), input); break;
    case MessageType::kFetch: check(decode_fetch(input), input); break;
    case MessageType::kDesired: check(decode_desired(input), input); break;
    case MessageType::kCommand: check(decode_command(input), input); break;
    case MessageType::kRun: check(decode_run(input), input); break;
    case MessageType::kGiveUp: check(decode_give_up(input), input); break;
    case MessageType::kTime: check(decode_time(input), input); break;
    case MessageType::kImageWant:
    case MessageType::kImageReport:
    case MessageType::kImageOffer:
    case MessageType::kImagePiece: break;  // core/update/image_fuzz.cpp
  }
  return 0;
}
