// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an owner sets, for a workspace and for a lock, with its limits (link.md §5). Kept as JSON; an absent member is its
// default, so a row of an older version reads well.

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>

#include "core/link/snapshot.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server {

/// What new locks of a workspace start with, and the hours of keys that an unprotected lock is given.
struct WorkspaceSettings {
  std::uint8_t otp_digits = otp_digits_max;
  std::uint8_t code_digits = 10;
  std::uint8_t pin_digits = 0;  ///< apply() makes 0 the default: 6, or 7 where one-time codes have 6 (pin.md P13)
  std::uint32_t activation_window_s = activation_window_default_s;
  std::uint8_t schedule_hours = 48;
  std::uint32_t lease_s = 86'400;  ///< of virtual keys (grant.md §5)
  bool phone_unlock = true;        ///< phones open doors from afar while their keys open them (phone.md PH18)
  std::uint16_t shares_max = 5;    ///< keys that one person shares at a time, where their grant lets them; 0: none (PH21)
  std::uint32_t share_s_max = 14 * 86'400;  ///< how long one of them
};
inline constexpr std::uint8_t schedule_hours_min = 2;
inline constexpr std::uint32_t lease_min_s = 600;
inline constexpr std::uint32_t lease_max_s = 7 * 86'400;
inline constexpr std::uint16_t shares_max_most = 50;
inline constexpr std::uint32_t share_s_max_least = 600;
inline constexpr std::uint32_t share_s_max_most = 366 * 86'400;

/// Members that are to change, or that are stored.
struct WorkspaceSettingsPatch {
  std::optional<std::uint8_t> otp_digits;
  std::optional<std::uint8_t> code_digits;
  std::optional<std::uint8_t> pin_digits;
  std::optional<std::uint32_t> activation_window_s;
  std::optional<std::uint8_t> schedule_hours;
  std::optional<std::uint32_t> lease_s;
  std::optional<bool> phone_unlock;
  std::optional<std::uint16_t> shares_max;
  std::optional<std::uint32_t> share_s_max;
};
BOOST_DESCRIBE_STRUCT(WorkspaceSettingsPatch, (),
                      (otp_digits, code_digits, pin_digits, activation_window_s, schedule_hours, lease_s, phone_unlock,
                       shares_max, share_s_max))

struct LockSettingsPatch {
  std::optional<std::uint8_t> otp_digits;
  std::optional<std::uint8_t> code_digits;
  std::optional<std::uint8_t> pin_digits;
  std::optional<std::uint16_t> code_epoch;
  std::optional<std::uint32_t> activation_window_s;
  std::optional<bool> only_keypad;
  std::optional<bool> refuse_when_log_full;
  std::optional<std::uint32_t> time_step_max_s;
  std::optional<std::uint16_t> open_ms;
};
BOOST_DESCRIBE_STRUCT(LockSettingsPatch, (),
                      (otp_digits, code_digits, pin_digits, code_epoch, activation_window_s, only_keypad, refuse_when_log_full,
                       time_step_max_s, open_ms))

/// `base` with what `patch` names; 400 `invalid_request` with a pointer below `at` for each number outside its limits.
/// A length of PINs that nobody named moves out of the way of the other two.
Outcome<WorkspaceSettings> apply(const WorkspaceSettings& base, const WorkspaceSettingsPatch& patch,
                                 const std::string& at = {});
Outcome<link::Settings> apply(const link::Settings& base, const LockSettingsPatch& patch, const std::string& at = {});

/// All members, for the store.
WorkspaceSettingsPatch patch_of(const WorkspaceSettings& settings);
LockSettingsPatch patch_of(const link::Settings& settings);

}  // namespace cardea::server
