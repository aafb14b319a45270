// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone as a file: what the phone app does (spec/phone.md), for who tries the platform without one. The file holds the
// phone's keys in the clear, mode 0600: it is a phone for trying, not one to carry about.

#include <optional>
#include <string>
#include <vector>

#include "apps/cardea/api.hpp"
#include "core/phone/phone.hpp"

namespace cardea::client {

class FilePhone {
 public:
  /// Claims an invitation: `link` is the whole link, or what follows its #. Writes the file, which must not exist. Returns the
  /// platform's answer.
  static boost::json::value claim(Api& api, const std::string& link, const std::string& name, const std::string& file);
  /// Ends the command by Stop when there is no such file, or it is none of a phone.
  static FilePhone open(const std::string& file);

  /// Fetches a schedule and keeps it. When the platform says that the phone was ended, its keys are erased.
  void fetch(Api& api);

  struct Shown {
    std::string door;
    std::optional<std::string> code;  ///< nothing: no key of this hour, or it is not the time
    UnixSeconds until;                ///< how long the phone shows it
  };
  /// What it shows now: no network is needed.
  [[nodiscard]] std::vector<Shown> codes_at(UnixSeconds now) const;

 private:
  void store() const;

  std::string file_;
  std::string id_;
  phone::PhoneKeys keys_;
  std::uint64_t asked_at_ = 0;
  std::vector<std::uint8_t> schedule_;
};

}  // namespace cardea::client
