// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/lock_scenarios/lock_scenario.hpp"
#include "lock/testing/hand_over.hpp"

namespace cardea::testing {
namespace {

constexpr std::size_t key_count_max = 256;
const std::uint64_t counter_at_start = SimCounter().seconds();

}  // namespace

UnixSeconds Start::now() const { return {sim_start.value + world.counter.seconds() - counter_at_start}; }

SimPlatform LockScenario::make_platform(OpensslProvider& provider) {
  SimPlatform platform(provider, lock_class_);
  platform.set_slot(0, 0);
  platform.set_slot(7, 3, true);
  if (lock_class_ == link::LockClass::kUnprotected) platform.set_schedule(sim_start, 4);
  set_up(platform);
  return platform;
}

void LockScenario::prepare(World& world, Check& check) {
  OpensslProvider provider(key_count_max);
  SimPlatform platform = make_platform(provider);
  Lock lock(port_of(world, provider, scenario_journal_size_bytes));
  check.expect(lock.make(platform.record().factory) == Status::kOk, "prepare: make");
  if (!claimed_) return;
  const HeardTime time{sim_start.value, 100, 200};
  check.expect(activate(lock, platform.gift(sim_start), time, audit::Method::kPlatform) == Status::kOk, "prepare: activate");
}

void LockScenario::run(World& world, Check& check) {
  OpensslProvider provider(key_count_max);
  SimPlatform platform = make_platform(provider);
  Lock lock(port_of(world, provider, scenario_journal_size_bytes));
  if (!check.ok(lock.boot(), world, "boot")) return;
  Start start{world, check, lock, platform, provider};
  if (!start.powered()) return;  // cut in the last thing that the start does: its record, which a full log may refuse
  if (lock.claimed()) check_log(start);
  inspect(start);
  for (; done_ < step_count() && start.powered() && check.failure().empty(); ++done_) {
    step(start, done_);
    if (!start.powered()) return;
  }
}

void check_log(Start& start) {
  const AuditLog& log = start.lock.log();
  const LogState state = log.state();
  audit::ChainState chain{start.platform.record().chain.key, 1};
  if (!start.check.expect(state.first_seq != 0, "the log is empty")) return;
  if (state.first_seq > 1)
    start.check.expect(audit::skip_to(start.provider, chain, state.first_seq) == Status::kOk, "the chain does not reach");
  std::uint32_t open_intention = 0;
  for (std::uint32_t seq = state.first_seq; seq <= state.last_seq; ++seq) {
    AuditRecordBytes bytes{};
    start.check.expect(log.read(seq, bytes) == Status::kOk, "a record is missing");
    const Result<audit::Record> record = audit::open(start.provider, start.lock.id(), chain, bytes);
    if (!start.check.expect(record.ok(), "a record has a bad tag")) return;
    const bool is_outcome = record->kind == audit::Kind::kOpened || record->kind == audit::Kind::kOpenFailed;
    start.check.expect(is_outcome == (open_intention != 0), "an intention without its outcome behind it");
    if (is_outcome)
      start.check.expect(load_be<std::uint32_t>(ByteSpan(record->detail).subspan(audit::what_size_bytes)) == open_intention,
                         "an outcome of another intention");
    open_intention = record->kind == audit::Kind::kOpening ? seq : 0;
  }
  start.check.expect(open_intention == 0 || !start.powered(), "an intention without its outcome");
}

}  // namespace cardea::testing
