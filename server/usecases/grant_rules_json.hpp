// SPDX-License-Identifier: Apache-2.0
#pragma once
// The JSON of grant_rules.hpp: for what reads or writes it.

#include "server/json/json.hpp"
#include "server/usecases/grant_rules.hpp"

namespace cardea::server::usecases {

BOOST_DESCRIBE_ENUM(Day, kMon, kTue, kWed, kThu, kFri, kSat, kSun)
BOOST_DESCRIBE_STRUCT(TimesText, (), (from, to))
BOOST_DESCRIBE_STRUCT(WeeklyText, (), (days, from, to))
BOOST_DESCRIBE_STRUCT(ExceptionText, (), (date, times))
BOOST_DESCRIBE_STRUCT(ScheduleText, (), (weekly, holidays, exceptions))

}  // namespace cardea::server::usecases
