// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/sandbox.hpp"

#include "core/decide/reason.hpp"
#include "server/api/internal/lock_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/api/internal/sandbox.hpp"

namespace cardea::server::api {

namespace {

struct SandboxCreate {
  DoorId door_id;
};
BOOST_DESCRIBE_STRUCT(SandboxCreate, (), (door_id))

struct Entry {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (code))

enum class DoorWord : std::uint8_t { kClosed, kOpen, kForced, kLeftOpen };
BOOST_DESCRIBE_ENUM(DoorWord, kClosed, kOpen, kForced, kLeftOpen)
struct Simulation {
  std::optional<bool> online;
  std::optional<DoorWord> door;
  std::optional<std::uint8_t> battery_percent;
};
BOOST_DESCRIBE_STRUCT(Simulation, (), (online, door, battery_percent))

usecases::SandboxDoor door_of(DoorWord word) {
  switch (word) {  // no default: a new word does not compile until it means something
    case DoorWord::kClosed: return usecases::SandboxDoor::kClosed;
    case DoorWord::kOpen: return usecases::SandboxDoor::kOpen;
    case DoorWord::kForced: return usecases::SandboxDoor::kForced;
    case DoorWord::kLeftOpen: return usecases::SandboxDoor::kLeftOpen;
  }
  return usecases::SandboxDoor::kClosed;
}

Task<Outcome<Response>> create_lock(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const SandboxCreate input, read_body<SandboxCreate>(request));
  CARDEA_CO_ASSIGN(const auto lock,
                   co_await usecases::create_sandbox_lock(context, request.principal.workspace, input.door_id));
  co_return answer(201, view_of(lock));
}

Task<Outcome<Response>> type_code(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const Entry input, read_body<Entry>(request));
  const Digits digits = Digits::parse(input.code);
  if (digits.count() == 0) co_return invalid("/code", "must be 1 to 16 digits");
  CARDEA_CO_ASSIGN(const auto said, co_await usecases::type_at_sandbox(context, request.principal.workspace, id, digits));
  const bool is_refused = said.verdict == Verdict::kRefused;
  const bool is_off = said.wait_s == wait_off_s;
  co_return answer(200, {{"verdict", cardea::name_of(said.verdict)},
                         {"reason", is_refused ? json::Any(cardea::name_of(said.reason)) : json::Any(nullptr)},
                         {"credential_id", json::value_of(said.credential)},
                         {"keypad", {{"failures", said.failures}, {"wait_s", is_off ? 0 : said.wait_s}, {"off", is_off}}}});
}

Task<Outcome<Response>> simulate(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const Simulation input, read_change<Simulation>(request));
  if (input.battery_percent && *input.battery_percent > 100) co_return invalid("/battery_percent", "must be 0 to 100");
  usecases::SandboxChange change{input.online, std::nullopt, input.battery_percent};
  if (input.door) change.door = door_of(*input.door);
  CARDEA_CO_ASSIGN(const auto lock, co_await usecases::change_sandbox_lock(context, request.principal.workspace, id, change));
  co_return answer(200, view_of(lock));
}

}  // namespace

void add_sandbox(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/sandbox/locks", Permission::kDoorsWrite, Reach::kPlaces, create_lock);
  add(router, context, Method::kPost, "/v1/sandbox/locks/{lock_id}/keypad", Permission::kDoorsWrite, Reach::kPlaces, type_code);
  add(router, context, Method::kPost, "/v1/sandbox/locks/{lock_id}/simulate", Permission::kDoorsWrite, Reach::kPlaces,
      simulate);
}

}  // namespace cardea::server::api
