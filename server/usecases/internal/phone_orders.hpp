// SPDX-License-Identifier: Apache-2.0
#pragma once
// How every order of a phone is let in (PH16, PH17). For this folder only.

#include "server/usecases/internal/answer_charged.hpp"
#include "server/usecases/internal/phone_rows.hpp"
#include "server/usecases/phone_orders.hpp"

namespace cardea::server::usecases {

/// The mac of an order, and its moment.
Outcome<Done> check_order(KeyStore& keys, const PhoneRow& row, const PhoneOrder& order, UnixSeconds now);

/// Answers an order: `answer(tx, row)`, a Task<Outcome<T>>, runs in a transaction that writes. What it refuses stays charged,
/// and its moment can be used again.
template <class T, class Answer>
Task<Outcome<T>> answer_order(Context& context, PhoneOrder order, Answer answer) {
  const auto look = [&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const PhoneRow row, co_await find_phone_row(tx, order.phone));
    co_return check_order(context.keys, row, order, context.now());
  };
  const auto write = [&](Transaction& tx) -> Task<Outcome<T>> {
    CARDEA_CO_ASSIGN(const PhoneRow row, co_await find_phone_row(tx, order.phone));
    CARDEA_CO_TRY(check_order(context.keys, row, order, context.now()));
    co_await note_answer(tx, row.workspace, row.phone.id, order.at, context.now());
    co_return co_await answer(tx, row);
  };
  co_return co_await answer_charged<T>(context, order.phone, order.address, look, write);
}

}  // namespace cardea::server::usecases
