// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone as the store has it, and what its requests share. For this folder only.

#include "server/usecases/events.hpp"
#include "server/usecases/phones.hpp"

namespace cardea::server::usecases {

struct PhoneRow {
  WorkspaceId workspace;
  Phone phone;
  Blob keys;
  UnixSeconds asked_at;
  std::optional<Blob> virtual_key;

  [[nodiscard]] KeyedPhone keyed() const { return {workspace.bytes, phone.id.bytes, keys}; }
};

/// 403 `phone_refused`: the same for a phone that is not there and a mac that is not its own.
Problem phone_refused();
Task<Outcome<PhoneRow>> find_phone_row(Transaction& tx, PhoneId phone);
/// PH6 and PH7, after the mac was found good. 403 `phone_ended`, `phone_clock`.
Outcome<Done> check_moment(const PhoneRow& row, UnixSeconds at, UnixSeconds now);
/// The phone was answered to its request of `at`.
Task<void> note_answer(Transaction& tx, WorkspaceId workspace, PhoneId phone, UnixSeconds at, UnixSeconds now);
/// 404 `phone_not_found`.
Task<Outcome<Phone>> read_phone(Transaction& tx, WorkspaceId workspace, PhoneId phone);
/// Of a person, oldest first, without those that have ended.
Task<std::vector<Phone>> live_phones(Transaction& tx, WorkspaceId workspace, PersonId person);
/// The same, as far as the viewer sees their grants.
Task<std::vector<Phone>> live_phones_within(Transaction& tx, Viewer viewer, PersonId person);
/// `by`: who enrolled or ended it.
Task<void> append_phone_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, Phone phone,
                              std::string by);

std::string_view name_of(PhoneEnd why);
/// Ends a phone with its credentials, inside a transaction, and adds to `locks` those that are to hear of it.
Task<Phone> end_phone_in(Transaction& tx, Context& context, WorkspaceId workspace, Phone phone, std::string because,
                         std::string by, std::vector<LockName>& locks);

void tell_locks(Context& context, const std::vector<LockName>& locks);

}  // namespace cardea::server::usecases
