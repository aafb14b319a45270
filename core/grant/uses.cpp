// SPDX-License-Identifier: Apache-2.0
#include "core/grant/uses.hpp"

namespace cardea::grant {
namespace {

bool is_over(const Use& use, const Denials& denials, UnixSeconds now) {
  return (use.ends_at.value != 0 && now >= use.ends_at) || denials.denies(use.serial);
}

Use* find(Uses& uses, std::uint32_t serial) {
  for (Use& use : uses.places)
    if (use.serial == serial) return &use;
  return nullptr;
}

}  // namespace

Use* Uses::place_of(const Grant& grant, const Denials& denials, UnixSeconds now) {
  Use* place = find(*this, grant.serial);
  if (place == nullptr) {
    for (Use& use : places)
      if (use.serial != 0 && is_over(use, denials, now)) use = {};
    place = find(*this, 0);
    if (place == nullptr) return nullptr;
    place->serial = grant.serial;
  }
  place->ends_at = grant.ends_at;
  return place;
}

Status encode(const Uses& uses, ByteWriter& out) {
  for (const Use& use : uses.places) {
    if (use.serial == 0) continue;
    out.u32(use.serial);
    out.u16(use.count);
    out.u32(static_cast<std::uint32_t>(use.first_at.value));
    out.u32(static_cast<std::uint32_t>(use.ends_at.value));
  }
  return out.status();
}

Status decode(ByteSpan bytes, Uses& uses) {
  uses = {};
  if (bytes.size() > uses_size_bytes_max) return Status::kOutOfRange;
  ByteReader in(bytes);
  for (std::size_t i = 0; !in.rest().empty(); ++i) {
    Use use;
    use.serial = in.u32();
    use.count = in.u16();
    use.first_at = {in.u32()};
    use.ends_at = {in.u32()};
    CARDEA_TRY(in.status());
    if (use.serial == 0 || find(uses, use.serial) != nullptr) return Status::kMalformed;
    uses.places[i] = use;
  }
  return Status::kOk;
}

}  // namespace cardea::grant
