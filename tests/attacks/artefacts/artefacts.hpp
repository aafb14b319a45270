// SPDX-License-Identifier: Apache-2.0
#pragma once
// What everybody can download, as somebody reads it who looks for a key that opens more than their own door.

#include <memory>
#include <string>
#include <vector>

namespace cardea::attacks {

struct Artefact {
  std::string name;
  std::string bytes;
};

class Artefacts {
 public:
  virtual ~Artefacts() = default;
  virtual std::vector<Artefact> all() = 0;
};

enum class ArtefactsFlaw : std::uint8_t {
  kNone,
  kSharedCredential,  ///< F02: one key for everybody is compiled in
};

std::unique_ptr<Artefacts> make_shipped_artefacts();
std::unique_ptr<Artefacts> make_twin_artefacts(ArtefactsFlaw flaw);

}  // namespace cardea::attacks
