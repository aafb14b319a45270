// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of a lock's QR label: its id and its claim secret. Format: spec/activation.md §1.

#include "core/base/lock_id.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/provider.hpp"

namespace cardea::activation {

inline constexpr std::size_t claim_secret_size_bytes = 16;
inline constexpr std::size_t label_size_chars = 8 + 55;

struct Label {
  LockId lock;
  Secret<claim_secret_size_bytes> secret;
};

/// The 63 characters "CARDEA1:…". A secret: whoever reads it can claim the lock while its button is pressed.
Result<Secret<label_size_chars>> encode(Provider& provider, const Label& label);

/// Reads a label as scanned or typed: lower case is accepted, blanks and hyphens are ignored.
/// kTooShort (characters are missing), kMalformed (no label at all, or characters left over), kCorrupt (a slip: the check
/// does not match).
Result<Label> decode(Provider& provider, ByteSpan text);

}  // namespace cardea::activation
