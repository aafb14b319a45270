// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/capacity.hpp"

#include "server/api/internal/route.hpp"
#include "server/usecases/grant_rules.hpp"

namespace cardea::server::api {

namespace {

/// What is said when one is asked for now; null while there is room.
json::Any full(bool is_full, const Problem& problem) {
  if (!is_full) return nullptr;
  return {{"code", problem.code}, {"detail", problem.detail}};
}

json::Any view_of(const usecases::LockCapacity& at) {
  const usecases::SlotCount& slots = at.slots;
  json::Any pins = nullptr;
  json::Any pool = nullptr;
  if (at.lock.is_protected()) {
    const std::uint8_t digits = at.lock.settings.codes.pin_digits;
    pins = {{"digits", digits},
            {"held", at.pins.held},
            {"given_out", at.pins.given_out},
            {"of", power_of_ten(digits)},
            {"choices",
             {{"used", at.pins.choices},
              {"max", usecases::pin_choices_per_day},
              {"again_at", json::value_of(at.pins.choices_again_at)}}}};
    pool = {{"handed_out", at.pool.handed_out},
            {"free_now", at.pool.free_now},
            {"max", pool_count},
            {"full", full(at.pool.free_now == 0, usecases::pool_codes_full())}};
  }
  return {{"lock_id", at.lock.id.text()},
          {"slots",
           {{"used", slots.used},
            {"ending", slots.ending},
            {"free", slots.free()},
            {"max", slots.max},
            {"full", full(slots.free() == 0, usecases::slots_full(at.lock))}}},
          {"schedules",
           {{"used", at.schedules},
            {"max", schedule_count_max},
            {"full", full(at.schedules >= schedule_count_max, usecases::schedules_full())}}},
          {"pins", pins},
          {"pool_codes", pool}};
}

Task<Outcome<Response>> get_capacity(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto capacity, co_await usecases::lock_capacity(context, request.principal.workspace, id));
  co_return answer(200, view_of(capacity));
}

}  // namespace

void add_capacity(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/locks/{lock_id}/capacity", Permission::kLocksRead, Reach::kPlaces, get_capacity);
}

}  // namespace cardea::server::api
