// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/siblings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view prefix = "cardea-";

fs::path own_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

bool is_word(const std::string& word) {
  return !word.empty() && word[0] != '-' &&
         std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

bool can_run(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> find_sibling(const std::string& word) {
  if (!is_word(word)) return std::nullopt;
  const fs::path path = own_folder() / (std::string(prefix) + (word == "serve" ? "server" : word));
  if (!can_run(path)) return std::nullopt;
  return path.string();
}

void become(const std::string& path, const std::vector<std::string>& arguments) {
  std::vector<std::string> owned{path};
  owned.insert(owned.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : owned) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(path.c_str(), argv.data());
  throw usage(fmt::format("{} cannot be run: {}.", path, std::strerror(errno)));
}

std::vector<std::string> sibling_words() {
  std::vector<std::string> words;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(own_folder(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && is_word(name.substr(prefix.size())) && can_run(entry.path()))
      words.push_back(name.substr(prefix.size()));
  }
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace cardea::client
