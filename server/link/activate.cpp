// SPDX-License-Identifier: Apache-2.0
#include "server/link/internal.hpp"

namespace cardea::server {
namespace {

Problem not_claimed() {
  return conflict("lock_not_claimed",
                  "Nobody has claimed this lock, or the claim has ended. Claim it by its label (POST /v1/locks/claim), then "
                  "press its inside button again.");
}

Problem wrong_class(link::LockClass wanted) {
  return conflict("lock_class_differs", wanted == link::LockClass::kProtected
                                            ? "The lock is unprotected, and it was claimed as a protected one. Claim it anew "
                                              "without naming a class if that is wanted."
                                            : "The lock is protected, and it was claimed as an unprotected one. Claim it anew "
                                              "without naming a class if that is wanted.");
}

Problem another_identity() {
  return conflict("identity_differs",
                  "The maker's batch says that this label belongs to another device. Somebody may have copied it: do not mount "
                  "this lock, and ask the maker.");
}

Task<Outcome<AnsweredAsk>> answer_in(Transaction& tx, KeyStore& keys, const activation::Ask& ask, const Blob& ask_bytes) {
  const UnixSeconds time = now();
  const auto lock = co_await usecases::find_lock(tx, ask.lock, time);
  if (!lock) co_return not_claimed();
  if (lock->active)
    co_return conflict("lock_active",
                       "This lock belongs to a door already. It must be reset by its owner before it can be claimed anew.");
  if (lock->wanted_class && *lock->wanted_class != ask.lock_class) co_return wrong_class(*lock->wanted_class);
  const usecases::DesiredState desired = co_await usecases::desired_of(tx, lock->name, ask.lock_class, time);
  const std::uint32_t key_id = co_await usecases::free_key_id(tx, keys);
  const Result<Activation> made = keys.activate({.name = lock->name,
                                                 .door = lock->door.bytes,
                                                 .claim_secret = lock->claim_secret,
                                                 .ask = ask_bytes,
                                                 .key_id = key_id,
                                                 .time = time.value,
                                                 .time_uncertainty_ms = 1'000,
                                                 .desired_version = desired.version,
                                                 .snapshot = desired.snapshot});
  if (!made.ok())
    co_return forbidden(
        "ask_refused",
        "The request was not made with the secret of the label that was claimed. Scan the label on this very lock.");
  const auto vouched = co_await usecases::vouched_identity(tx, usecases::workspace_of(lock->name), lock_ref(ask.lock));
  if (vouched && *vouched != made->identity) co_return another_identity();
  co_await usecases::answer_made(tx, lock->name, *made, ask.lock_class, ask.slot_count_max, desired.version);
  co_return AnsweredAsk{lock->name, made->answer, made->done};
}

Task<Outcome<Done>> tell_of_identity(Transaction& tx, KeyStore& keys, LockId id) {
  const auto lock = co_await usecases::find_lock(tx, id, now());
  if (lock && !lock->active) co_await usecases::identity_refused(tx, keys, lock->name, now());
  co_return Done{};
}

/// What was refused leaves nothing behind but this: the lock has let go of its owner, as it was told to, or somebody says so.
/// Whether it has.
Task<Outcome<bool>> heard_without_owner(Transaction& tx, KeyStore& keys, LockId id, const Blob& ask) {
  const auto lock = co_await usecases::find_lock(tx, id, now());
  if (!lock || !lock->active) co_return false;
  if (co_await usecases::released_by_ask(tx, keys, lock->name, ask, now())) co_return true;
  co_await usecases::reset_seen(tx, keys, lock->name, now());
  co_return false;
}

}  // namespace

Task<Outcome<AnsweredAsk>> answer_ask(LinkState& state, Blob ask_bytes) {
  const Result<activation::Ask> ask = activation::decode_ask(ask_bytes);
  if (!ask.ok())
    co_return malformed_file(std::string("This is no lock's request to be activated (") + name_of(ask.error()) + ").");
  auto answered = co_await state.store.write([&state, &ask, &ask_bytes](Transaction& tx) -> Task<Outcome<AnsweredAsk>> {
    co_return co_await answer_in(tx, state.keys, *ask, ask_bytes);
  });
  if (!answered.ok() && answered.error().code == "identity_differs")
    co_await state.store.write([&state, &ask](Transaction& tx) { return tell_of_identity(tx, state.keys, ask->lock); });
  if (answered.ok() || answered.error().code != "lock_active") co_return answered;
  const auto released = co_await state.store.write(
      [&state, &ask, &ask_bytes](Transaction& tx) { return heard_without_owner(tx, state.keys, ask->lock, ask_bytes); });
  if (released.ok() && *released) co_return not_claimed();
  co_return answered;
}

Task<Outcome<Done>> confirm_activation(LinkState& state, LockName name) {
  co_return co_await state.store.write([name](Transaction& tx) -> Task<Outcome<Done>> {
    co_await usecases::activation_done(tx, name, now());
    co_return Done{};
  });
}

}  // namespace cardea::server
