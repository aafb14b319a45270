// SPDX-License-Identifier: Apache-2.0
#include "core/update/image.hpp"

#include "core/base/secret.hpp"
#include "core/update/internal/der.hpp"

namespace cardea::update {
namespace {

constexpr std::uint32_t image_magic = 0x96f3b83d;
constexpr std::uint32_t flag_loads_to_memory = 0x20;
constexpr std::uint32_t flags_encrypted = 0x04 | 0x08;
constexpr std::uint16_t protected_magic = 0x6908;
constexpr std::uint16_t fields_magic = 0x6907;
constexpr std::uint32_t list_head_size_bytes = 4;
constexpr std::uint32_t field_head_size_bytes = 4;

enum Field : std::uint16_t {
  kFieldSigner = 0x01,
  kFieldDigest = 0x10,
  kFieldSignature = 0x22,
  kFieldEncryptionFirst = 0x30,
  kFieldEncryptionLast = 0x3f,
  kFieldSecurityCounter = 0x50,
  kFieldVendor = 0x74,
  kFieldDeviceClass = 0x75,
};

/// MCUboot's integers are little-endian.
template <class T>
T load_le(ByteSpan in) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | in[i]);
  return value;
}

struct Header {
  std::uint32_t size_bytes;
  std::uint32_t protected_bytes;
  std::uint32_t body_bytes;
  Version version;
};

Result<Header> read_header(const ImageBytes& bytes, const Hardware& hardware) {
  Bytes<image_header_size_bytes_min> raw{};
  CARDEA_TRY(bytes.read(0, raw));
  const ByteSpan in(raw);
  if (load_le<std::uint32_t>(in) != image_magic) return Status::kMalformed;
  const std::uint32_t flags = load_le<std::uint32_t>(in.subspan(16));
  if ((flags & flags_encrypted) != 0) return Status::kUnsupported;
  if (flags != (hardware.loads_to_memory ? flag_loads_to_memory : 0)) return Status::kMalformed;
  if (load_le<std::uint32_t>(in.subspan(4)) != hardware.load_address) return Status::kMalformed;
  if (load_le<std::uint32_t>(in.subspan(28)) != 0) return Status::kMalformed;
  const Header header{.size_bytes = load_le<std::uint16_t>(in.subspan(8)),
                      .protected_bytes = load_le<std::uint16_t>(in.subspan(10)),
                      .body_bytes = load_le<std::uint32_t>(in.subspan(12)),
                      .version = {.major = in[20],
                                  .minor = in[21],
                                  .revision = load_le<std::uint16_t>(in.subspan(22)),
                                  .build = load_le<std::uint32_t>(in.subspan(24))}};
  if (header.size_bytes < image_header_size_bytes_min || header.size_bytes > image_header_size_bytes_max)
    return Status::kMalformed;
  if (header.body_bytes == 0) return Status::kMalformed;
  return header;
}

/// A list of fields, walked once.
class FieldList {
 public:
  struct Entry {
    std::uint16_t type;
    std::uint32_t offset;  ///< of the value
    std::uint32_t size;
  };

  static Result<FieldList> open(const ImageBytes& bytes, std::uint32_t offset, std::uint16_t magic) {
    Bytes<list_head_size_bytes> head{};
    CARDEA_TRY(bytes.read(offset, head));
    if (load_le<std::uint16_t>(head) != magic) return Status::kMalformed;
    const std::uint32_t size = load_le<std::uint16_t>(ByteSpan(head).subspan(2));
    if (size < list_head_size_bytes) return Status::kMalformed;
    if (size > bytes.size_bytes() - offset) return Status::kTooShort;  // read() has shown that offset is within
    return FieldList(bytes, offset, offset + size);
  }

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::uint32_t end() const { return end_; }
  Result<Entry> next() {
    if (end_ - at_ < field_head_size_bytes) return Status::kMalformed;
    Bytes<field_head_size_bytes> head{};
    CARDEA_TRY(bytes_->read(at_, head));
    const Entry entry{.type = load_le<std::uint16_t>(head),
                      .offset = at_ + field_head_size_bytes,
                      .size = load_le<std::uint16_t>(ByteSpan(head).subspan(2))};
    if (entry.size > end_ - entry.offset) return Status::kMalformed;
    at_ = entry.offset + entry.size;
    return entry;
  }

