// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who came in, for people on their phones: at doors of their own everybody, at every other door themselves (spec/phone.md
// PH20).

#include "server/usecases/phone_orders.hpp"

namespace cardea::server::usecases {

/// One opening that the lock has confirmed.
struct Entry {
  EventId id;
  std::int64_t position = 0;
  DoorId door;
  std::string door_name;
  UnixSeconds at;                     ///< by the lock's clock
  UnixSeconds recorded_at;            ///< when the platform heard of it
  std::optional<std::string> person;  ///< nothing: nobody is known to it, or they were erased
  bool is_mine = false;               ///< by whoever asks
  std::string method;                 ///< "app", "pin", "platform" …; "" for an unknown one
};
struct Entries {
  std::vector<Entry> items;          ///< the newest first
  std::optional<std::int64_t> next;  ///< ask with it as `before` for older ones
};
struct EntryQuery {
  std::optional<DoorId> door;  ///< nothing: all of them
  std::optional<std::int64_t> before;
};
/// 404 `door_not_found` for a door that none of the phone's keys opens now.
Task<Outcome<Entries>> phone_entries(Context& context, PhoneOrder order, EntryQuery query);

}  // namespace cardea::server::usecases
