// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/key_option.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// False unless `text` is exactly as many hexadecimal digits as fill `out`.
bool from_hex(std::string_view text, MutableByteSpan out) {
  if (text.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = nibble(text[2 * i]);
    const int low = nibble(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

std::string trimmed(const std::string& text) {
  constexpr const char* white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace

void KeyOption::add_to(CLI::App& command, const std::string& name, const std::string& what) {
  name_ = name;
  variable_ = "CARDEA_";
  for (const char c : name) variable_ += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CLI::Option* on_line =
      command.add_option("--" + name, value_, what + ", 64 hex digits. Other users can see it here: prefer the file")
          ->type_name("HEX");
  command.add_option("--" + name + "-file", path_, "file that holds it; or set " + variable_)
      ->type_name("FILE")
      ->excludes(on_line);
}

std::string KeyOption::text() const {
  if (!value_.empty()) return value_;
  if (!path_.empty()) return read_secret_file(path_, "--" + name_ + "-file");
  if (const char* variable = std::getenv(variable_.c_str()); variable != nullptr) return trimmed(variable);
  throw usage(fmt::format("--{0}-file is missing. Name a file that holds the key in hexadecimal, or set {1}, or give --{0}.",
                          name_, variable_));
}

KeyBytes KeyOption::read() const {
  std::string digits = text();
  KeyBytes key;
  const bool good = from_hex(digits, key.mutable_bytes());
  const std::size_t count = digits.size();
  wipe({reinterpret_cast<std::uint8_t*>(digits.data()), digits.size()});
  if (good) return key;
  throw usage(fmt::format("--{}: the key must be 64 hexadecimal digits (32 bytes); {}.", name_,
                          count == 64 ? "it holds another character" : fmt::format("it has {} characters", count)));
}

LockId parse_lock_id(const std::string& option, const std::string& text) {
  LockId lock_id;
  if (!from_hex(text, lock_id.value))
    throw usage(fmt::format("{}: \"{}\" is not 32 hexadecimal digits (16 bytes). The id is printed on the lock's label.",
                            option, text));
  return lock_id;
}

std::string read_secret_file(const std::string& path, const std::string& what) {
  std::ifstream in(path);
  std::string line;
  if (!in) throw usage(fmt::format("{}: {} cannot be opened. Check the path and that you may read it.", what, path));
  std::getline(in, line);
  line = trimmed(line);
  if (line.empty()) throw usage(fmt::format("{}: {} holds nothing in its first line.", what, path));
  return line;
}

}  // namespace cardea::client
