// SPDX-License-Identifier: Apache-2.0
// What a lock needs to read codes and to remember: codes, throttle, journal, clock, audit; no crypto, no link, no activation.
#include "core/codes/offline.hpp"
#include "core/codes/otp.hpp"
#include "core/codes/pin.hpp"
#include "core/decide/state.hpp"
#include "core/throttle/throttle.hpp"
#include "firmware/size/part.hpp"
#include "lock/clock/clock.hpp"
#include "lock/log/audit_log.hpp"

namespace cardea::size {
namespace {

Part<Journal> journal(flash(), FlashRegion{});
Part<AuditRegion> region(flash(), FlashRegion{});
Part<Transaction> scratch;
Part<AuditLog> log(provider(), *journal, *region, *scratch);
Part<Clock> clock(counter());
Part<LockState> state;

void use_codes() {
  keep(otp_value(provider(), {}, Step{}, 8));
  keep(derive_hour_key(provider(), {}, LockId{}, Hour{}));
  keep(derive_slot_key(provider(), {}, OtpPurpose::kApp, SlotGeneration{}));
  keep(derive_code_key(provider(), {}, LockId{}, 1));
  keep(read_offline(provider(), {}, Digits::parse("12345678")));
  keep(derive_pin_key(provider(), {}, LockId{}));
  keep(pin_digest(provider(), {}, Digits::parse("123456")));
  keep(is_weak_pin(Digits::parse("123456")));
}

void use_throttle() {
  ItemChanges changes;
  charge(state->throttle, RunSeconds{}, changes);
  release(state->throttle, changes);
  clock_lost(state->throttle, RunSeconds{}, true, changes);
  end_chain(state->throttle);
  keep(keep_charge(state->throttle, RunSeconds{}, changes));
  keep(refund(state->throttle, RunSeconds{}, true, changes));
  keep(restart(state->throttle, RunSeconds{}, changes));
  keep(wait_of(state->throttle, RunSeconds{}, true));
  keep(failures_of_month(state->throttle, RunSeconds{}));
  keep(newest_moment(state->throttle));
  keep(changes);
}

void use_memory() {
  keep(journal->format());
  keep(journal->mount());
  keep(journal->commit(*scratch));
  keep(region->format());
  keep(region->mount());
  keep(log->start(LockId{}));
  keep(log->append(audit::Record{}));
  keep(log->append_outcome(audit::Record{}));
  keep(log->acknowledge(1));
  keep(clock->start(*journal, RunSeconds{}, *scratch));
  keep(clock->read());
  keep(clock->set_authenticated(SignedTime{}, *scratch));
  keep(clock->set_coarse(UnixSeconds{}, *scratch));
  keep(clock->lose(*scratch));
  keep(clock->put_seen(*scratch));
  keep(*state);
}

}  // namespace
}  // namespace cardea::size

extern "C" void _start() {  // NOLINT(bugprone-reserved-identifier): the linker's name for where an image begins
  cardea::size::use_codes();
  cardea::size::use_throttle();
  cardea::size::use_memory();
}
