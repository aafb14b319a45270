// SPDX-License-Identifier: Apache-2.0
#include "server/domain/settings.hpp"

#include <fmt/format.h>

namespace cardea::server {

namespace {

/// Takes numbers over and gathers those outside their limits.
class Limits {
 public:
  explicit Limits(const std::string& at) : at_(at) {}

  template <class T>
  void take(const std::optional<T>& value, std::string_view name, T low, T high, T& out) {
    if (!value) return;
    if (*value < low || *value > high)
      places_.push_back({fmt::format("{}/{}", at_, name), fmt::format("must be {} to {}", low, high)});
    else
      out = *value;
  }

  /// pin.md P1, P13.
  void take_pins(const std::optional<std::uint8_t>& wanted, std::uint8_t otp_digits, std::uint8_t code_digits,
                 std::uint8_t& out) {
    take(wanted, "pin_digits", pin_digits_min, pin_digits_max, out);
    if (is_pin_length(out, otp_digits, code_digits)) return;
    if (wanted)
      places_.push_back({fmt::format("{}/pin_digits", at_),
                         "must differ from otp_digits and code_digits: the length of what is typed says what it is"});
    else
      out = otp_digits == pin_digits_min ? pin_digits_min + 1 : pin_digits_min;
  }

  template <class T>
  Outcome<T> finish(T settings) {
    if (places_.empty()) return settings;
    Problem problem = invalid(places_.front().pointer, places_.front().detail);
    problem.errors = std::move(places_);
    return problem;
  }

 private:
  std::string at_;
  std::vector<ProblemPlace> places_;
};

}  // namespace

Outcome<WorkspaceSettings> apply(const WorkspaceSettings& base, const WorkspaceSettingsPatch& patch, const std::string& at) {
  WorkspaceSettings out = base;
  Limits limits(at);
  limits.take(patch.otp_digits, "otp_digits", otp_digits_min, otp_digits_max, out.otp_digits);
  limits.take(patch.code_digits, "code_digits", code_digits_min, code_digits_max, out.code_digits);
  limits.take_pins(patch.pin_digits, out.otp_digits, out.code_digits, out.pin_digits);
  limits.take(patch.activation_window_s, "activation_window_s", 1u, activation_window_max_s, out.activation_window_s);
  limits.take<std::uint8_t>(patch.schedule_hours, "schedule_hours", schedule_hours_min, link::snapshot_hour_count_max,
                            out.schedule_hours);
  limits.take(patch.lease_s, "lease_s", lease_min_s, lease_max_s, out.lease_s);
  if (patch.phone_unlock) out.phone_unlock = *patch.phone_unlock;
  limits.take<std::uint16_t>(patch.shares_max, "shares_max", 0, shares_max_most, out.shares_max);
  limits.take(patch.share_s_max, "share_s_max", share_s_max_least, share_s_max_most, out.share_s_max);
  return limits.finish(out);
}

Outcome<link::Settings> apply(const link::Settings& base, const LockSettingsPatch& patch, const std::string& at) {
  link::Settings out = base;
  Limits limits(at);
  limits.take(patch.otp_digits, "otp_digits", otp_digits_min, otp_digits_max, out.codes.otp_digits);
  limits.take(patch.code_digits, "code_digits", code_digits_min, code_digits_max, out.codes.code_digits);
  limits.take_pins(patch.pin_digits, out.codes.otp_digits, out.codes.code_digits, out.codes.pin_digits);
  limits.take<std::uint16_t>(patch.code_epoch, "code_epoch", base.codes.code_epoch, 0xffff, out.codes.code_epoch);
  limits.take(patch.activation_window_s, "activation_window_s", 1u, activation_window_max_s, out.codes.activation_window_s);
  limits.take(patch.time_step_max_s, "time_step_max_s", 60u, activation_window_max_s, out.time_step_max_s);
  limits.take<std::uint16_t>(patch.open_ms, "open_ms", 100, 10'000, out.open_ms);
  if (patch.only_keypad) out.codes.only_keypad = *patch.only_keypad;
  if (patch.refuse_when_log_full) out.refuse_when_log_full = *patch.refuse_when_log_full;
  return limits.finish(out);
}

namespace {

/// A length that nobody has chosen yet is left out.
std::optional<std::uint8_t> chosen(std::uint8_t pin_digits) {
  return pin_digits == 0 ? std::nullopt : std::optional(pin_digits);
}

}  // namespace

WorkspaceSettingsPatch patch_of(const WorkspaceSettings& settings) {
  return {settings.otp_digits,          settings.code_digits,    chosen(settings.pin_digits),
          settings.activation_window_s, settings.schedule_hours, settings.lease_s,
          settings.phone_unlock,        settings.shares_max,     settings.share_s_max};
}

LockSettingsPatch patch_of(const link::Settings& settings) {
  const auto& codes = settings.codes;
  return {codes.otp_digits,          codes.code_digits, chosen(codes.pin_digits),      codes.code_epoch,
          codes.activation_window_s, codes.only_keypad, settings.refuse_when_log_full, settings.time_step_max_s,
          settings.open_ms};
}

}  // namespace cardea::server