 private:
  FieldList(const ImageBytes& bytes, std::uint32_t offset, std::uint32_t end)
      : bytes_(&bytes), at_(offset + list_head_size_bytes), end_(end) {}

  const ImageBytes* bytes_;
  std::uint32_t at_;
  std::uint32_t end_;
};

/// Reads the value of a field that is there once and has one size.
Status take_once(const ImageBytes& bytes, const FieldList::Entry& entry, MutableByteSpan out, bool& seen) {
  if (seen || entry.size != out.size()) return Status::kMalformed;
  seen = true;
  return bytes.read(entry.offset, out);
}

struct ProtectedFields {
  Bytes<4> counter{};
  Uuid vendor{};
  Uuid device_class{};
};

Result<ProtectedFields> read_protected(const ImageBytes& bytes, FieldList list) {
  ProtectedFields fields;
  bool has_counter = false;
  bool has_vendor = false;
  bool has_class = false;
  while (!list.at_end()) {
    CARDEA_ASSIGN(const FieldList::Entry entry, list.next());
    if (entry.type >= kFieldEncryptionFirst && entry.type <= kFieldEncryptionLast) return Status::kUnsupported;
    if (entry.type == kFieldSecurityCounter) CARDEA_TRY(take_once(bytes, entry, fields.counter, has_counter));
    if (entry.type == kFieldVendor) CARDEA_TRY(take_once(bytes, entry, fields.vendor, has_vendor));
    if (entry.type == kFieldDeviceClass) CARDEA_TRY(take_once(bytes, entry, fields.device_class, has_class));
  }
  if (!has_counter || !has_vendor || !has_class) return Status::kMalformed;
  return fields;
}

Status take_signature(const ImageBytes& bytes, const FieldList::Entry& entry, P256Signature& out, bool& seen) {
  Bytes<image_signature_size_bytes_max> der{};
  if (entry.size > der.size()) return Status::kMalformed;
  const MutableByteSpan value = MutableByteSpan(der).first(entry.size);
  CARDEA_TRY(take_once(bytes, entry, value, seen));
  return internal::read_signature(value, out);
}

Status read_fields(const ImageBytes& bytes, FieldList list, Image& image) {
  bool has_digest = false;
  bool has_signer = false;
  bool has_signature = false;
  while (!list.at_end()) {
    CARDEA_ASSIGN(const FieldList::Entry entry, list.next());
    if (entry.type >= kFieldEncryptionFirst && entry.type <= kFieldEncryptionLast) return Status::kUnsupported;
    switch (entry.type) {
      case kFieldDigest: CARDEA_TRY(take_once(bytes, entry, image.digest, has_digest)); break;
      case kFieldSigner: CARDEA_TRY(take_once(bytes, entry, image.signer, has_signer)); break;
      case kFieldSignature: CARDEA_TRY(take_signature(bytes, entry, image.signature, has_signature)); break;
      default: return Status::kMalformed;
    }
  }
  return has_digest && has_signer && has_signature ? Status::kOk : Status::kMalformed;
}

/// Hands out the first bytes of an image piece by piece.
class SignedBytes final : public ByteSource {
 public:
  SignedBytes(const ImageBytes& bytes, std::uint32_t size) : bytes_(&bytes), size_(size) {}
  Result<ByteSpan> next() override {
    const std::uint32_t count = std::min<std::uint32_t>(size_ - at_, static_cast<std::uint32_t>(piece_.size()));
    const MutableByteSpan piece = MutableByteSpan(piece_).first(count);
    if (count > 0) CARDEA_TRY(bytes_->read(at_, piece));
    at_ += count;
    return ByteSpan(piece);
  }

 private:
  const ImageBytes* bytes_;
  std::uint32_t size_;
  std::uint32_t at_ = 0;
  Bytes<256> piece_{};
};

/// The anchor that `signer` names; kForged when none does. Like verify_digest() not folded into its caller, where its memory
/// would lie beneath the verification.
[[gnu::noinline]] Result<const P256Point*> named_anchor(const Digest& signer, std::span<const P256Point> anchors,
                                                        Provider& provider) {
  for (const P256Point& anchor : anchors) {
    CARDEA_ASSIGN(const Digest& name, anchor_name(anchor, provider));
    if (name == signer) return &anchor;
  }
  return Status::kForged;
}

