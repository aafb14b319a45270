// SPDX-License-Identifier: Apache-2.0
#pragma once
// What becomes of one alert. Every function says what there is to do about it; the caller does it.

#include "core/base/time.hpp"
#include "server/alerts/rule.hpp"

namespace cardea::server::alerts {

enum class State : std::uint8_t { kOpen, kAcknowledged, kClosed };
/// "open", "acknowledged", "closed", and back.
std::string_view name_of(State state);
std::optional<State> state_of(std::string_view name);

struct Alert {
  AlertId id;
  AlertRuleId rule;
  AlertType type = AlertType::kDoorForced;
  Severity severity = Severity::kWarning;
  std::vector<Step> steps;  ///< as the rule had them when it was opened
  State state = State::kOpen;
  std::uint32_t count = 1;             ///< how often it happened
  UnixSeconds opened_at;               ///< or begun again
  UnixSeconds last_at;                 ///< when it happened last
  std::optional<UnixSeconds> over_at;  ///< when it was over, in so far as a lock says so
  std::size_t steps_done = 0;
  std::optional<UnixSeconds> next_step_at;
  std::optional<UnixSeconds> acknowledged_at;
  std::string acknowledged_by;
  std::string note;  ///< of whoever acknowledged or closed it
  std::optional<UnixSeconds> closed_at;
  std::string closed_by;  ///< "": by itself
};

/// A new alert of a rule; its first step is due at once.
Alert open(const Rule& rule, UnixSeconds now);
/// It happened again, or holds on.
void happened_again(Alert& alert, UnixSeconds now);
/// It happened again, and that is worse: everybody is told anew, whoever has acknowledged it before. The first step is due at
/// once.
void begin_again(Alert& alert, UnixSeconds now);
/// It is over. True: that closes the alert.
bool became_over(Alert& alert, UnixSeconds now);
/// False: somebody did before, or it is closed. Escalation ends.
bool acknowledge(Alert& alert, std::string by, std::string note, UnixSeconds now);
/// Whether the acknowledgement is all that it waited for; then it is closed by whoever acknowledged it.
bool close_if_settled(Alert& alert, UnixSeconds now);
/// False: it is closed already.
bool close(Alert& alert, std::string by, std::string note, UnixSeconds now);
/// The step that is to be carried out now, and the next one's time is set; nothing when none is due.
std::optional<std::size_t> take_step(Alert& alert, UnixSeconds now);
/// The step that was taken last reached nobody: the next one does not wait.
void hurry(Alert& alert, UnixSeconds now);

}  // namespace cardea::server::alerts
