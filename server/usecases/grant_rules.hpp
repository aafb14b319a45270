// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a grant says beside its window: as the API has it, as the store keeps it, and as a lock gets it (spec/schedule.md).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/link/snapshot.hpp"
#include "server/domain/id.hpp"
#include "server/domain/problem.hpp"
#include "server/domain/schedule.hpp"
#include "server/store/store.hpp"

namespace cardea::server::usecases {

/// The API's form of a Schedule. Described for JSON in grant_rules_json.hpp.
enum class Day : std::uint8_t { kMon, kTue, kWed, kThu, kFri, kSat, kSun };
struct TimesText {
  std::string from;
  std::string to;
};
struct WeeklyText {
  std::vector<Day> days;
  std::string from;
  std::string to;
};
struct ExceptionText {
  std::string date;
  std::vector<TimesText> times;
};
struct ScheduleText {
  std::optional<std::vector<WeeklyText>> weekly;
  std::optional<std::vector<std::string>> holidays;
  std::optional<std::vector<ExceptionText>> exceptions;
};

struct GrantRules {
  std::optional<ScheduleText> schedule;
  std::optional<ScheduleId> named_schedule;                ///< that the grant follows; `schedule` is what it says now
  std::optional<std::uint16_t> max_uses;                   ///< 1..65,535, at each door
  std::optional<std::uint32_t> expires_after_first_use_s;  ///< 60..31,622,400, at each door

  [[nodiscard]] bool say_anything() const { return schedule || max_uses || expires_after_first_use_s; }
  /// True when the lock has to count for it.
  [[nodiscard]] bool count() const { return max_uses || expires_after_first_use_s; }
};

inline constexpr std::size_t weekly_times_count_max = 28;
inline constexpr std::size_t schedule_date_count_max = 200;  ///< holidays, and exceptions
inline constexpr std::size_t exception_times_count_max = 4;

/// 400 with the place of what is wrong, below /schedule and so on.
Outcome<Done> check_rules(const GrantRules& rules);
/// A schedule that check_rules() let through.
Schedule schedule_of(const ScheduleText& text);
/// One text for one meaning, and back.
std::string stored_text(const ScheduleText& schedule);
ScheduleText schedule_of_stored(std::string_view text);

/// A grant's end as a slot's rule has it; nothing for an end that 32 bits do not reach.
std::optional<std::uint32_t> rule_end_of(UnixSeconds end);

/// How many different schedules the slots of a lock follow, without `but` if that is given.
Task<std::uint32_t> count_schedules(Transaction& tx, WorkspaceId workspace, LockRef lock,
                                    std::optional<std::string> but = std::nullopt);
Problem schedules_full();
/// Whether a lock that holds `schedule` beside those of its other slots would hold more than eight.
Task<bool> schedules_are_full(Transaction& tx, WorkspaceId workspace, LockRef lock, std::string schedule);

/// What the slots of a snapshot need: gathers the schedules that they share, then compiles and encodes them.
class ScheduleGathering {
 public:
  /// The number that a slot's rule names.
  std::uint8_t number_of(const std::string& stored);
  /// Puts the set into `out`; returns when the lock should get a later one. Nothing: there are no schedules. What cannot be
  /// compiled is closed.
  std::optional<UnixSeconds> compile_into(ScheduleSet& out, const std::string& zone, UnixSeconds now) const;

 private:
  std::vector<std::string> stored_;
};

/// What slot_rule_of() reads, of `credentials AS c` and `access_grants AS g`.
inline constexpr std::string_view slot_rule_columns =
    "g.schedule, g.max_uses, g.expires_after_first_use_s, c.ends_at_lock, g.to_at";
/// The rule of a credential's slot, from `column` on; its schedule goes to `schedules`. Empty where there is no grant.
SlotRule slot_rule_of(Row row, std::size_t column, ScheduleGathering& schedules);

/// ScheduleGathering::compile_into() for the zone that the door has now.
Task<std::optional<UnixSeconds>> compile_for_door(Transaction& tx, WorkspaceId workspace, DoorId door,
                                                  ScheduleGathering schedules, UnixSeconds now, ScheduleSet& out);

}  // namespace cardea::server::usecases
