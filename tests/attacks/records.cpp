// SPDX-License-Identifier: Apache-2.0
// Group E: records that a courier changes, drops, or says were received.

#include <fmt/format.h>

#include <functional>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/issuer.hpp"

namespace cardea::attacks {
namespace {

using Bag = std::vector<std::vector<std::uint8_t>>;  // the records that a courier carries

/// A lock with a dozen records and more, and what it told the platform of its newest.
struct Contact {
  LockSpec spec;
  std::unique_ptr<LockTarget> lock;
  Bag bag;
  [[nodiscard]] std::uint32_t newest() const { return static_cast<std::uint32_t>(bag.size()); }
};

Contact contact(System& system, Trial& trial, const P256Point& identity = {}) {
  Contact made;
  made.spec = usual_lock(trial.random, usual_time);
  made.spec.platform_identity = identity;
  made.lock = system.make_lock(made.spec);
  for (int i = 0; i < 12; ++i) {
    static_cast<void>(made.lock->type(wrong_code(trial.random, 8)));
    made.lock->advance(3'600);
  }
  for (const audit::RecordBytes& record : made.lock->records()) made.bag.emplace_back(record.begin(), record.end());
  return made;
}

CourierCheck deliver(System& system, const Contact& made, const Bag& bag) {
  return system.check_records(made.spec.id, made.spec.audit_seed, bag);
}

// --- E02 ------------------------------------------------------------------------------------------------------------------

Report e02_forged_receipt(System& system, Trial& trial) {
  OpensslProvider provider(8);
  P256Point identity;
  P256Point stranger;
  const KeyHandle platform_key = provider.p256_generate(KeyKind::kSign, identity).value();
  const KeyHandle stranger_key = provider.p256_generate(KeyKind::kSign, stranger).value();
  const Contact made = contact(system, trial, identity);
  const std::uint32_t newest = made.newest();
  const audit::Tag tag = audit::decode(made.bag.back()).value().tag;
  const auto sign = [&](KeyHandle key, const LockId& id, std::uint32_t seq, const audit::Tag& of) {
    link::Receipt receipt{newest, {}};
    CARDEA_ASSERT(provider.p256_sign(key, link::receipt_input(id, seq, of), receipt.signature) == Status::kOk);
    return receipt;
  };
  LockId other = made.spec.id;
  other.value[0] ^= 1;
  audit::Tag other_tag = tag;
  other_tag[15] ^= 1;
  link::Receipt beyond = sign(platform_key, made.spec.id, newest + 5, tag);
  beyond.seq = newest + 5;
  const link::Receipt forgeries[] = {
      {newest, {}},
      {newest, trial.random.bytes<64>()},
      sign(stranger_key, made.spec.id, newest, tag),
      sign(platform_key, other, newest, tag),
      sign(platform_key, made.spec.id, newest - 1, tag),
      sign(platform_key, made.spec.id, newest, other_tag),
      beyond,
  };
  std::size_t number = 0;
  for (const link::Receipt& forgery : forgeries) {
    ++number;
    if (made.lock->hear_receipt(forgery) == Status::kOk || made.lock->receipt_seq() != 0)
      return opened(fmt::format("forged receipt {} is believed", number));
  }
  made.lock->restart(ClockLoss::kKept);
  if (made.lock->receipt_seq() != 0) return opened("a forged receipt is believed after a restart");
  const std::vector<audit::RecordBytes> held = made.lock->records();
  for (std::size_t i = 0; i < made.bag.size(); ++i)
    if (i >= held.size() || !std::ranges::equal(held[i], made.bag[i])) return opened("a record is gone");
  if (made.lock->hear_receipt(sign(platform_key, made.spec.id, newest, tag)) != Status::kOk ||
      made.lock->receipt_seq() != newest)
    return opened("the platform's own receipt was refused: nothing is proved");
  return stopped();
}

// --- E10 ------------------------------------------------------------------------------------------------------------------

/// What a courier can do to record `at` of a bag.
struct Tampering {
  const char* name;
  void (*with)(Bag& bag, std::size_t at, Random& random);
};

constexpr Tampering tamperings[] = {
    {"changed",
     [](Bag& bag, std::size_t at, Random& random) {
       // Everything but the number, which would show by itself.
       const std::size_t byte = 4 + random.below(audit::record_size_bytes - 4);
       bag[at][byte] = static_cast<std::uint8_t>(bag[at][byte] ^ (1U << random.below(8)));
     }},
    {"taken out", [](Bag& bag, std::size_t at, Random&) { bag.erase(bag.begin() + static_cast<std::ptrdiff_t>(at)); }},
    {"doubled", [](Bag& bag, std::size_t at, Random&) { bag.insert(bag.begin() + static_cast<std::ptrdiff_t>(at), bag[at]); }},
    {"moved", [](Bag& bag, std::size_t at, Random&) { std::swap(bag[at], bag[at == 0 ? 1 : at - 1]); }},
    {"made up",
     [](Bag& bag, std::size_t at, Random& random) {
       const std::uint32_t seq = load_be<std::uint32_t>(bag[at]);
       random.fill(MutableByteSpan(bag[at]).last(audit::tag_size_bytes));
       store_be(seq, bag[at]);
     }},
    {"taken out and the rest renumbered",
     [](Bag& bag, std::size_t at, Random&) {
       bag.erase(bag.begin() + static_cast<std::ptrdiff_t>(at));
       for (std::size_t i = at; i < bag.size(); ++i) store_be(static_cast<std::uint32_t>(i + 1), bag[i]);
     }},
};

Report e10_forged_records(System& system, Trial& trial) {
  const Contact made = contact(system, trial);
  if (!deliver(system, made, made.bag).accepted) return opened("the lock's own records were refused: nothing is proved");
  for (const Tampering& tampering : tamperings) {
    for (std::size_t at = 0; at < made.bag.size(); ++at) {
      for (std::uint32_t i = 0; i < 3 * trial.scale; ++i) {
        Bag bag = made.bag;
        tampering.with(bag, at, trial.random);
        // Without its newest record a bag is one that was filled earlier: what the lock said tells them apart (E11).
        if (bag.size() == at && at + 1 == made.bag.size()) continue;
        const CourierCheck check = deliver(system, made, bag);
        if (check.accepted) return opened(fmt::format("record {} was {}, and nobody noticed", at + 1, tampering.name));
        if (check.position > at + 2)
          return opened(fmt::format("record {} was {}; seen at {}", at + 1, tampering.name, check.position));
      }
    }
  }
  return stopped();
}

constexpr Attack attacks[] = {
    {"E02", "Forged receipt", Flaw::kAnyReceipt, e02_forged_receipt},
    {"E10", "Forged and deleted records", Flaw::kRecordsWithoutTag, e10_forged_records},
};

}  // namespace

std::span<const Attack> record_attacks() { return attacks; }

}  // namespace cardea::attacks
