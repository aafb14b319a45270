// SPDX-License-Identifier: Apache-2.0
// Virtual keys (spec/grant.md): what opens for them, and the list of those that count no more.
#include "core/grant/uses.hpp"
#include "lock/lock.hpp"

namespace cardea {
namespace {

constexpr audit::ReasonCode fault = static_cast<audit::ReasonCode>(Reason::kFault);

/// A value that may be missing; no bytes then.
Result<ByteSpan> get_or_nothing(const Journal& journal, ItemKey key, MutableByteSpan out) {
  const Result<std::size_t> size = journal.get(key, out);
  if (!size.ok() && size.error() != Status::kNotFound) return size.error();
  return ByteSpan(out.first(size.ok() ? *size : 0));
}

}  // namespace

bool Lock::takes_keys() const { return ready_ && claimed_ && journal_.contains(grant_key_item(desired_.bank)); }

Result<P256Point> Lock::grant_key() const {
  if (!takes_keys()) return Status::kNotFound;
  P256Point key{};
  CARDEA_ASSIGN(const std::size_t size, journal_.get(grant_key_item(desired_.bank), key));
  return size == key.size() ? Result<P256Point>(key) : Status::kCorrupt;
}

Status Lock::denials(grant::Denials& out) const {
  Bytes<grant::denials_body_size_bytes_max> bytes{};
  CARDEA_ASSIGN(const ByteSpan held, get_or_nothing(journal_, denials_item, bytes));
  out = {};
  if (held.empty()) return Status::kOk;
  ByteReader in(held);
  if (grant::decode(in, out) != Status::kOk) return Status::kCorrupt;
  return in.finish() == Status::kOk ? Status::kOk : Status::kCorrupt;
}

/// G6: an older list is left aside.
Status Lock::stage_denials(const grant::Denials& offered) {
  grant::Denials held;
  CARDEA_TRY(denials(held));
  if (!offered.follows(held)) return Status::kStale;
  Bytes<grant::denials_body_size_bytes_max> bytes{};
  ByteWriter out(bytes);
  CARDEA_TRY(grant::encode(offered, out));
  return stage_item(denials_item, out.written());
}

Status Lock::stage_grant_key(const link::SnapshotView& snapshot, const Desired& desired) {
  if (snapshot.takes_keys)
    if (const Status status = stage_denials(snapshot.denials); status != Status::kOk && status != Status::kStale) return status;
  return stage_item(grant_key_item(desired.bank), snapshot.grant_key);
}

Status Lock::take_denials(ByteSpan list) {
  CARDEA_ASSIGN(const P256Point& key, grant_key());
  grant::Denials offered;
  CARDEA_TRY(grant::verify(*port_.provider, key, id_, list, offered));
  return stage_denials(offered);
}

Status Lock::load_uses(grant::Uses& out) const {
  Bytes<grant::uses_size_bytes_max> bytes{};
  CARDEA_ASSIGN(const ByteSpan held, get_or_nothing(journal_, key_uses_item, bytes));
  return grant::decode(held, out) == Status::kOk ? Status::kOk : Status::kCorrupt;
}

Status Lock::store_uses(const grant::Uses& uses) {
  Bytes<grant::uses_size_bytes_max> bytes{};
  ByteWriter out(bytes);
  CARDEA_TRY(grant::encode(uses, out));
  tx_.clear();
  CARDEA_TRY(tx_.put(key_uses_item, out.written()));
  return commit();
}

/// 0 when the flash has them.
std::uint32_t Lock::doubt_about(const grant::Uses& uses) const {
  Bytes<grant::uses_size_bytes_max> kept_bytes{};
  Bytes<grant::uses_size_bytes_max> bytes{};
  const Result<ByteSpan> kept = get_or_nothing(journal_, key_uses_item, kept_bytes);
  ByteWriter out(bytes);
  const Status encoded = grant::encode(uses, out);
  if (!kept.ok() || !std::ranges::equal(*kept, out.written())) return 1;
  return static_cast<std::uint32_t>(encoded);
}

/// The verdict on a virtual key, from what it says and what the flash has; its opening is counted in `uses` when it is granted.
Status Lock::judge_shown(ByteSpan grant, UnixSeconds until, grant::Uses& uses, Outcome& outcome) {
  CARDEA_ASSIGN(const grant::Grant& key, grant::decode(grant));
  grant::Denials denied;
  CARDEA_TRY(denials(denied));
  CARDEA_TRY(load_uses(uses));
  outcome = judge_key(key, {id_, clock_.read(), until, denied}, uses);
  return Status::kOk;
}

/// Judged again from the beginning before it is granted, and counted durably. `verdict`: the first one.
/// Not inlined: behind the end of its caller it would be entered again where a return is left out.
[[gnu::noinline]] Status Lock::confirm_shown(ByteSpan grant, UnixSeconds until, Verdict proved, Verdict verdict,
                                             Outcome& outcome) {
  const ClockReading clock = clock_.read();
  object(verdict, static_cast<std::uint32_t>(proved) - static_cast<std::uint32_t>(Verdict::kGranted));
  grant::Uses uses;
  Outcome again;
  const Status judged = judge_shown(*anew(&grant), until, uses, again);
  object(verdict, static_cast<std::uint32_t>(judged));
  object(verdict, static_cast<std::uint32_t>(again.verdict) - static_cast<std::uint32_t>(Verdict::kGranted));
  write_twice(again.verdict, Verdict::kRefused);
  CARDEA_TRY(judged);
  CARDEA_ASSIGN(const grant::Grant& key, grant::decode(grant));
  if (key.counts()) CARDEA_TRY(store_uses(uses));
  object(verdict, doubt_about(uses));
  object(verdict, doubt_about(clock));
  outcome.verdict = verdict;
  return Status::kOk;
}

KeypadResult Lock::open_by_key(ByteSpan grant, UnixSeconds until, Verdict proved) {
  if (!ready_ && boot() != Status::kOk) return {.reason = fault};
  if (!takes_keys()) return refuse(static_cast<audit::ReasonCode>(Reason::kUnknownCode));
  if (log_.full()) return refuse(audit::reason_log_full);
  const Result<grant::Grant> key = grant::decode(grant);
  if (!key.ok()) return refuse(static_cast<audit::ReasonCode>(Reason::kMalformed));
  const ClockReading clock = clock_.read();
  Outcome outcome;
  grant::Uses uses;
  if (judge_shown(grant, until, uses, outcome) != Status::kOk) return refuse(fault);
  const Verdict verdict = anew(outcome.verdict);
  write_twice(outcome.verdict, Verdict::kRefused);  // until it is confirmed
  if (verdict == Verdict::kGranted && confirm_shown(grant, until, proved, *anew(&verdict), outcome) != Status::kOk)
    return refuse(fault);
  // Both judgements have counted: the flash has what the second one did, and it is what the first one did.
  if (outcome.verdict == Verdict::kGranted) object(*anew(&outcome.verdict), doubt_about(uses));
  outcome.wait_s = wait_s();
  outcome.failures = failures_of_month();
  const KeypadResult result =
      conclude({audit::Method::kVirtualKey, audit::encode(audit::KeyUse{key->serial})}, outcome, clock, false);
  write_twice(outcome.verdict, Verdict::kRefused);
  return result;
}

}  // namespace cardea
