// SPDX-License-Identifier: Apache-2.0
#include "server/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>
#include <set>

namespace cardea::server::json {
namespace {

constexpr std::size_t complaint_count_max = 20;
constexpr std::size_t depth_max = 32;

/// Boost.JSON keeps the last of two members with one name; two readers could then see two documents. This scan refuses them.
/// `text` has been parsed: it is JSON.
class Repeats {
 public:
  explicit Repeats(std::string_view text) : text_(text) {}
  /// The name of a member that stands twice in one object.
  std::optional<std::string> find();

 private:
  std::string_view take_string();
  std::string_view text_;
  std::size_t at_ = 0;
};

/// The characters between quotes, escapes as they stand. `at_` is on the opening quote.
std::string_view Repeats::take_string() {
  const std::size_t begin = ++at_;
  while (text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
  return text_.substr(begin, at_++ - begin);
}

std::string unescaped(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  std::string quoted(1, '"');
  quoted.append(raw).push_back('"');
  return std::string(boost::json::parse(quoted).as_string());
}

std::optional<std::string> Repeats::find() {
  struct Level {
    bool is_object;
    std::set<std::string> names;
  };
  std::vector<Level> levels;
  bool name_comes = false;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      const std::string_view raw = take_string();
      if (!name_comes) continue;
      name_comes = false;
      std::string name = unescaped(raw);
      if (!levels.back().names.insert(name).second) return name;
      continue;
    }
    if (c == '{') levels.push_back({true, {}});
    if (c == '[') levels.push_back({false, {}});
    if (c == '}' || c == ']') levels.pop_back();
    if (c == '{' || c == ',') name_comes = levels.back().is_object;
    if (c == '[') name_comes = false;
    ++at_;
  }
  return std::nullopt;
}

}  // namespace

Outcome<Any> parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::parser parser({}, options);
  boost::system::error_code error;
  const std::size_t read = parser.write(text.data(), text.size(), error);
  if (error) {
    const std::string what = text.empty() ? "it is empty" : fmt::format("{} near character {}", error.message(), read + 1);
    return Problem{400, "malformed", fmt::format("The body is not JSON: {}. Send one JSON object in UTF-8.", what), {}, {}};
  }
  if (const auto name = Repeats(text).find())
    return Problem{
        400, "malformed", fmt::format("The body has the member \"{}\" twice in one object. Send it once.", *name), {}, {}};
  return parser.release();
}

std::string print(const Any& value) {
  std::string out;
  boost::json::serializer serializer;
  serializer.reset(&value);
  char piece[4'096];
  while (!serializer.done()) out.append(serializer.read(piece));
  return out;
}

void Complaints::add(std::string pointer, std::string detail) {
  if (places_.size() < complaint_count_max) places_.push_back({std::move(pointer), std::move(detail)});
}

Problem Complaints::problem() && {
  const ProblemPlace& first = places_.front();
  const std::string where = first.pointer.empty() ? "The body" : first.pointer;
  std::string detail = fmt::format("{} {}.", where, first.detail);
  if (places_.size() > 1) detail += fmt::format(" {} more in `errors`.", places_.size() - 1);
  return {400, "invalid_request", std::move(detail), std::move(places_), {}};
}

std::string step_into(const std::string& pointer, std::string_view name) {
  std::string out = pointer + "/";
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string enumerator_text(std::string_view name) {
  if (name.starts_with('k') && name.size() > 1) name.remove_prefix(1);
  std::string out;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out += '_';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

namespace internal {

bool read_bool(const Any& value, const std::string& pointer, bool& out, Complaints& complaints) {
  const bool* found = value.if_bool();
  if (found == nullptr) return complaints.add(pointer, "must be true or false"), false;
  out = *found;
  return true;
}

bool read_text(const Any& value, const std::string& pointer, std::string& out, Complaints& complaints) {
  const boost::json::string* found = value.if_string();
  if (found == nullptr) return complaints.add(pointer, "must be a string"), false;
  out.assign(found->data(), found->size());
  return true;
}

bool read_number(const Any& value, const std::string& pointer, double& out, Complaints& complaints) {
  boost::system::error_code error;
  const double number = value.to_number<double>(error);
  if (error || !std::isfinite(number)) return complaints.add(pointer, "must be a number"), false;
  out = number;
  return true;
}

bool read_signed(const Any& value, const std::string& pointer, std::int64_t low, std::int64_t high, std::int64_t& out,
                 Complaints& complaints) {
  boost::system::error_code error;
  const auto number = value.to_number<std::int64_t>(error);
  if (error || number < low || number > high)
    return complaints.add(pointer, fmt::format("must be a whole number from {} to {}", low, high)), false;
  out = number;
  return true;
}

bool read_unsigned(const Any& value, const std::string& pointer, std::uint64_t high, std::uint64_t& out,
                   Complaints& complaints) {
  boost::system::error_code error;
  const auto number = value.to_number<std::uint64_t>(error);
  if (error || number > high) return complaints.add(pointer, fmt::format("must be a whole number from 0 to {}", high)), false;
  out = number;
  return true;
}

bool read_instant(const Any& value, const std::string& pointer, UnixSeconds& out, Complaints& complaints) {
  std::string text;
  if (!read_text(value, pointer, text, complaints)) return false;
  const auto time = parse_instant(text);
  if (!time) return complaints.add(pointer, "must be an RFC 3339 instant such as 2026-11-21T09:30:00Z"), false;
  out = *time;
  return true;
}

const boost::json::object* read_object(const Any& value, const std::string& pointer, Complaints& complaints) {
  const boost::json::object* found = value.if_object();
  if (found == nullptr) complaints.add(pointer, "must be an object");
  return found;
}

const boost::json::array* read_array(const Any& value, const std::string& pointer, Complaints& complaints) {
  const boost::json::array* found = value.if_array();
  if (found == nullptr) complaints.add(pointer, "must be an array");
  return found;
}

void refuse_unknown(const boost::json::object& object, const std::string& pointer, const std::vector<std::string_view>& names,
                    Complaints& complaints) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::find(names.begin(), names.end(), name) == names.end())
      complaints.add(step_into(pointer, name), "is not known here");
  }
}

}  // namespace internal
}  // namespace cardea::server::json
