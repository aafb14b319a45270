// SPDX-License-Identifier: Apache-2.0
// Hostile labels and asks: no crash, and what decodes encodes to itself.
#include "core/activation/activation.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea;
  static OpensslProvider provider;
  const ByteSpan input(data, size);
  const Result<activation::Label> label = activation::decode(provider, input);
  if (label.ok() && !activation::encode(provider, *label).ok()) __builtin_trap();
  const Result<activation::Ask> ask = activation::decode_ask(input);
  if (ask.ok() && input.size() != activation::ask_size_bytes) __builtin_trap();
  return 0;
}