/// That the image has the digest which it says.
[[gnu::noinline]] Status verify_digest(const ImageBytes& bytes, const Image& image, Provider& provider) {
  SignedBytes source(bytes, image.signed_bytes);
  Digest digest{};
  CARDEA_TRY(provider.sha256_of(source, digest));
  return equal_constant_time(digest, image.digest) ? Status::kOk : Status::kCorrupt;
}

}  // namespace

Result<Hardware> claimed_hardware(const ImageBytes& bytes) {
  Bytes<image_header_size_bytes_min> raw{};
  CARDEA_TRY(bytes.read(0, raw));
  const ByteSpan in(raw);
  Hardware out{.loads_to_memory = (load_le<std::uint32_t>(in.subspan(16)) & flag_loads_to_memory) != 0,
               .load_address = load_le<std::uint32_t>(in.subspan(4))};
  CARDEA_ASSIGN(const Header& header, read_header(bytes, out));
  const std::uint64_t body_end = std::uint64_t{header.size_bytes} + header.body_bytes;
  if (body_end > bytes.size_bytes()) return Status::kTooShort;
  CARDEA_ASSIGN(const FieldList list, FieldList::open(bytes, static_cast<std::uint32_t>(body_end), protected_magic));
  CARDEA_ASSIGN(const ProtectedFields& fields, read_protected(bytes, list));
  out.vendor = fields.vendor;
  out.device_class = fields.device_class;
  return out;
}

Result<Image> read_image(const ImageBytes& bytes, const Hardware& hardware) {
  CARDEA_ASSIGN(const Header& header, read_header(bytes, hardware));
  Image image{.version = header.version, .body_offset = header.size_bytes, .body_bytes = header.body_bytes};
  // In 64 bits, because a header can claim anything; what fits into a slot fits into 32.
  const std::uint64_t body_end = std::uint64_t{header.size_bytes} + header.body_bytes;
  if (body_end + header.protected_bytes > bytes.size_bytes()) return Status::kTooShort;
  CARDEA_ASSIGN(const FieldList protected_fields,
                FieldList::open(bytes, static_cast<std::uint32_t>(body_end), protected_magic));
  image.signed_bytes = protected_fields.end();
  if (image.signed_bytes != body_end + header.protected_bytes) return Status::kMalformed;
  CARDEA_ASSIGN(const ProtectedFields& said, read_protected(bytes, protected_fields));
  if (said.vendor != hardware.vendor || said.device_class != hardware.device_class) return Status::kUnsupported;
  image.security_counter = load_le<std::uint32_t>(said.counter);
  CARDEA_ASSIGN(const FieldList fields, FieldList::open(bytes, image.signed_bytes, fields_magic));
  image.size_bytes = fields.end();
  CARDEA_TRY(read_fields(bytes, fields, image));
  return image;
}

Status verify_image(const ImageBytes& bytes, const Image& image, std::span<const P256Point> anchors, std::uint32_t floor,
                    Provider& provider) {
  CARDEA_ASSERT(anchors.size() <= anchor_count_max);
  if (image.security_counter < floor) return Status::kStale;
  CARDEA_TRY(verify_digest(bytes, image, provider));
  CARDEA_ASSIGN(const P256Point* const anchor, named_anchor(image.signer, anchors, provider));
  return provider.p256_verify_digest(*anchor, image.digest, image.signature);
}

void put_version(TextWriter& out, const Version& version) {
  out.put_number(version.major);
  out.put(".");
  out.put_number(version.minor);
  out.put(".");
  out.put_number(version.revision);
  if (version.build == 0) return;
  out.put("+");
  out.put_number(version.build);
}

Result<Digest> anchor_name(const P256Point& anchor, Provider& provider) {
  // SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480): the same 27 bytes in front of every one.
  static constexpr Bytes<27> head{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                  0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  Bytes<head.size() + std::tuple_size_v<P256Point>> info{};
  std::copy(head.begin(), head.end(), info.begin());
  std::copy(anchor.begin(), anchor.end(), info.begin() + head.size());
  Digest out{};
  CARDEA_TRY(provider.sha256(info, out));
  return out;
}

}  // namespace cardea::update
