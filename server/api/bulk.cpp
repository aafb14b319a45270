// SPDX-License-Identifier: Apache-2.0
// Many operations in one request and one transaction. Each is what its route does alone: the same handler, the same permission,
// the same answer. What one of them is refused takes nothing from the others, unless all or none was asked for.
#include "server/api/internal/bulk.hpp"
#include "server/api/internal/conditional.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/store/inner_store.hpp"
#include "server/store/traced_store.hpp"

namespace cardea::server::api {

namespace {

constexpr std::size_t operation_count_max = 100;
constexpr std::size_t bulk_size_bytes_max = 1 << 20;

/// What may stand in a bulk request: what people make and end many of. Their handlers await nothing but their store.
constexpr std::array<std::string_view, 8> bulk_paths{"/v1/persons",
                                                     "/v1/persons/{person_id}/revoke",
                                                     "/v1/sites",
                                                     "/v1/doors",
                                                     "/v1/access-grants",
                                                     "/v1/access-grants/{grant_id}/revoke",
                                                     "/v1/access-grants/{grant_id}/credentials",
                                                     "/v1/credentials/{credential_id}/revoke"};

struct BulkOperation {
  std::string path;
  std::optional<json::Any> body;
};
BOOST_DESCRIBE_STRUCT(BulkOperation, (), (path, body))

struct Bulk {
  std::vector<BulkOperation> operations;
  std::optional<bool> atomic;
};
BOOST_DESCRIBE_STRUCT(Bulk, (), (operations, atomic))

/// One operation: its request as its handler will see it, or why there is none.
struct Step {
  std::string path;
  std::string body;
  Request request;
  const Post* post = nullptr;
  std::optional<Problem> refused;
};

/// The links hear of what was changed when it is committed, and not before.
class LinksAfterCommit final : public Links {
 public:
  explicit LinksAfterCommit(Links& links) : links_(links) {}
  [[nodiscard]] bool is_online(const LockName& lock) const override { return links_.is_online(lock); }
  Task<Outcome<CommandAnswer>> command(LockName lock, Order order, Task<Outcome<Done>> first) override {
    return links_.command(lock, order, std::move(first));
  }
  void desired_changed(const LockName& lock) override { changed_.push_back(lock); }
  void image_changed(const LockName& lock) override { offered_.push_back(lock); }
  void claim_made(const LockName& lock) override { claimed_.push_back(lock); }
  void keys_forgotten(const LockName& lock) override { forgotten_.push_back(lock); }
  Task<Outcome<Blob>> exchange_file(LockName lock, ByteSpan file) override { return links_.exchange_file(lock, file); }

  void forget() {
    changed_.clear();
    offered_.clear();
    claimed_.clear();
    forgotten_.clear();
  }
  void tell() {
    for (const LockName& lock : changed_) links_.desired_changed(lock);
    for (const LockName& lock : offered_) links_.image_changed(lock);
    for (const LockName& lock : claimed_) links_.claim_made(lock);
    for (const LockName& lock : forgotten_) links_.keys_forgotten(lock);
  }

