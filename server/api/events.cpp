// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/events.hpp"

#include "server/api/internal/route.hpp"
#include "server/usecases/event_view.hpp"
#include "server/usecases/operators.hpp"

namespace cardea::server::api {

namespace {

using usecases::view_of;

/// The filters that a list and a stream share; complaints stay in `query`.
usecases::EventQuery read_filters(Query& query) {
  usecases::EventQuery asked;
  asked.after = query.integer("after", 0, std::numeric_limits<std::int64_t>::max());
  asked.site = query.id<SiteId>("site_id");
  asked.door = query.id<DoorId>("door_id");
  asked.lock = query.id<LockRef>("lock_id");
  asked.person = query.id<PersonId>("person_id");
  if (const auto type = query.text("type")) {
    asked.type = event_type_of(*type);
    if (!asked.type) query.complain("type", "is no type of event, such as access.granted");
  }
  return asked;
}

Task<Outcome<Response>> list_events(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "after", "site_id", "door_id", "lock_id", "person_id",
                                                      "type", "from", "to"}));
  usecases::EventQuery asked = read_filters(query);
  asked.page = query.page();
  asked.from = query.instant("from");
  asked.to = query.instant("to");
  CARDEA_CO_TRY(query.finish());
  if (asked.from && asked.to && *asked.to <= *asked.from) {
    Problem problem = invalid("to", "must be later than from: the window would end before it starts");
    problem.code = "window_inverted";
    co_return problem;
  }
  CARDEA_CO_ASSIGN(const auto events, co_await usecases::list_events(context, request.principal, std::move(asked)));
  co_return answer(200, view_of_page(events, [](const usecases::StoredEvent& event) { return view_of(event); }));
}

constexpr std::chrono::seconds stream_heartbeat{15};
/// So soon does a stream end after its key; and so often does it ask whether the peer is still there.
constexpr std::chrono::seconds stream_look{1};
constexpr std::uint32_t stream_batch_count = 100;

std::string server_sent(const usecases::StoredEvent& event) {
  return "id: " + std::to_string(event.position) + "\ndata: " + json::print(view_of(event)) + "\n\n";
}

/// Sends what there is after `asked.after`, and then what comes, until the stream is over.
Task<void> follow_events(Context& context, Principal caller, usecases::EventQuery asked, http::BodyWriter& out) {
  const Viewer viewer = caller;
  std::int64_t position = *asked.after;
  auto heartbeat_at = std::chrono::steady_clock::now();
  bool is_open = co_await out.write("retry: 2000\n\n");
  while (is_open) {
    // Before the page: whatever of the filter is up to here is in the pages then.
    const auto newest = co_await usecases::newest_position(context, viewer.workspace);
    asked.after = position;
    const auto page = co_await usecases::list_events(context, viewer, asked);
    if (!newest || !page) co_return;  // the store is in trouble: the client comes back to where it was
    // After the page: if nothing holds them now, nothing held them when it was read.
    if (!page->items.empty() && !viewer.limit) {
      const auto limited = co_await usecases::is_limited_now(context, caller);
      if (!limited || *limited) co_return;
    }
    std::string text;
    for (const auto& event : page->items) text += server_sent(event);
    if (!page->items.empty()) position = page->items.back().position;
    if (!page->next) position = std::max(position, *newest);
    const auto now = std::chrono::steady_clock::now();
    if (text.empty() && now >= heartbeat_at) text = "id: " + std::to_string(position) + "\n\n";
    if (!text.empty()) heartbeat_at = now + stream_heartbeat;
    is_open = co_await out.write(std::move(text));
    if (!is_open) co_return;
    if (!page->next) is_open = co_await context.feed.wait(viewer.workspace, position, stream_look);
  }
}

Outcome<std::optional<std::int64_t>> last_event_id(const Request& request) {
  const std::string_view text = request.header("last-event-id");
  if (text.empty()) return std::optional<std::int64_t>{};
  std::int64_t position = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc{} || end != text.data() + text.size() || position < 0)
    return invalid("Last-Event-ID", "is not the id of an event of this stream, which is its position");
  return std::optional(position);
}

Task<Outcome<Response>> stream_events(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"after", "site_id", "door_id", "lock_id", "person_id", "type"}));
  usecases::EventQuery asked = read_filters(query);
  asked.page.limit = stream_batch_count;
  CARDEA_CO_TRY(query.finish());
  // Who reconnects by itself (EventSource) sends the same URL, and where it was.
  CARDEA_CO_ASSIGN(const std::optional<std::int64_t> resumed, last_event_id(request));
  if (resumed) asked.after = *resumed;
  if (!asked.after) {
    CARDEA_CO_ASSIGN(const std::int64_t newest, co_await usecases::newest_position(context, request.principal.workspace));
    asked.after = newest;
  }
  Response response{200, "text/event-stream", {}, {{"X-Accel-Buffering", "no"}}};
  response.stream = [&context, caller = request.principal, asked](http::BodyWriter& out) {
    return follow_events(context, caller, asked, out);
  };
  co_return response;
}

Task<Outcome<Response>> get_event(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const EventId id, request.id_of<EventId>("event_id"));
  CARDEA_CO_ASSIGN(const auto event, co_await usecases::find_event(context, request.principal.workspace, id));
  co_return answer(200, {{"event", view_of(event)},
                         {"header", event.header},
                         {"body", event.body.empty() ? json::Any(nullptr) : json::Any(hex_of(event.body))}});
}

}  // namespace

void add_events(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/events", Permission::kEventsRead, Reach::kPlaces, list_events);
  add(router, context, Method::kGet, "/v1/events/stream", Permission::kEventsRead, Reach::kPlaces, stream_events,
      {.has_etag = false});
  add(router, context, Method::kGet, "/v1/events/{event_id}", Permission::kEventsRead, Reach::kPlaces, get_event);
}

}  // namespace cardea::server::api
