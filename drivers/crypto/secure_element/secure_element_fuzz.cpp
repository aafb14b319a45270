// SPDX-License-Identifier: Apache-2.0
// A hostile element that even has the pairing key: whatever it answers, the microcontroller stays within its buffers, and what
// failed gives nothing out. Each call takes a piece of the input as its answer: a byte of size, and then the answer itself,
// sealed; a size of 255 makes the rest of the input the answer, unsealed.
#include <vector>

#include "core/crypto/kdf.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "drivers/crypto/secure_element/secure_element_provider.hpp"

namespace {

using namespace cardea;

class HostileElement final : public ApduChannel {
 public:
  HostileElement(Provider& provider, KeyHandle pairing, ByteSpan input)
      : provider_(&provider), pairing_(pairing), input_(input) {}
  ~HostileElement() { provider_->release_key(from_); }

  Result<std::size_t> transmit(ByteSpan command, MutableByteSpan response) override {
    if (command.size() > apdu::command_size_bytes_max) __builtin_trap();
    const std::uint8_t size = input_.u8();
    if (input_.status() != Status::kOk) return Status::kTooShort;
    if (size == 0xff) return raw(response);
    if (command[1] == apdu::start_head[1]) return start(command, response);
    Bytes<apdu::result_size_bytes_max + 1> plain{};
    const ByteSpan given = input_.take(std::min<std::size_t>(size, plain.size()));
    if (!from_ || given.empty()) return Status::kTooShort;
    ByteWriter out(response);
    if (provider_->ccm_seal(from_, apdu::nonce_of(number_++), apdu::done, given, out.room(given.size() + ccm_tag_size_bytes)) !=
        Status::kOk)
      __builtin_trap();
    out.bytes(apdu::done);
    return out.written().size();
  }

 private:
  Result<std::size_t> raw(MutableByteSpan response) {
    const ByteSpan rest = input_.take(std::min(input_.rest().size(), response.size()));
    std::copy(rest.begin(), rest.end(), response.begin());
    return rest.size();
  }
  Result<std::size_t> start(ByteSpan command, MutableByteSpan response) {
    Bytes<apdu::start_nonce_size_bytes + apdu::start_answer_size_bytes> context{};
    ByteWriter writer(context);
    writer.bytes(command.subspan(apdu::head_size_bytes, apdu::start_nonce_size_bytes));
    writer.bytes(input_.array<apdu::start_answer_size_bytes>());
    provider_->release_key(from_);
    from_ = derive(*provider_, pairing_, ascii("se.from"), context, KeyKind::kAead).value();
    number_ = 0;
    ByteWriter out(response);
    out.bytes(ByteSpan(context).subspan(apdu::start_nonce_size_bytes));
    out.bytes(apdu::done);
    return out.written().size();
  }

  Provider* provider_;
  KeyHandle pairing_;
  KeyHandle from_;
  ByteReader input_;
  std::uint32_t number_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OpensslProvider software(8);
  static const KeyHandle pairing = software.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{1})).value();
  HostileElement element(software, pairing, {data, size});
  SecureElementProvider provider(element, software, pairing);
  const Result<KeyHandle> mac = provider.import_key(KeyKind::kMac, KeyBytes());
  const Result<KeyHandle> aead = provider.import_key(KeyKind::kAead, KeyBytes());
  Digest digest{};
  P256Point point{};
  P256Signature signature{};
  SecureElementProvider::Blob blob{};
  if (mac.ok()) {
    (void)provider.hmac_sha256(*mac, ascii("message"), digest);
    (void)provider.p256_sign(*mac, ascii("message"), signature);
    (void)provider.wrap_key(*mac, blob);
  }
  (void)provider.p256_generate(KeyKind::kAgree, point);
  (void)provider.random(digest);
  if (!aead.ok()) return 0;
  std::vector<std::uint8_t> sealed(600);
  std::vector<std::uint8_t> plain(sealed.size() - ccm_tag_size_bytes, 0xee);
  if (provider.ccm_open(*aead, {}, ascii("aad"), sealed, plain) != Status::kOk)
    for (const std::uint8_t byte : plain)
      if (byte != 0) __builtin_trap();
  (void)provider.ccm_seal(*aead, {}, {}, plain, sealed);
  return 0;
}
