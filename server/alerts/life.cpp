// SPDX-License-Identifier: Apache-2.0
#include "server/alerts/life.hpp"

namespace cardea::server::alerts {
namespace {

constexpr std::uint64_t minute_s = 60;

void end(Alert& alert, std::string by, UnixSeconds now) {
  alert.state = State::kClosed;
  alert.closed_at = now;
  alert.closed_by = std::move(by);
  alert.next_step_at.reset();
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::kOpen: return "open";
    case State::kAcknowledged: return "acknowledged";
    case State::kClosed: return "closed";
  }
  return "";
}

std::optional<State> state_of(std::string_view name) {
  for (const State state : {State::kOpen, State::kAcknowledged, State::kClosed})
    if (name_of(state) == name) return state;
  return std::nullopt;
}

Alert open(const Rule& rule, UnixSeconds now) {
  Alert alert;
  alert.rule = rule.id;
  alert.type = rule.type;
  alert.severity = rule.severity;
  alert.steps = rule.steps;
  alert.opened_at = now;
  alert.last_at = now;
  alert.next_step_at = now;
  return alert;
}

void happened_again(Alert& alert, UnixSeconds now) {
  ++alert.count;
  alert.last_at = now;
  alert.over_at.reset();
}

void begin_again(Alert& alert, UnixSeconds now) {
  happened_again(alert, now);
  alert.state = State::kOpen;
  alert.opened_at = now;
  alert.steps_done = 0;
  alert.next_step_at = now;
  alert.acknowledged_at.reset();
  alert.acknowledged_by.clear();
  alert.note.clear();
}

bool became_over(Alert& alert, UnixSeconds now) {
  if (!alert.over_at) alert.over_at = now;
  const bool waits = facts_of(alert.type).closes == Closes::kWhenOverAndAcknowledged && alert.state == State::kOpen;
  if (waits || alert.state == State::kClosed) return false;
  end(alert, {}, now);
  return true;
}

bool acknowledge(Alert& alert, std::string by, std::string note, UnixSeconds now) {
  if (alert.state != State::kOpen) return false;
  alert.state = State::kAcknowledged;
  alert.acknowledged_at = now;
  alert.acknowledged_by = std::move(by);
  alert.note = std::move(note);
  alert.next_step_at.reset();
  return true;
}

bool close_if_settled(Alert& alert, UnixSeconds now) {
  const Closes closes = facts_of(alert.type).closes;
  const bool settled = closes == Closes::kWhenAcknowledged || (closes == Closes::kWhenOverAndAcknowledged && alert.over_at);
  if (alert.state != State::kAcknowledged || !settled) return false;
  end(alert, alert.acknowledged_by, now);
  return true;
}

bool close(Alert& alert, std::string by, std::string note, UnixSeconds now) {
  if (alert.state == State::kClosed) return false;
  if (!note.empty()) alert.note = std::move(note);
  end(alert, std::move(by), now);
  return true;
}

std::optional<std::size_t> take_step(Alert& alert, UnixSeconds now) {
  if (alert.state != State::kOpen || !alert.next_step_at || *alert.next_step_at > now) return std::nullopt;
  const std::size_t step = alert.steps_done++;
  alert.next_step_at.reset();
  if (step >= alert.steps.size()) return std::nullopt;
  if (alert.steps_done < alert.steps.size())
    alert.next_step_at = UnixSeconds{alert.opened_at.value + minute_s * alert.steps[alert.steps_done].after_min};
  return step;
}

void hurry(Alert& alert, UnixSeconds now) {
  if (alert.next_step_at) alert.next_step_at = now;
}

}  // namespace cardea::server::alerts
