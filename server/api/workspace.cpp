// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/codes/bound.hpp"
#include "server/api/internal/languages.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/places.hpp"

namespace cardea::server::api {

namespace {

struct PolicyUpdate {
  std::optional<std::uint8_t> otp_digits;
  std::optional<std::uint8_t> code_digits;
  std::optional<std::uint8_t> pin_digits;
  std::optional<std::uint32_t> activation_window_s;
};
BOOST_DESCRIBE_STRUCT(PolicyUpdate, (), (otp_digits, code_digits, pin_digits, activation_window_s))

struct Update {
  std::optional<std::string> name;
  std::optional<PolicyUpdate> code_policy;
  std::optional<std::uint8_t> schedule_hours;
  std::optional<std::uint32_t> lease_s;
  std::optional<bool> phone_unlock;
  std::optional<std::uint16_t> shares_max;
  std::optional<std::uint32_t> share_s_max;
  std::optional<std::string> language;
  std::optional<bool> oidc_link_by_email;
};
BOOST_DESCRIBE_STRUCT(Update, (),
                      (name, code_policy, schedule_hours, lease_s, phone_unlock, shares_max, share_s_max, language,
                       oidc_link_by_email))

/// The worst that the policy allows: a protected lock whose slots are all taken, each by a token with SMS codes or by a PIN.
Bound bound_of_policy(const WorkspaceSettings& settings) {
  BoundPolicy policy;
  policy.otp_digits = settings.otp_digits;
  policy.app_slots = slot_count_max;
  policy.sms_slots = slot_count_max;
  policy.code_digits = settings.code_digits;
  policy.pin_slots = slot_count_max;
  policy.pin_digits = settings.pin_digits;
  policy.activation_window_s = settings.activation_window_s;
  return bound_of(policy);
}

json::Any view_of(const usecases::Workspace& workspace) {
  const WorkspaceSettings& settings = workspace.settings;
  const Bound bound = bound_of_policy(settings);
  return {{"id", workspace.id.text()},
          {"name", workspace.name},
          {"code_policy",
           {{"otp_digits", settings.otp_digits},
            {"code_digits", settings.code_digits},
            {"pin_digits", settings.pin_digits},
            {"activation_window_s", settings.activation_window_s},
            {"bound", {{"per_guess", bound.per_guess}, {"per_day", bound.per_day}}}}},
          {"schedule_hours", settings.schedule_hours},
          {"lease_s", settings.lease_s},
          {"phone_unlock", settings.phone_unlock},
          {"shares_max", settings.shares_max},
          {"share_s_max", settings.share_s_max},
          {"language", name_of(workspace.language)},
          {"oidc_link_by_email", workspace.oidc_link_by_email}};
}

Task<Outcome<Response>> get_workspace(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const auto workspace, co_await usecases::get_workspace(context, request.principal.workspace));
  co_return answer(200, view_of(workspace));
}

constexpr std::string_view own_pointers[] = {"/schedule_hours", "/lease_s", "/name", "/shares_max", "/share_s_max"};
/// The use case reports settings without the object that they stand in here.
Problem with_policy_pointers(Problem problem) {
  for (ProblemPlace& place : problem.errors)
    if (std::ranges::find(own_pointers, place.pointer) == std::end(own_pointers))
      place.pointer = "/code_policy" + place.pointer;
  return problem;
}

Task<Outcome<Response>> update_workspace(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const Update input, read_change<Update>(request));
  const auto& policy = input.code_policy;
  if (policy && names_nothing(*policy)) co_return invalid("/code_policy", "names nothing to change");
  usecases::WorkspaceUpdate update{input.name, {}, std::nullopt, input.oidc_link_by_email};
  CARDEA_CO_ASSIGN(update.language, read_language(input.language));
  update.settings.schedule_hours = input.schedule_hours;
  update.settings.lease_s = input.lease_s;
  update.settings.phone_unlock = input.phone_unlock;
  update.settings.shares_max = input.shares_max;
  update.settings.share_s_max = input.share_s_max;
  if (input.code_policy) {
    update.settings.otp_digits = input.code_policy->otp_digits;
    update.settings.code_digits = input.code_policy->code_digits;
    update.settings.pin_digits = input.code_policy->pin_digits;
    update.settings.activation_window_s = input.code_policy->activation_window_s;
  }
  const auto updated = co_await usecases::update_workspace(context, request.principal.workspace, std::move(update));
  if (!updated) co_return with_policy_pointers(updated.error());
  co_return answer(200, view_of(*updated));
}

}  // namespace

void add_workspace(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/workspace", Permission::kWorkspaceRead, Reach::kEverybody, get_workspace);
  add(router, context, Method::kPatch, "/v1/workspace", Permission::kWorkspaceWrite, Reach::kWorkspace, update_workspace);
}

}  // namespace cardea::server::api
