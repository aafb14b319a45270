// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSON and structs. A struct is described once (BOOST_DESCRIBE_STRUCT), and is then read strictly and written:
//
//   struct CreateDoor { std::string name; std::optional<std::string> zone; };
//   BOOST_DESCRIBE_STRUCT(CreateDoor, (), (name, zone))
//
//   CARDEA_CO_ASSIGN(const CreateDoor input, json::read<CreateDoor>(request.body));
//   co_return http::json_response(201, json::write(door));
//
// Reading refuses, with every place as a JSON pointer: what is not JSON, an unknown member, a missing one, a member twice,
// another type, a fraction or a number out of range for an integer, an unknown enumerator. Members: bool, integers, double,
// std::string, std::optional (may be absent or null; not written when empty), std::vector, structs, UnixSeconds (RFC 3339),
// Id<Kind> (its text), described enums ("kTimed" is "timed": BOOST_DESCRIBE_ENUM with the k), and json::Any for what is passed
// on unread. Include this where requests are decoded only: it is the heavy header of the server.

#include <boost/describe.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/time.hpp"
#include "server/domain/id.hpp"
#include "server/domain/instant.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server::json {

using Any = boost::json::value;

/// Parses `text`: 400 `malformed` with the place of the first error. Nesting deeper than 32, a member twice, and bytes
/// after the value are errors too.
Outcome<Any> parse(std::string_view text);

/// Compact, members in the order of their declaration.
std::string print(const Any& value);

/// The places where a value does not fit, gathered while it is read; at most 20.
class Complaints {
 public:
  void add(std::string pointer, std::string detail);
  [[nodiscard]] bool empty() const { return places_.empty(); }
  /// 400 `invalid_request`.
  [[nodiscard]] Problem problem() &&;

 private:
  std::vector<ProblemPlace> places_;
};

/// A pointer's next step: "/" and the name with ~ and / escaped (RFC 6901).
std::string step_into(const std::string& pointer, std::string_view name);
/// "kWithSpace" -> "with_space".
std::string enumerator_text(std::string_view name);

template <class T>
void read_value(const Any& value, const std::string& pointer, T& out, Complaints& complaints);
template <class T>
Any value_of(const T& in);

namespace internal {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class Kind>
struct IsId<Id<Kind>> : std::true_type {};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

// Not templates: one copy for every struct.
bool read_bool(const Any& value, const std::string& pointer, bool& out, Complaints& complaints);
bool read_text(const Any& value, const std::string& pointer, std::string& out, Complaints& complaints);
bool read_number(const Any& value, const std::string& pointer, double& out, Complaints& complaints);
bool read_signed(const Any& value, const std::string& pointer, std::int64_t low, std::int64_t high, std::int64_t& out,
                 Complaints& complaints);
bool read_unsigned(const Any& value, const std::string& pointer, std::uint64_t high, std::uint64_t& out,
                   Complaints& complaints);
bool read_instant(const Any& value, const std::string& pointer, UnixSeconds& out, Complaints& complaints);
const boost::json::object* read_object(const Any& value, const std::string& pointer, Complaints& complaints);
const boost::json::array* read_array(const Any& value, const std::string& pointer, Complaints& complaints);
/// Complains about each member of `object` that `names` does not have.
void refuse_unknown(const boost::json::object& object, const std::string& pointer, const std::vector<std::string_view>& names,
                    Complaints& complaints);

template <class T>
void read_integer(const Any& value, const std::string& pointer, T& out, Complaints& complaints) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    std::int64_t number = 0;
    if (read_signed(value, pointer, Limits::min(), Limits::max(), number, complaints)) out = static_cast<T>(number);
  } else {
    std::uint64_t number = 0;
    if (read_unsigned(value, pointer, Limits::max(), number, complaints)) out = static_cast<T>(number);
  }
}

template <class T>
void read_enum(const Any& value, const std::string& pointer, T& out, Complaints& complaints) {
  std::string text;
  if (!read_text(value, pointer, text, complaints)) return;
  bool found = false;
  std::string choices;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
    const std::string name = enumerator_text(enumerator.name);
    if (name == text) {
      out = enumerator.value;
      found = true;
    }
    choices += (choices.empty() ? "" : ", ") + name;
  });
  if (!found) complaints.add(pointer, "\"" + text + "\" is none of: " + choices);
}

