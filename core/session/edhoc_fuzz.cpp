// SPDX-License-Identifier: Apache-2.0
// Hostile credentials: what is read is within its limits and is written again as the same bytes; and a signed one is taken
// apart into pieces that lie in it.
#include "core/session/credential.hpp"

namespace {

using namespace cardea;
using namespace cardea::session;

bool lies_in(ByteSpan part, ByteSpan whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_claims(const Claims& claims, ByteSpan whole) {
  if (claims.subject.empty() || claims.subject.size() > subject_size_bytes_max) __builtin_trap();
  if (claims.kid.empty() || claims.kid.size() > kid_size_bytes_max) __builtin_trap();
  if (!lies_in(claims.subject, whole) || !lies_in(claims.kid, whole)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteSpan input(data, size);
  if (const auto claims = decode_ccs(input); claims.ok()) {
    check_claims(*claims, input);
    Bytes<256> buffer;
    cbor::Writer again(buffer);
    write_ccs(again, {claims->subject, {}, {}, false, claims->kid, claims->key});
    if (!std::ranges::equal(again.written(), input)) __builtin_trap();
  }
  if (const auto cwt = decode_cwt(input); cwt.ok()) {
    check_claims(cwt->claims, input);
    if (cwt->whole.size() != size || !lies_in(cwt->issuer, input) || !lies_in(cwt->payload, input)) __builtin_trap();
    if (!cwt->issuer.empty() && (!decode_cwt(cwt->issuer).ok() || !decode_cwt(cwt->issuer)->issuer.empty())) __builtin_trap();
  }
  return 0;
}
