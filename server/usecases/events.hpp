// SPDX-License-Identifier: Apache-2.0
#pragma once
// The log of events: appending is part of the transaction that does what the event tells.

#include <vector>

#include "server/base/task.hpp"
#include "server/domain/event.hpp"
#include "server/keys/key_store.hpp"
#include "server/store/store.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

/// Who an event is about: sealed under the person's key.
struct EventSubject {
  std::optional<PersonId> person;
  std::optional<GrantId> grant;
  std::optional<CredentialId> credential;
};

/// Gives the event the next position of its workspace, seals its body, and stores it with its leaf. Returns the position.
/// `record`: the lock's 44 bytes, when it was made of one.
Task<std::int64_t> append_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventFacts facts, EventSubject subject,
                                UnixSeconds now, std::optional<audit::RecordBytes> record = std::nullopt);

/// An event as it is read.
struct StoredEvent {
  std::int64_t position = 0;
  EventId id;
  std::optional<EventType> type;  ///< nothing for one of a newer version of the platform
  std::string header;
  Blob body;
  Bytes<32> leaf{};
  EventSubject subject;  ///< empty when there is none, or the person was erased
};

struct EventQuery {
  PageRequest page;
  std::optional<std::int64_t> after;  ///< oldest first from here on; otherwise newest first
  std::optional<SiteId> site;
  std::optional<DoorId> door;
  std::optional<LockRef> lock;
  std::optional<PersonId> person;
  std::optional<EventType> type;
  std::optional<UnixSeconds> from;
  std::optional<UnixSeconds> to;
};

/// Whoever is limited sees what happened at their doors: of everything else it is the workspace's.
Task<Outcome<Page<StoredEvent>>> list_events(Context& context, Viewer viewer, EventQuery query);
/// The position of the workspace's newest event, 0 when there is none.
Task<Outcome<std::int64_t>> newest_position(Context& context, WorkspaceId workspace);

/// Which conditions a page of events has beside its positions.
struct EventFilters {
  bool door = false, lock = false, person = false, type = false, site = false;
};
/// The statement for one page: ?1 workspace, ?2 and ?3 the positions around it, ?4 how many, ?5 to ?9 the filters. Each runs
/// along an index in the order of positions, so a page costs what it holds.
std::string_view event_page_sql(EventFilters filters, bool oldest_first);
Task<Outcome<StoredEvent>> find_event(Context& context, WorkspaceId workspace, EventId id);

}  // namespace cardea::server::usecases