template <class T>
void read_struct(const Any& value, const std::string& pointer, T& out, Complaints& complaints) {
  const boost::json::object* object = read_object(value, pointer, complaints);
  if (object == nullptr) return;
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    auto& field = out.*member.pointer;
    names.push_back(member.name);
    const Any* found = object->if_contains(member.name);
    if (found != nullptr)
      read_value(*found, step_into(pointer, member.name), field, complaints);
    else if constexpr (!IsOptional<std::remove_cvref_t<decltype(field)>>::value)
      complaints.add(step_into(pointer, member.name), "is missing");
  });
  refuse_unknown(*object, pointer, names, complaints);
}

template <class T>
Any value_of_struct(const T& in) {
  boost::json::object object;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& field = in.*member.pointer;
    if constexpr (IsOptional<std::remove_cvref_t<decltype(field)>>::value) {
      if (field) object.emplace(member.name, value_of(*field));
    } else {
      object.emplace(member.name, value_of(field));
    }
  });
  return object;
}

}  // namespace internal

template <class T>
void read_value(const Any& value, const std::string& pointer, T& out, Complaints& complaints) {
  using namespace internal;
  if constexpr (std::is_same_v<T, bool>) {
    read_bool(value, pointer, out, complaints);
  } else if constexpr (std::is_same_v<T, std::string>) {
    read_text(value, pointer, out, complaints);
  } else if constexpr (std::is_same_v<T, double>) {
    read_number(value, pointer, out, complaints);
  } else if constexpr (std::is_same_v<T, UnixSeconds>) {
    read_instant(value, pointer, out, complaints);
  } else if constexpr (std::is_same_v<T, Any>) {
    out = value;
  } else if constexpr (std::is_integral_v<T>) {
    read_integer(value, pointer, out, complaints);
  } else if constexpr (std::is_enum_v<T>) {
    read_enum(value, pointer, out, complaints);
  } else if constexpr (IsOptional<T>::value) {
    if (!value.is_null()) read_value(value, pointer, out.emplace(), complaints);
  } else if constexpr (IsVector<T>::value) {
    const boost::json::array* array = read_array(value, pointer, complaints);
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->size(); ++i)
      read_value((*array)[i], step_into(pointer, std::to_string(i)), out.emplace_back(), complaints);
  } else if constexpr (IsId<T>::value) {
    std::string text;
    if (!read_text(value, pointer, text, complaints)) return;
    const auto id = T::parse(text);
    if (id)
      out = *id;
    else
      complaints.add(pointer, "is not the id that belongs here, such as " + T{}.text());
  } else {
    read_struct(value, pointer, out, complaints);
  }
}

template <class T>
Any value_of(const T& in) {
  using namespace internal;
  if constexpr (std::is_same_v<T, UnixSeconds>) {
    return Any(text_of(in));
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, Any> || std::is_convertible_v<T, std::string_view>) {
    return Any(in);
  } else if constexpr (std::is_enum_v<T>) {
    return Any(enumerator_text(boost::describe::enum_to_string(in, "")));
  } else if constexpr (IsVector<T>::value) {
    boost::json::array array;
    for (const auto& element : in) array.push_back(value_of(element));
    return array;
  } else if constexpr (IsOptional<T>::value) {
    return in ? value_of(*in) : Any(nullptr);
  } else if constexpr (IsId<T>::value) {
    return Any(in.text());
  } else {
    return value_of_struct(in);
  }
}

/// Reads a whole document as a `T`.
template <class T>
Outcome<T> read(std::string_view text) {
  auto document = parse(text);
  if (!document) return document.error();
  T out{};
  Complaints complaints;
  read_value(*document, "", out, complaints);
  if (!complaints.empty()) return std::move(complaints).problem();
  return out;
}

template <class T>
std::string write(const T& in) {
  return print(value_of(in));
}

}  // namespace cardea::server::json
