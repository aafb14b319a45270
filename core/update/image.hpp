// SPDX-License-Identifier: Apache-2.0
#pragma once
// Firmware images: MCUboot's container, read strictly. Bytes and rules V1 to V6: spec/update.md §1.
//
//   CARDEA_ASSIGN(const Image& image, read_image(bytes, owner));      // V1, V2, V3: what it says of itself
//   CARDEA_TRY(verify_image(bytes, image, anchors, floor, provider));  // V4, V5, V6: nothing runs without this
//
// Allocates nothing; about 500 bytes of stack.

#include <compare>
#include <span>

#include "core/base/text.hpp"
#include "core/crypto/provider.hpp"

namespace cardea::update {

inline constexpr std::uint32_t image_header_size_bytes_min = 32;
inline constexpr std::uint32_t image_header_size_bytes_max = 1'024;
inline constexpr std::size_t image_signature_size_bytes_max = 72;
inline constexpr std::size_t anchor_count_max = 2;  ///< V5

using Uuid = Bytes<16>;

struct Version {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  std::uint16_t revision = 0;
  std::uint32_t build = 0;
  auto operator<=>(const Version&) const = default;
};
/// "1.2.3", or "1.2.3+4" of a build that is not 0.
void put_version(TextWriter& out, const Version& version);

/// Where an image lies. Offsets count from its first byte.
class ImageBytes {
 public:
  /// Room for an image: of its slot.
  [[nodiscard]] virtual std::uint32_t size_bytes() const = 0;
  /// kFlashFailed and kCorrupt as Flash::read(); kTooShort beyond the end.
  virtual Status read(std::uint32_t offset, MutableByteSpan out) const = 0;

 protected:
  ~ImageBytes() = default;
};

/// For which hardware an image must be made (V3), and how the port runs it.
struct Hardware {
  Uuid vendor{};
  Uuid device_class{};
  bool loads_to_memory = false;    ///< the start program copies images to `load_address`; else they run where they lie
  std::uint32_t load_address = 0;  ///< 0 when they run where they lie
};

/// What an image says of itself; nothing of it is proven before verify_image().
struct Image {
  Version version;
  std::uint32_t security_counter = 0;
  std::uint32_t size_bytes = 0;    ///< all of it
  std::uint32_t signed_bytes = 0;  ///< from the start: what the digest covers
  std::uint32_t body_offset = 0;
  std::uint32_t body_bytes = 0;
  Digest digest{};
  Digest signer{};  ///< SHA-256 of the signer's public key, as anchor_name() makes it
  P256Signature signature{};
};

/// For which hardware an image says that it was made: for whoever keeps images of many kinds, and runs none. kMalformed and
/// kTooShort when it does not say; what is well-formed beside that is read_image()'s to find.
Result<Hardware> claimed_hardware(const ImageBytes& bytes);

/// Reads the header and both lists of fields. kMalformed: not exactly §1, or made for memory elsewhere. kTooShort: it ends
/// before it says it does, or is larger than `bytes`. kUnsupported: encrypted, or for other hardware. Or what `bytes` said.
Result<Image> read_image(const ImageBytes& bytes, const Hardware& hardware);

/// Proves an image that read_image() read from the same bytes. `anchors`: the public keys that may sign, at most two.
/// kCorrupt: the bytes have another digest than the image says. kForged: no anchor has signed it. kStale: its security
/// counter is below `floor`. Or what `bytes` or the provider said. Reads every byte of the image once.
Status verify_image(const ImageBytes& bytes, const Image& image, std::span<const P256Point> anchors, std::uint32_t floor,
                    Provider& provider);

/// SHA-256 of a public key as SubjectPublicKeyInfo in DER: how field 0x01 names the signer.
Result<Digest> anchor_name(const P256Point& anchor, Provider& provider);

}  // namespace cardea::update
