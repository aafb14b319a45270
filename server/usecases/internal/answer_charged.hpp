// SPDX-License-Identifier: Apache-2.0
#pragma once
// How whatever a phone asks is answered: every try is charged to its network and to the phone, and what succeeds costs nothing.
// For this folder only.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

/// `look(tx)`, a Task<Outcome<Done>>, reads, and what it refuses ends here: who guesses costs no commit. `write(tx)`, a
/// Task<Outcome<T>>, answers. Both outlive the call.
template <class T, class Look, class Write>
Task<Outcome<T>> answer_charged(Context& context, PhoneId phone, std::string address, const Look& look, const Write& write) {
  const std::string network = network_of(address);
  const std::string account = phone.text();
  Limits& limits = context.auth.limits;
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  CARDEA_CO_TRY(limits.charge(Limited::kAccount, account));
  CARDEA_CO_TRY(co_await context.store.read(look));
  auto answered = co_await context.store.write(write);
  if (!answered) co_return answered;
  limits.refund(Limited::kAddress, network);
  limits.refund(Limited::kAccount, account);
  co_return answered;
}

}  // namespace cardea::server::usecases
