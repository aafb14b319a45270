// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/platform/sim_lock.hpp"
#include "lock/testing/hand_over.hpp"

#include <utility>

namespace cardea::testing {

LockPort port_of(World& world, Provider& provider, std::uint32_t journal_size_bytes) {
  return {world.flash,
          {0, journal_size_bytes},
          {journal_size_bytes, world.flash.size_bytes() - journal_size_bytes},
          world.counter,
          world.motor,
          world.sensors,
          provider};
}

World blank_world(std::uint32_t size_bytes) { return {SimFlash({.size_bytes = size_bytes}), {}, {}, {}, Random(1)}; }

SimDoor::SimDoor(link::LockClass lock_class, std::uint32_t audit_size_bytes)
    : world(blank_world(sim_journal_size_bytes + audit_size_bytes)),
      platform(provider, lock_class),
      counter_at_start_(world.counter.seconds()) {
  platform.set_slot(0, 0, false, true);
  platform.set_slot(7, 3, true);
  if (lock_class == link::LockClass::kUnprotected) platform.set_schedule(sim_start, 48);
  lock = std::make_unique<Lock>(port_of(world, provider));
  CARDEA_ASSERT(lock->make(platform.record().factory) == Status::kOk);
  activation = std::make_unique<Activation>(*lock);
}

void SimDoor::activate() {
  const HeardTime time{sim_start.value, 100, 200};
  CARDEA_ASSERT(testing::activate(*lock, platform.gift(sim_start), time, audit::Method::kPlatform) == Status::kOk);
  counter_at_start_ = world.counter.seconds();
}

void SimDoor::restart(bool counter_kept) {
  activation.reset();
  lock.reset();
  if (!counter_kept) {
    counter_at_start_ -= world.counter.seconds();  // the true time goes on
    world.counter.lose();
  }
  lock = std::make_unique<Lock>(port_of(world, provider));
  CARDEA_ASSERT(lock->boot() == Status::kOk);
  activation = std::make_unique<Activation>(*lock);
  world.counter.keep();
}

UnixSeconds SimDoor::now() { return {sim_start.value + world.counter.seconds() - counter_at_start_}; }

audit::Record SimDoor::newest() const {
  const std::optional<audit::Record> record = lock->log().newest();
  CARDEA_ASSERT(record.has_value());
  return *record;
}

std::vector<audit::Record> SimDoor::records_of(audit::Kind kind) const {
  std::vector<audit::Record> records;
  const LogState log = lock->log().state();
  for (std::uint32_t seq = log.first_seq; seq != 0 && seq <= log.last_seq; ++seq) {
    AuditRecordBytes bytes{};
    if (lock->log().read(seq, bytes) != Status::kOk) continue;
    const Result<audit::Record> record = audit::decode(bytes);
    if (record.ok() && record->kind == kind) records.push_back(*record);
  }
  return records;
}

bool SimPeer::hear_m3() {
  raw.clear();
  messages_.clear();
  closed = false;
  link_.connected(now);
  if (closed || raw.size() != 1) return false;
  platform_.emplace(door_->provider, door_->platform.shared_key(), door_->platform.record().session);
  const Result<session::M2> m2 = platform_->answer(raw[0]);
  if (!m2.ok()) return false;
  raw.clear();
  link_.received(*m2, now);
  return !closed && !raw.empty();
}

bool SimPeer::greet_and_lose_m3() {
  const bool sent = hear_m3();
  platform_.reset();
  raw.clear();
  link_.closed();
  return sent;
}

bool SimPeer::greet() {
  if (!hear_m3()) return false;
  CARDEA_ASSERT(platform_->take_proof(raw[0]) == Status::kOk);
  door_->platform.record().session = platform_->ratchet;  // SE7
  raw.erase(raw.begin());
  return true;
}

void SimPeer::say_bytes(ByteSpan message) { link_.received(platform_->seal_bytes(message), now); }

void SimPeer::advance(std::uint64_t milliseconds) {
  now.value += milliseconds;
  door_->world.counter.advance(milliseconds / 1'000);
  link_.poll(now);
}

void SimPeer::open_records() {
  for (const std::vector<std::uint8_t>& record : raw) {
    Result<std::vector<std::uint8_t>> message = platform_->open(record);
    CARDEA_ASSERT(message.ok());
    messages_.push_back(*std::move(message));
  }
  raw.clear();
}

std::optional<std::vector<std::uint8_t>> SimPeer::heard(link::MessageType type) {
  open_records();
  while (!messages_.empty()) {
    std::vector<std::uint8_t> message = std::move(messages_.front());
    messages_.erase(messages_.begin());
    if (message[0] == static_cast<std::uint8_t>(type)) return message;
  }
  return std::nullopt;
}

std::vector<std::vector<std::uint8_t>> SimPeer::take_all() {
  open_records();
  return std::exchange(messages_, {});
}

}  // namespace cardea::testing
