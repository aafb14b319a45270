// SPDX-License-Identifier: Apache-2.0
#pragma once
// Events as the store has them. For this folder only.

#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

/// What read_event() reads, from column 0 on.
inline constexpr std::string_view event_columns = "position, event, header, body_sealed, leaf, person, type";
inline constexpr std::size_t event_column_count = 7;
Task<StoredEvent> read_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, Row row);
/// The first position that was recorded at `time` or later: recorded_at never goes back, and positions have no gaps.
Task<std::int64_t> position_recorded_at(Transaction& tx, WorkspaceId workspace, UnixSeconds time);
/// The `method` of an event's header, "" for none.
std::string method_of_header(const std::string& header);

}  // namespace cardea::server::usecases
