// SPDX-License-Identifier: Apache-2.0
// F02: a secret in what is shipped. The same code against the programs and against those of its weakened twin.
#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/artefacts/artefacts.hpp"

namespace cardea::attacks {
namespace {

constexpr std::size_t key_digits = 64;  // 32 bytes
constexpr std::size_t shown_max = 60;

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool is_base64(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/'; }
bool is_of_address(char c) { return std::isgraph(static_cast<unsigned char>(c)) != 0 && c != '/' && c != '"' && c != '\''; }

std::size_t run_of(std::string_view text, bool (*is_one)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_one) - text.begin());
}
std::string shown(std::string_view text) { return std::string(text.substr(0, shown_max)); }

/// A PEM body behind the words that begin a private key; the words alone are any parser's.
Achieved private_key(std::string_view bytes) {
  constexpr std::string_view words = "PRIVATE KEY-----\n";
  for (std::size_t at = bytes.find(words); at != std::string_view::npos; at = bytes.find(words, at + 1))
    if (run_of(bytes.substr(at + words.size()), is_base64) >= 32) return "a private key";
  return "";
}

/// A key in hexadecimal digits, of whatever prefix, with as many different digits as a random one has.
Achieved written_key(std::string_view bytes) {
  for (std::size_t at = 0; at + key_digits <= bytes.size();) {
    // One that begins here or later within its length has a digit there: most of a program is passed in steps of a key.
    std::size_t first = at + key_digits;
    while (first > at && is_hex(bytes[first - 1])) --first;
    if (first == at + key_digits) {
      at = first;
      continue;
    }
    const std::string_view run = bytes.substr(first, run_of(bytes.substr(first, 4 * key_digits), is_hex));
    if (run.size() == key_digits && std::set<char>(run.begin(), run.end()).size() >= 10) return "a key: " + shown(run);
    at = first + run.size() + 1;
  }
  return "";
}

/// "scheme://user:password@host".
Achieved address_with_password(std::string_view bytes) {
  for (std::size_t at = bytes.find("://"); at != std::string_view::npos; at = bytes.find("://", at + 1)) {
    const std::string_view rest = bytes.substr(at + 3, 256);
    const std::string_view authority = rest.substr(0, run_of(rest, is_of_address));
    const std::size_t colon = authority.find(':');
    const std::size_t end = authority.find('@');
    if (colon != 0 && colon != std::string_view::npos && end != std::string_view::npos && colon + 1 < end)
      return "an address with a password: " + shown(authority);
  }
  return "";
}

Achieved secrets_in_artefacts(Artefacts& artefacts) {
  const std::vector<Artefact> all = artefacts.all();
  if (all.empty()) return "nothing is shipped: nothing is proved";
  for (const Artefact& artefact : all)
    for (const auto look : {private_key, written_key, address_with_password})
      if (const Achieved found = look(artefact.bytes); !found.empty()) return artefact.name + " has " + found;
  return "";
}

constexpr TargetAttack<Artefacts, ArtefactsFlaw> attacks[] = {
    {"F02", "Secrets in what is shipped", ArtefactsFlaw::kSharedCredential, secrets_in_artefacts},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Artefacts, ArtefactsFlaw>(count, arguments, attacks, make_shipped_artefacts, make_twin_artefacts);
}
