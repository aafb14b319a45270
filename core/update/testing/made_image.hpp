// SPDX-License-Identifier: Apache-2.0
#pragma once
// Firmware images made here, for tests; tools/firmware/image.py makes those of a maker. Host only.

#include <string_view>
#include <vector>

#include "core/update/image.hpp"

namespace cardea::update {

using ImageFile = std::vector<std::uint8_t>;

/// The hardware that the images are for.
inline constexpr Hardware test_hardware{.vendor = {0x11, 0x22}, .device_class = {0xaa, 0xbb}};

struct ImageRecipe {
  std::size_t body_bytes = 300;
  std::uint8_t body_seed = 1;
  Version version{1, 0, 0, 0};
  std::uint32_t security_counter = 1;
  Hardware hardware = test_hardware;
};

namespace internal {

template <class T>
void put_le(ImageFile& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * i)));
}

inline void put_field(ImageFile& out, std::uint16_t type, ByteSpan value) {
  put_le(out, type);
  put_le(out, static_cast<std::uint16_t>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
}

inline void put_list(ImageFile& out, std::uint16_t magic, const ImageFile& fields) {
  put_le(out, magic);
  put_le(out, static_cast<std::uint16_t>(4 + fields.size()));
  out.insert(out.end(), fields.begin(), fields.end());
}

inline ImageFile der_of(const P256Signature& signature) {
  ImageFile content;
  for (const ByteSpan half : {ByteSpan(signature).first<32>(), ByteSpan(signature).last<32>()}) {
    ByteSpan number = half;
    while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
    const bool pads = (number[0] & 0x80) != 0;
    content.push_back(0x02);
    content.push_back(static_cast<std::uint8_t>(number.size() + (pads ? 1 : 0)));
    if (pads) content.push_back(0);
    content.insert(content.end(), number.begin(), number.end());
  }
  ImageFile der{0x30, static_cast<std::uint8_t>(content.size())};
  der.insert(der.end(), content.begin(), content.end());
  return der;
}

}  // namespace internal

/// `image`, which ends with its protected fields, and the fields that sign it with `key` (kind kSign), whose public half is
/// `anchor`.
inline ImageFile signed_image(ImageFile image, Provider& provider, KeyHandle key, const P256Point& anchor) {
  Digest digest{};
  P256Signature signature{};
  CARDEA_ASSERT(provider.sha256(image, digest) == Status::kOk);
  CARDEA_ASSERT(provider.p256_sign(key, image, signature) == Status::kOk);
  ImageFile fields;
  internal::put_field(fields, 0x10, digest);
  internal::put_field(fields, 0x01, anchor_name(anchor, provider).value());
  internal::put_field(fields, 0x22, internal::der_of(signature));
  internal::put_list(image, 0x6907, fields);
  return image;
}

/// A good image.
inline ImageFile made_image(const ImageRecipe& recipe, Provider& provider, KeyHandle key, const P256Point& anchor) {
  ImageFile protected_fields;
  ImageFile counter;
  internal::put_le(counter, recipe.security_counter);
  internal::put_field(protected_fields, 0x50, counter);
  internal::put_field(protected_fields, 0x74, recipe.hardware.vendor);
  internal::put_field(protected_fields, 0x75, recipe.hardware.device_class);

  ImageFile image;
  internal::put_le(image, std::uint32_t{0x96f3b83d});
  internal::put_le(image, recipe.hardware.load_address);
  internal::put_le(image, std::uint16_t{32});
  internal::put_le(image, static_cast<std::uint16_t>(4 + protected_fields.size()));
  internal::put_le(image, static_cast<std::uint32_t>(recipe.body_bytes));
  internal::put_le(image, std::uint32_t{recipe.hardware.loads_to_memory ? 0x20u : 0u});
  image.push_back(recipe.version.major);
  image.push_back(recipe.version.minor);
  internal::put_le(image, recipe.version.revision);
  internal::put_le(image, recipe.version.build);
  internal::put_le(image, std::uint32_t{0});
  for (std::size_t i = 0; i < recipe.body_bytes; ++i) image.push_back(static_cast<std::uint8_t>(i * 13 + recipe.body_seed));
  internal::put_list(image, 0x6908, protected_fields);
  return signed_image(std::move(image), provider, key, anchor);
}

/// An image in memory, in a slot of `room` bytes that is blank behind it.
class MemoryImage final : public ImageBytes {
 public:
  explicit MemoryImage(ImageFile image, std::size_t room = 16'384) : bytes_(std::move(image)) { bytes_.resize(room, 0xff); }
  [[nodiscard]] std::uint32_t size_bytes() const override { return static_cast<std::uint32_t>(bytes_.size()); }
  Status read(std::uint32_t offset, MutableByteSpan out) const override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return Status::kTooShort;
    std::copy_n(bytes_.begin() + offset, out.size(), out.begin());
    return Status::kOk;
  }

 private:
  ImageFile bytes_;
};

}  // namespace cardea::update
