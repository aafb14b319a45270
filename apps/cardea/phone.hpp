// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone as a file: what the phone app does (spec/phone.md), for who tries the platform without one. The file holds the
// phone's keys in the clear, mode 0600: it is a phone for trying, not one to carry about.

#include <optional>
#include <string>
#include <vector>

#include "apps/cardea/api.hpp"
#include "core/phone/leases.hpp"

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

  /// An order (spec/phone.md §5): `members` are those of its body beside the phone and the moment. Returns the answer.
  boost::json::value order(Api& api, const std::string& path, boost::json::object members = {});

  /// Fetches leases of its virtual keys, for which it makes a pair when it has none yet.
  void fetch_leases(Api& api);
  /// True when it has no leases, or the platform wants it to come for the next ones.
  [[nodiscard]] bool leases_are_due(UnixSeconds now) const;

  /// What became of an opening.
  struct Opening {
    bool answered = false;  ///< false: the lock takes no key of this phone, and does not say why
    bool opened = false;
    std::string reason;                        ///< of a refusal, as records have it
    std::optional<std::uint32_t> list_number;  ///< of the list that it brought to the lock
  };
  /// Opens a door with its virtual key: `near` is the socket that stands for the lock's radio. No network is needed.
  [[nodiscard]] Opening open_door(const std::string& door, const std::string& near) const;

  struct Shown {
    std::string door;
    std::optional<std::string> code;  ///< nothing: no key of this hour, or it is not the time
    UnixSeconds until;                ///< how long the phone shows it
  };
  /// What it shows now: no network is needed.
  [[nodiscard]] std::vector<Shown> codes_at(UnixSeconds now) const;

 private:
  template <class Send>
  boost::json::value send(Send send);
  template <class Body, class Aad>
  std::vector<std::uint8_t> ask(Api& api, const char* path, Body body, Aad aad);
  void store() const;

  std::string file_;
  std::string id_;
  phone::PhoneKeys keys_;
  std::uint64_t asked_at_ = 0;
  std::vector<std::uint8_t> schedule_;
  std::optional<KeyBytes> virtual_key_;  ///< private half
  std::vector<std::uint8_t> leases_;
};

}  // namespace cardea::client
