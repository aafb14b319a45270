// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/conditional.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "server/store/first_write_store.hpp"

namespace cardea::server::api {

namespace {

constexpr std::size_t tag_size_bytes = 16;

std::string hash_of(std::string_view text) {
  Bytes<SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return hex_of(ByteSpan(hash).first(tag_size_bytes));
}

/// The body without what the thing reports of itself.
std::string settled_text(std::string_view body, const std::vector<std::string_view>& reported) {
  auto document = json::parse(body);
  if (!document) throw std::runtime_error("an answer of ours is no JSON");
  for (const std::string_view pointer : reported) {
    const std::size_t last = pointer.rfind('/');
    boost::system::error_code missing;
    json::Any* parent = document->find_pointer({pointer.data(), last}, missing);
    if (parent != nullptr && parent->is_object()) parent->as_object().erase(pointer.substr(last + 1));
  }
  return json::print(*document);
}

std::string etag_of(std::string_view body, const std::vector<std::string_view>& reported) {
  if (reported.empty()) return fmt::format("\"{}\"", hash_of(body));
  return fmt::format("\"{}.{}\"", hash_of(body), hash_of(settled_text(body, reported)));
}

/// What If-Match compares: the part after the point, if there is one.
std::string_view settled_part(std::string_view tag) {
  const std::size_t point = tag.find('.');
  return point == std::string_view::npos ? tag : tag.substr(point);
}

/// If-None-Match: any state, or this one; weakened by a proxy it is still this one (RFC 9110 §13.1.2).
bool names_as_known(const Request& request, std::string_view tag) {
  return std::ranges::any_of(request.elements("if-none-match"), [&](std::string_view named) {
    if (named.starts_with("W/")) named.remove_prefix(2);
    return named == "*" || named == tag;
  });
}

/// If-Match: any state, or this one; a weak tag is none (§13.1.1).
bool names_as_seen(const Request& request, std::string_view tag) {
  return std::ranges::any_of(request.elements("if-match"), [&](std::string_view named) {
    return named == "*" || (named.starts_with('"') && settled_part(named) == settled_part(tag));
  });
}

bool has_if_match(const Request& request) { return !request.elements("if-match").empty(); }

Problem changed_since() {
  return {412,
          "precondition_failed",
          "This is not the state that If-Match names: it was changed since you read it. Nothing was done. Read it again, see "
          "whether your change still makes sense, and send it with the ETag of that answer, in its quotes.",
          {},
          {}};
}

Problem has_no_state() {
  return {412,
          "precondition_failed",
          "Nothing reads this alone, so it has no ETag and no If-Match is true. Nothing was done. Send it without If-Match.",
          {},
          {}};
}

const TaggedRead* read_at(const http::Router& router, std::string_view path) {
  for (const auto& route : router.routes())
    if (route->method == Method::kGet && route->path == path) return route->handler.target<TaggedRead>();
  const std::size_t last = path.rfind('/');
  if (last == 0 || last == std::string_view::npos || path.ends_with('}')) return nullptr;
  return read_at(router, path.substr(0, last));
}

/// The store as a handler sees it that reads inside somebody's open transaction.
class InTransaction final : public Store {
 public:
  explicit InTransaction(Transaction& tx) : tx_(tx) {}

 protected:
  Task<std::optional<Problem>> run_body(const Body& body, Access access) override {
    CARDEA_ASSERT(access == Access::kRead);
    (void)co_await body(tx_);
    co_return std::nullopt;
  }

 private:
  Transaction& tx_;
};

/// The store as the handler of a guarded request sees it: its first change looks at what there is, before and after.
class GuardedStore final : public FirstWriteStore {
 public:
  GuardedStore(Context& context, const Request& request, const TaggedRead* read)
      : FirstWriteStore(context.store), context_(context), request_(request), read_(read), look_{request} {
    look_.method = Method::kGet;
    look_.query = {};
    look_.body = {};
  }
  /// Of what there is since the first change, or of what there was when it was refused.
  [[nodiscard]] const std::optional<std::string>& tag() const { return tag_; }

 protected:
  Task<Outcome<Done>> first_write(Transaction& tx, const Change& change) override {
    CARDEA_CO_TRY(co_await check(tx));
    CARDEA_CO_TRY(co_await change(tx));
    tag_ = std::nullopt;
    auto now = co_await look(tx);
    if (now) tag_ = *std::move(now);
    co_return Done{};
  }

 private:
  Task<Outcome<Done>> check(Transaction& tx) {
    if (!has_if_match(request_)) co_return Done{};
    if (read_ == nullptr) co_return has_no_state();
    CARDEA_CO_ASSIGN(std::string now, co_await look(tx));
    if (names_as_seen(request_, now)) co_return Done{};
    tag_ = std::move(now);
    co_return changed_since();
  }

  Task<Outcome<std::string>> look(Transaction& tx) {
    if (read_ == nullptr) co_return has_no_state();
    InTransaction here(tx);
    Context inside = context_.with(here);
    CARDEA_CO_ASSIGN(const Response shown, co_await read_->endpoint(inside, look_));
    co_return etag_of(shown.body, read_->reported);
  }

  Context& context_;
  const Request& request_;
  const TaggedRead* read_;
  Request look_;  // the GET of what is to be changed
  std::optional<std::string> tag_;
};

Task<Response> run_tagged(Endpoint endpoint, Context& context, const Request& request,
                          const std::vector<std::string_view>& reported) {
  Response response = co_await run(endpoint, context, request);
  if (response.status != 200 || response.stream) co_return response;
  std::string tag = etag_of(response.body, reported);
  if (names_as_known(request, tag)) response = {304, {}, {}, {}};
  response.headers.emplace_back("ETag", std::move(tag));
  co_return response;
}

}  // namespace

Task<Response> TaggedRead::operator()(const Request& request) const {
  return run_tagged(endpoint, *context, request, reported);
}

Task<Response> run_guarded(Endpoint endpoint, Context& context, const Request& request, const http::Router& router,
                           std::string path) {
  GuardedStore store(context, request, read_at(router, path));
  Context with_guard = context.with(store);
  Response response = co_await run(endpoint, with_guard, request);
  const bool shows = response.status < 300 || response.status == 412;
  if (shows && store.tag()) response.headers.emplace_back("ETag", *store.tag());
  co_return response;
}

Outcome<Done> takes_no_if_match(const Request& request) {
  if (!has_if_match(request)) return Done{};
  return invalid("If-Match",
                 "is for PATCH, PUT and DELETE. This adds or does something: send it without, with an Idempotency-Key.");
}

}  // namespace cardea::server::api
