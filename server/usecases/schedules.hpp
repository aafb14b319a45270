// SPDX-License-Identifier: Apache-2.0
#pragma once
// Schedules with a name that many grants follow, and calendars of holidays that many schedules follow. A change goes to every
// lock that holds one of their grants' slots, as its next desired version; what it is at each lock can be asked.

#include "server/usecases/context.hpp"
#include "server/usecases/grant_rules.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

inline constexpr std::size_t schedule_calendar_count_max = 4;

struct Calendar {
  CalendarId id;
  std::string name;
  std::vector<std::string> dates;  ///< ascending
  UnixSeconds created_at;
  UnixSeconds changed_at;
};
struct CalendarChange {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> dates;
};
Task<Outcome<Page<Calendar>>> list_calendars(Context& context, WorkspaceId workspace, PageRequest page);
Task<Outcome<Calendar>> find_calendar(Context& context, WorkspaceId workspace, CalendarId calendar);
/// 400, 409 `already_exists`.
Task<Outcome<Calendar>> create_calendar(Context& context, Principal caller, std::string name, std::vector<std::string> dates);
/// Changes every schedule that follows it. 404, and as change_schedule().
Task<Outcome<Calendar>> change_calendar(Context& context, Principal caller, CalendarId calendar, CalendarChange change);
/// 409 `calendar_in_use` with the schedules that follow it.
Task<Outcome<Done>> delete_calendar(Context& context, Principal caller, CalendarId calendar);

struct NamedSchedule {
  ScheduleId id;
  std::string name;
  ScheduleText times;
  std::vector<CalendarId> calendars;
  UnixSeconds created_at;
  UnixSeconds changed_at;
  std::uint32_t grants = 0;         ///< that follow it and are not over
  std::uint32_t locks = 0;          ///< that hold slots of such grants
  std::uint32_t locks_waiting = 0;  ///< those of them that have not acknowledged its newest form
};
struct ScheduleCreate {
  std::string name;
  ScheduleText times;
  std::vector<CalendarId> calendars;
};
struct ScheduleChange {
  std::optional<std::string> name;
  std::optional<ScheduleText> times;
  std::optional<std::vector<CalendarId>> calendars;
};
Task<Outcome<Page<NamedSchedule>>> list_schedules(Context& context, Viewer viewer, PageRequest page);
Task<Outcome<NamedSchedule>> find_schedule(Context& context, Viewer viewer, ScheduleId schedule);
/// 400 as check_rules(), 404 `calendar_not_found`, 409 `already_exists`.
Task<Outcome<NamedSchedule>> create_schedule(Context& context, Principal caller, ScheduleCreate create);
/// 404, 400 as above; 409 `schedules_full` when a lock would hold a ninth schedule by it: then nothing changes anywhere.
Task<Outcome<NamedSchedule>> change_schedule(Context& context, Principal caller, ScheduleId schedule, ScheduleChange change);
/// 409 `schedule_in_use` with the grants that follow it.
Task<Outcome<Done>> delete_schedule(Context& context, Principal caller, ScheduleId schedule);

/// What a schedule is at one lock.
struct ScheduleAtLock {
  LockRef lock;
  DoorId door;
  bool on_lock = false;  ///< its newest form is acknowledged
  std::optional<UnixSeconds> seen_at;
};
Task<Outcome<Page<ScheduleAtLock>>> list_schedule_locks(Context& context, Viewer viewer, ScheduleId schedule, PageRequest page);

/// What a grant that follows the schedule has as its own (stored_text()). 404 `schedule_not_found`.
Task<Outcome<std::string>> effective_schedule(Transaction& tx, WorkspaceId workspace, ScheduleId schedule);

}  // namespace cardea::server::usecases
