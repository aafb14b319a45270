// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/route.hpp"
#include "server/usecases/alerts.hpp"

namespace cardea::server::api {

namespace {

struct StepInput {
  std::uint32_t after_min = 0;
  std::vector<std::string> tell;
};
BOOST_DESCRIBE_STRUCT(StepInput, (), (after_min, tell))

struct RuleUpdate {
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<std::string> severity;
  std::optional<std::uint32_t> threshold;
  std::optional<std::vector<SiteId>> site_ids;
  std::optional<std::vector<DoorId>> door_ids;
  std::optional<std::vector<StepInput>> steps;
};
BOOST_DESCRIBE_STRUCT(RuleUpdate, (), (name, enabled, severity, threshold, site_ids, door_ids, steps))

struct RuleInput {
  std::string type;
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<std::string> severity;
  std::optional<std::uint32_t> threshold;
  std::optional<std::vector<SiteId>> site_ids;
  std::optional<std::vector<DoorId>> door_ids;
  std::optional<std::vector<StepInput>> steps;
};
BOOST_DESCRIBE_STRUCT(RuleInput, (), (type, name, enabled, severity, threshold, site_ids, door_ids, steps))

template <class AnyId>
boost::json::array texts_of(const std::vector<AnyId>& ids) {
  boost::json::array out;
  for (const AnyId& id : ids) out.emplace_back(id.text());
  return out;
}

json::Any view_of(const usecases::StoredAlertRule& stored) {
  const alerts::Rule& rule = stored.rule;
  const alerts::TypeFacts& facts = alerts::facts_of(rule.type);
  const bool counts = facts.unit != alerts::Unit::kNone;
  boost::json::array steps;
  for (const alerts::Step& step : rule.steps) {
    boost::json::array tell;
    for (const alerts::Recipient& recipient : step.tell) tell.emplace_back(alerts::text_of(recipient));
    steps.push_back(boost::json::object{{"after_min", step.after_min}, {"tell", std::move(tell)}});
  }
  return {{"id", rule.id.text()},
          {"type", alerts::name_of(rule.type)},
          {"name", rule.name},
          {"enabled", rule.is_enabled},
          {"guard", facts.is_guard},
          {"severity", alerts::name_of(rule.severity)},
          {"threshold", counts ? json::Any(rule.threshold) : json::Any(nullptr)},
          {"unit", counts ? json::Any(alerts::name_of(facts.unit)) : json::Any(nullptr)},
          {"site_ids", texts_of(rule.sites)},
          {"door_ids", texts_of(rule.doors)},
          {"steps", std::move(steps)},
          {"created_at", text_of(stored.created_at)},
          {"changed_at", json::value_of(stored.changed_at)}};
}

Outcome<std::vector<alerts::Step>> steps_of(const std::vector<StepInput>& input) {
  std::vector<alerts::Step> steps;
  for (std::size_t i = 0; i < input.size(); ++i) {
    alerts::Step& step = steps.emplace_back();
    step.after_min = input[i].after_min;
    for (std::size_t j = 0; j < input[i].tell.size(); ++j) {
      const auto recipient = alerts::recipient_of(input[i].tell[j]);
      if (!recipient)
        return invalid("/steps/" + std::to_string(i) + "/tell/" + std::to_string(j),
                       "is no role (" + role_names() + "), no operator's id and no e-mail address");
      step.tell.push_back(*recipient);
    }
  }
  return steps;
}

template <class Input>
Outcome<usecases::AlertRuleChange> change_of(const Input& input) {
  usecases::AlertRuleChange change;
  change.name = input.name;
  change.is_enabled = input.enabled;
  change.threshold = input.threshold;
  change.sites = input.site_ids;
  change.doors = input.door_ids;
  if (input.severity) {
    change.severity = alerts::severity_of(*input.severity);
    if (!change.severity) return invalid("/severity", "is none of: info, warning, critical");
  }
  if (input.steps) {
    auto steps = steps_of(*input.steps);
    if (!steps) return steps.error();
    change.steps = *std::move(steps);
  }
  return change;
}

Task<Outcome<Response>> list_rules(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto rules, co_await usecases::list_alert_rules(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(rules, [](const usecases::StoredAlertRule& rule) { return view_of(rule); }));
}

Task<Outcome<Response>> create_rule(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const RuleInput input, read_body<RuleInput>(request));
  const auto type = alerts::alert_type_of(input.type);
  if (!type) co_return invalid("/type", "is no type of alert, such as door_forced");
  CARDEA_CO_ASSIGN(auto change, change_of(input));
  CARDEA_CO_ASSIGN(const auto rule, co_await usecases::create_alert_rule(context, request.principal, *type, std::move(change)));
  co_return answer(201, view_of(rule));
}

Task<Outcome<Response>> get_rule(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const AlertRuleId id, request.id_of<AlertRuleId>("rule_id"));
  CARDEA_CO_ASSIGN(const auto rule, co_await usecases::find_alert_rule(context, request.principal.workspace, id));
  co_return answer(200, view_of(rule));
}

Task<Outcome<Response>> update_rule(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const AlertRuleId id, request.id_of<AlertRuleId>("rule_id"));
  CARDEA_CO_ASSIGN(const RuleUpdate input, read_body<RuleUpdate>(request));
  CARDEA_CO_ASSIGN(auto change, change_of(input));
  CARDEA_CO_ASSIGN(const auto rule, co_await usecases::change_alert_rule(context, request.principal, id, std::move(change)));
  co_return answer(200, view_of(rule));
}

Task<Outcome<Response>> delete_rule(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const AlertRuleId id, request.id_of<AlertRuleId>("rule_id"));
  CARDEA_CO_TRY(co_await usecases::delete_alert_rule(context, request.principal, id));
  co_return http::no_content();
}

}  // namespace

void add_alert_rules(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/alert-rules", Permission::kAlertsRead, Reach::kWorkspace, list_rules);
  add(router, context, Method::kPost, "/v1/alert-rules", Permission::kAlertRulesWrite, Reach::kWorkspace, create_rule);
  add(router, context, Method::kGet, "/v1/alert-rules/{rule_id}", Permission::kAlertsRead, Reach::kWorkspace, get_rule);
  add(router, context, Method::kPatch, "/v1/alert-rules/{rule_id}", Permission::kAlertRulesWrite, Reach::kWorkspace,
      update_rule);
  add(router, context, Method::kDelete, "/v1/alert-rules/{rule_id}", Permission::kAlertRulesWrite, Reach::kWorkspace,
      delete_rule);
}

}  // namespace cardea::server::api
