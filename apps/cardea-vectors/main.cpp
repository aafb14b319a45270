// SPDX-License-Identifier: Apache-2.0
// cardea-vectors [NAME…]: runs the families of spec/vectors on this implementation, or some of them, or a file of code vectors.
// Exit status 0: everything agrees, 1: not, 2: something cannot be read.

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "apps/cardea-vectors/cases.hpp"
#include "apps/cardea-vectors/families.hpp"

namespace cardea::vectors {
namespace {

namespace json = boost::json;

struct Options {
  std::vector<std::string> names;
  std::string folder = CARDEA_SOURCE_DIR "/spec/vectors";
  bool list = false;
  bool json = false;
};

int fail(const std::string& what) {
  std::cerr << "cardea vectors: " << what << "\nNothing was run.\n";
  return 2;
}

int list_families(bool as_json) {
  json::array out;
  for (const VectorFamily& family : families()) {
    json::array files;
    for (const std::string_view file : family.files) files.emplace_back(file);
    if (!as_json) std::cout << family.name << std::string(12 - family.name.size(), ' ') << family.what << '\n';
    out.push_back({{"name", family.name}, {"what", family.what}, {"files", std::move(files)}});
  }
  if (as_json) std::cout << json::serialize(json::object{{"families", std::move(out)}}) << '\n';
  return 0;
}

json::object object_of(const FamilyResult& result) {
  json::array differences;
  for (const std::string& difference : result.differences) differences.emplace_back(difference);
  return {{"name", result.family->name},
          {"passed", result.passed},
          {"failed", result.failed},
          {"differences", std::move(differences)}};
}

void print(const FamilyResult& result) {
  for (const std::string& difference : result.differences) std::cout << result.family->name << ": " << difference << '\n';
  std::cout << result.family->name << std::string(12 - result.family->name.size(), ' ') << result.passed << " passed, "
            << result.failed << " failed\n";
}

int run(std::span<const VectorFamily* const> wanted, const Options& options) {
  for (const VectorFamily* family : wanted)
    for (const std::string_view file : family->files)
      if (!std::filesystem::exists(options.folder + "/" + std::string(file)))
        return fail(options.folder + " has no " + std::string(file) + ". Say with --folder where spec/vectors is.");
  const std::vector<FamilyResult> results = run_families(wanted, options.folder + "/");
  std::size_t passed = 0;
  std::size_t failed = 0;
  json::array out;
  for (const FamilyResult& result : results) {
    passed += result.passed;
    failed += result.failed;
    if (!options.json) print(result);
    out.emplace_back(object_of(result));
  }
  if (options.json)
    std::cout << json::serialize(json::object{{"families", std::move(out)}, {"passed", passed}, {"failed", failed}}) << '\n';
  else
    std::cout << passed << " passed, " << failed << " failed" << std::endl;
  return failed == 0 ? 0 : 1;
}

int run_file(const std::string& path) {
  const auto file = read_vectors(path);
  if (!file.ok()) return fail(path + ": " + file.error().message + ".");
  const Tally tally = run_cases(*file, std::cout);
  std::cout << tally.passed << " passed, " << tally.failed << " failed" << std::endl;
  return tally.failed == 0 ? 0 : 1;
}

int run(const Options& options) {
  if (options.list) return list_families(options.json);
  std::vector<const VectorFamily*> wanted;
  if (options.names.empty())
    for (const VectorFamily& family : families()) wanted.push_back(&family);
  for (const std::string& name : options.names) {
    const VectorFamily* family = find_family(name);
    const bool is_path = name.find_first_of("./") != std::string::npos;
    if (family == nullptr && is_path && options.names.size() == 1) return run_file(name);
    if (family == nullptr)
      return fail("\"" + name +
                  "\" is no family: see cardea vectors --list. A file, whose name has a dot or a slash, stands alone.");
    wanted.push_back(family);
  }
  return run(wanted, options);
}

}  // namespace
}  // namespace cardea::vectors

int main(int argc, char** argv) {
  CLI::App app(
      "Run the vectors of the specification (spec/vectors) on this implementation; the scenarios of codes on the lock as it is "
      "shipped",
      "cardea vectors");
  cardea::vectors::Options options;
  app.add_option(
      "NAME", options.names,
      "families, or one file of the schema that spec/vectors/codes_v1.json has in its \"schema\"; all families if left "
      "out");
  app.add_flag("--list", options.list, "say which families there are, and run none");
  app.add_flag("--json", options.json, "the results of families as JSON");
  app.add_option("--folder", options.folder, "where the files of the families are")->type_name("FOLDER");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << "cardea vectors: " << error.what() << ".\nSee cardea vectors --help.\n";
    return 2;
  }
  return cardea::vectors::run(options);
}
