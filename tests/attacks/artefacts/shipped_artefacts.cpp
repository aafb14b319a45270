// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/attacks/artefacts/artefacts.hpp"

namespace cardea::attacks {
namespace {

/// Every program that is installed, as this build made it.
class ShippedArtefacts final : public Artefacts {
 public:
  std::vector<Artefact> all() override {
    std::vector<Artefact> out;
    for (const auto& entry : std::filesystem::directory_iterator(CARDEA_BINARY_DIR "/bin")) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      out.push_back({entry.path().filename(), std::string(std::istreambuf_iterator<char>(file), {})});
    }
    return out;
  }
};

}  // namespace

std::unique_ptr<Artefacts> make_shipped_artefacts() { return std::make_unique<ShippedArtefacts>(); }

}  // namespace cardea::attacks