 private:
  Links& links_;
  std::vector<LockName> changed_;
  std::vector<LockName> offered_;
  std::vector<LockName> claimed_;
  std::vector<LockName> forgotten_;
};

Problem not_in_bulk(const std::string& path) {
  return {404, "route_not_found", path + " is no POST that may stand in a bulk request. openapi.yaml lists them.", {}, {}};
}

/// A PIN that somebody chose is charged before it is looked at (spec/pin.md P11), and here the charge would be taken back with
/// the operation: a hundred PINs could be tried out for nothing.
std::optional<Problem> refuse_chosen_pin(const BulkOperation& operation) {
  if (!operation.body || !operation.body->is_object() || !operation.body->as_object().contains("pin")) return std::nullopt;
  Problem problem =
      invalid("/pin",
              "cannot be chosen in a bulk request. Leave it out and the platform makes one, or choose it in a request "
              "of its own.");
  problem.code = "pin_not_in_bulk";
  return problem;
}

std::optional<Problem> find_post(const http::Router& router, const Principal& caller, Step& step) {
  const auto route = router.find(Method::kPost, step.path, step.request.parameters);
  if (!route || std::ranges::find(bulk_paths, (*route)->path) == bulk_paths.end()) return not_in_bulk(step.path);
  if (!caller.permissions.has((*route)->permission))
    return forbidden("forbidden", fmt::format("This needs the permission {}.", name_of((*route)->permission)));
  if (step.body.size() > (*route)->body_size_bytes_max)
    return Problem{413, "too_large", fmt::format("The body is longer than {} bytes.", (*route)->body_size_bytes_max), {}, {}};
  step.post = (*route)->handler.target<Post>();
  CARDEA_ASSERT(step.post != nullptr);
  return std::nullopt;
}

/// Held in place: the requests see the texts beside them.
std::vector<std::unique_ptr<Step>> steps_of(const http::Router& router, const Request& request, const Bulk& input) {
  std::vector<std::unique_ptr<Step>> steps;
  for (const BulkOperation& operation : input.operations) {
    auto step = std::make_unique<Step>();
    step->path = operation.path;
    if (operation.body) step->body = json::print(*operation.body);
    step->request.method = Method::kPost;
    step->request.path = step->path;
    step->request.body = step->body;
    step->request.principal = request.principal;
    step->request.peer = request.peer;
    step->request.id = request.id;
    if (operation.body) step->request.headers.emplace_back("Content-Type", "application/json");
    step->refused = find_post(router, request.principal, *step);
    if (!step->refused) step->refused = refuse_chosen_pin(operation);
    steps.push_back(std::move(step));
  }
  return steps;
}

/// The problem of one operation as that of the whole request, which did nothing.
Problem none_was_done(std::size_t index, Problem problem) {
  const std::string place = fmt::format("/operations/{}", index);
  problem.detail = fmt::format("{} could not be done, so none was: {}", place, problem.detail);
  for (ProblemPlace& at : problem.errors) at.pointer = place + "/body" + at.pointer;
  if (problem.errors.empty()) problem.errors.push_back({place, problem.code});
  return problem;
}

/// One operation, in a savepoint of its own.
Task<Outcome<Response>> do_step(Transaction& tx, Context& context, LinksAfterCommit& links, const Step& step) {
  if (step.refused) co_return *step.refused;
  InnerStore store(tx);
  Context inside = context.with(store, links);
  co_await tx.execute("SAVEPOINT operation");
  auto done = co_await step.post->endpoint(inside, step.request);
  if (!done) co_await tx.execute("ROLLBACK TO SAVEPOINT operation");
  co_await tx.execute("RELEASE SAVEPOINT operation");
  co_return done;
}

Task<Outcome<std::vector<Response>>> do_all(Context& context, const std::vector<std::unique_ptr<Step>>& steps, bool atomic) {
  LinksAfterCommit links(context.links);
  auto done = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<std::vector<Response>>> {
    links.forget();  // it may run more than once
    std::vector<Response> answers;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      auto answered = co_await do_step(tx, context, links, *steps[i]);
      if (!answered && atomic) co_return none_was_done(i, answered.error());
      answers.push_back(answered ? *std::move(answered) : http::response_of(answered.error()));
    }
    co_return answers;
  });
  if (done) links.tell();
  co_return done;
}

std::string text_of(const std::vector<Response>& answers) {
  std::string results;
  std::size_t failed = 0;
  for (const Response& one : answers) {
    failed += one.status >= 400;
    results += fmt::format(R"({}{{"status":{},"body":{}}})", results.empty() ? "" : ",", one.status,
                           one.body.empty() ? "null" : std::string_view(one.body));
  }
  return fmt::format(R"({{"done":{},"failed":{},"results":[{}]}})", answers.size() - failed, failed, results);
}

Task<Outcome<Response>> run_bulk(const http::Router& router, Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const Bulk input, read_body<Bulk>(request));
  if (input.operations.empty() || input.operations.size() > operation_count_max)
    co_return invalid("/operations", fmt::format("must be 1 to {} operations", operation_count_max));
  const auto steps = steps_of(router, request, input);
  CARDEA_CO_ASSIGN(const auto answers, co_await do_all(context, steps, input.atomic.value_or(false)));
  co_return http::json_response(200, text_of(answers));
}

Task<Response> answer_bulk(const http::Router& router, Context& context, const Request& request) {
  TracedStore store(context.store, std::string(request.trace));
  Context traced = context.with(store);
  auto done = co_await run_bulk(router, traced, request);
  co_return done ? *std::move(done) : http::response_of(done.error());
}

Task<Response> post_bulk(const http::Router& router, Context& context, const Request& request, RunningKeys& running) {
  if (const auto checked = takes_no_if_match(request); !checked) co_return http::response_of(checked.error());
  const Work work = [&router, &request](Context& inside) { return answer_bulk(router, inside, request); };
  co_return co_await run_once(work, context, request, running);
}

}  // namespace

/// Not by add(): its handler needs the route table.
void add_bulk(http::Router& router, Context& context) {
  auto post = [&router, &context, running = std::make_shared<RunningKeys>()](const Request& request) {
    return post_bulk(router, context, request, *running);
  };
  router.add(Method::kPost, "/v1/bulk", Permission::kWorkspaceRead, std::move(post), bulk_size_bytes_max);
}

}  // namespace cardea::server::api
