// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of spec/vectors as a test reads them. Anything wrong with a file throws, and the test fails.

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace cardea {

/// Where they are, with a slash at its end: spec/vectors of this repository, unless a program says otherwise.
inline std::string& vector_folder() {
  static std::string folder = CARDEA_SOURCE_DIR "/spec/vectors/";
  return folder;
}

/// spec/vectors/`name`, an object.
inline boost::json::object read_vector_file(std::string_view name) {
  std::ifstream in(vector_folder() + std::string(name));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return boost::json::parse(text).as_object();
}

/// The bytes that a string of hexadecimal digits stands for.
inline std::vector<std::uint8_t> bytes_of_hex(const boost::json::value& hex) {
  const std::string_view text = hex.as_string();
  if (text.size() % 2 != 0) throw std::invalid_argument("half a byte: " + std::string(text));
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  return out;
}

/// The same for a field of N bytes.
template <std::size_t N>
Bytes<N> array_of_hex(const boost::json::value& hex) {
  const std::vector<std::uint8_t> bytes = bytes_of_hex(hex);
  if (bytes.size() != N) throw std::invalid_argument("not " + std::to_string(N) + " bytes");
  Bytes<N> out{};
  std::ranges::copy(bytes, out.begin());
  return out;
}

}  // namespace cardea
