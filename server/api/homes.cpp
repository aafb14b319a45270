// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/homes.hpp"

#include "server/api/internal/languages.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct HomeCreate {
  std::string attempt;
  std::string label;
  std::string door_name;
  std::string zone;
  std::string person_name;
  std::string language;
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(HomeCreate, (), (attempt, label, door_name, zone, person_name, language, email))

Task<Outcome<Response>> create_home(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(HomeCreate input, read_body<HomeCreate>(request));
  usecases::HomeCreate create;
  CARDEA_CO_ASSIGN(create.language, usecases::read_language(input.language, "/language"));
  create.attempt = std::move(input.attempt);
  create.label = std::move(input.label);
  create.door = std::move(input.door_name);
  create.zone = std::move(input.zone);
  create.person = std::move(input.person_name);
  create.email = std::move(input.email);
  CARDEA_CO_ASSIGN(const auto home, co_await usecases::make_home(context, std::move(create), std::string(request.peer)));
  co_return answer(
      201, {{"lock_id", home.lock.text()}, {"invitation", home.invitation}, {"claim_expires_at", text_of(home.claim_ends_at)}});
}

}  // namespace

void add_homes(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/homes", Permission::kPublic, Reach::kEverybody, create_home);
}

}  // namespace cardea::server::api
