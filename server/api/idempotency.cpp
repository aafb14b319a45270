// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/idempotency.hpp"

#include <openssl/sha.h>

#include <algorithm>

#include "server/api/internal/idempotency.hpp"

namespace cardea::server::api {

namespace {

constexpr std::string_view header_name = "Idempotency-Key";
constexpr std::size_t key_size_chars_max = 255;

struct AnswerHead {
  std::uint16_t status = 0;
  std::string content_type;
  std::vector<std::string> headers;  // name, value, name, value …
};
BOOST_DESCRIBE_STRUCT(AnswerHead, (), (status, content_type, headers))

/// One line of JSON, then the body as it is.
std::string text_of(const Response& response) {
  AnswerHead head{response.status, response.content_type, {}};
  for (const auto& [name, value] : response.headers) head.headers.insert(head.headers.end(), {name, value});
  return json::write(head) + "\n" + response.body;
}

Response response_of_text(const std::string& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const auto head = json::read<AnswerHead>(std::string_view(text).substr(0, end));
  if (!head || end == text.size()) throw std::runtime_error("a kept answer does not read");
  Response response{head->status, head->content_type, text.substr(end + 1), {}};
  for (std::size_t i = 0; i + 1 < head->headers.size(); i += 2)
    response.headers.emplace_back(head->headers[i], head->headers[i + 1]);
  response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

Bytes<32> hash_of(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) {
    all += std::to_string(part.size()) + ":";
    all += part;
  }
  Bytes<32> hash;
  SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), hash.data());
  wipe({reinterpret_cast<std::uint8_t*>(all.data()), all.size()});
  return hash;
}

/// The key, with or without the quotes of a structured header; nothing when none was sent.
Outcome<std::optional<std::string_view>> read_key(const Request& request) {
  const auto is_named = [](const auto& header) {
    return std::ranges::equal(header.first, header_name, [](char a, char b) { return std::tolower(a) == std::tolower(b); });
  };
  const auto count = std::ranges::count_if(request.headers, is_named);
  if (count == 0) return std::optional<std::string_view>{};
  if (count > 1) return invalid(std::string(header_name), "comes twice");
  std::string_view key = request.header("idempotency-key");
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  const auto is_good = [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (key.empty() || key.size() > key_size_chars_max || !std::ranges::all_of(key, is_good))
    return invalid(std::string(header_name), "must be 1 to 255 visible ASCII characters, such as a UUID");
  return std::optional(key);
}

Response answer_again(const usecases::KnownAnswer& known) {
  if (!known.same_request)
    return http::response_of({422,
                              "idempotency_key_reused",
                              "Another request was sent with this Idempotency-Key. Send this one with a key of its own.",
                              {},
                              {}});
  if (!known.answer)
    return http::response_of(conflict(
        "idempotency_answer_lost",
        "The first request with this Idempotency-Key was worked on, and its answer is not kept: the platform was stopped "
        "before that, or you were limited to other places since. "
        "Look at what is there; nothing was done a second time."));
  return response_of_text(*known.answer);
}

/// Takes a key's place while its first request runs.
class Place {
 public:
  Place(RunningKeys& running, std::string key) : running_(running), key_(std::move(key)) {
    is_taken_ = running_.insert(key_).second;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (is_taken_) running_.erase(key_);
  }
  [[nodiscard]] bool is_taken() const { return is_taken_; }

 private:
  RunningKeys& running_;
  std::string key_;
  bool is_taken_ = false;
};

bool is_kept(const Response& response, bool has_effect) {
  return has_effect || (response.status < 500 && response.status != 429);
}

}  // namespace

Task<Response> run_once(const Work& work, Context& context, const Request& request, RunningKeys& running) {
  const auto key = read_key(request);
  if (!key) co_return http::response_of(key.error());
  if (!*key) co_return co_await work(context);
  const usecases::KeyedRequest keyed{
      request.principal.workspace, request.principal.by(), hash_of({**key}),
      hash_of({name_of(request.method), request.path, request.query, request.header("content-type"), request.body})};

  const Place place(running, hex_of(keyed.workspace.bytes) + keyed.caller + hex_of(keyed.key));
  if (!place.is_taken()) co_return http::response_of(usecases::idempotency_key_in_use());
  const auto known = co_await usecases::find_answer(context, keyed);
  if (!known) co_return http::response_of(known.error());
  if (*known) co_return answer_again(**known);

  usecases::KeyedStore store(context, keyed);
  Context with_key = context.with(store);
  const Response response = co_await work(with_key);
  // What cannot be kept is true all the same; whoever asks again hears that it was lost.
  if (is_kept(response, store.has_effect()))
    (void)co_await usecases::keep_answer(context, keyed, store.has_effect(), text_of(response));
  co_return response;
}

}  // namespace cardea::server::api
