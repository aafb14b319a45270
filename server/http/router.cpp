// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.hpp"

namespace cardea::server::http {
namespace {

/// Takes the next segment off "/a/b"; false at the end. "/a/" has an empty last segment.
bool take_segment(std::string_view& path, std::string_view& segment) {
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(1);
  segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return true;
}

}  // namespace

Problem no_route(std::string_view path) {
  return {404, "route_not_found", "There is nothing at " + std::string(path) + ". The routes are in openapi.yaml.", {}, {}};
}

void Router::add(Method method, std::string_view path, Permission permission, Handler handler, std::size_t body_size_bytes_max,
                 Headers headers) {
  routes_.push_back(std::make_unique<Route>(
      Route{method, std::string(path), permission, std::move(handler), body_size_bytes_max, std::move(headers)}));
  Node* node = &root_;
  std::string_view rest = path;
  for (std::string_view segment; take_segment(rest, segment);) {
    std::unique_ptr<Node>* next = nullptr;
    if (segment.starts_with('{') && segment.ends_with('}')) {
      const std::string_view name = segment.substr(1, segment.size() - 2);
      CARDEA_ASSERT(node->named == nullptr || node->name == name);
      node->name = name;
      next = &node->named;
    } else {
      next = &node->literals[std::string(segment)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
  }
  CARDEA_ASSERT(rest.empty());
  CARDEA_ASSERT(node->routes.emplace(method, routes_.back().get()).second);
}

const Router::Node* Router::walk(std::string_view path,
                                 std::vector<std::pair<std::string_view, std::string>>* parameters) const {
  const Node* node = &root_;
  std::string_view rest = path;
  for (std::string_view segment; take_segment(rest, segment);) {
    if (const auto literal = node->literals.find(segment); literal != node->literals.end()) {
      node = literal->second.get();
      continue;
    }
    auto value = percent_decode(segment);
    if (node->named == nullptr || !value || value->empty()) return nullptr;
    if (parameters != nullptr) parameters->emplace_back(node->name, *std::move(value));
    node = node->named.get();
  }
  return rest.empty() && !node->routes.empty() ? node : nullptr;
}

Outcome<const Route*> Router::find(Method method, std::string_view path,
                                   std::vector<std::pair<std::string_view, std::string>>& parameters) const {
  const Node* node = walk(path, &parameters);
  if (node == nullptr) return no_route(path);
  const auto found = node->routes.find(method);
  if (found != node->routes.end()) return found->second;
  return Problem{405, "method_not_allowed", std::string(path) + " knows " + allowed_at(path) + " only.", {}, {}};
}

std::string Router::allowed_at(std::string_view path) const {
  std::string out;
  const Node* node = walk(path, nullptr);
  if (node == nullptr) return out;
  for (const auto& [method, route] : node->routes) out += (out.empty() ? "" : ", ") + std::string(name_of(method));
  return out;
}

}  // namespace cardea::server::http
