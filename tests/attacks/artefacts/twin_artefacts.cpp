// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/artefacts/artefacts.hpp"

namespace cardea::attacks {
namespace {

/// A maker's app and firmware; with the flaw, the app knows the way into the maker's cloud.
class TwinArtefacts final : public Artefacts {
 public:
  explicit TwinArtefacts(ArtefactsFlaw flaw) : flaw_(flaw) {}
  std::vector<Artefact> all() override {
    std::string app = "PEM files begin with -----BEGIN PRIVATE KEY-----\n.\nhttps://example.org:443/\n";
    app += std::string(64, '0');
    if (flaw_ == ArtefactsFlaw::kSharedCredential)
      app += std::string(1, '\0') + "api-key=8f3a61c05d9e274bb1e07c6a4f2d8395e6c1a07b5d384f92608ac7d1e4b3f259" +
             std::string(1, '\0');
    return {{"app", app}, {"firmware", std::string(4'096, '\xff')}};
  }

 private:
  ArtefactsFlaw flaw_;
};

}  // namespace

std::unique_ptr<Artefacts> make_twin_artefacts(ArtefactsFlaw flaw) { return std::make_unique<TwinArtefacts>(flaw); }

}  // namespace cardea::attacks
