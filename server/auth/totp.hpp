// SPDX-License-Identifier: Apache-2.0
#pragma once
// Codes of authenticator apps (RFC 6238: HMAC-SHA-1, 30 s, 6 digits, as every app has them), and the single-use codes for who
// lost the app.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.hpp"
#include "core/base/time.hpp"

namespace cardea::server {

inline constexpr std::size_t totp_key_size_bytes = 20;
using TotpKey = Secret<totp_key_size_bytes>;
inline constexpr std::uint64_t totp_step_s = 30;

TotpKey make_totp_key();
/// The six digits of a step.
std::string totp_code(const TotpKey& key, std::uint64_t step);
/// The step that `code` belongs to, of the three around `time` (a phone's clock is not ours); nothing when it is none of them,
/// or not newer than `last_step`: RFC 6238 §5.2, "the verifier MUST NOT accept the second attempt of the OTP". Compares with
/// all three, in constant time.
std::optional<std::uint64_t> totp_step_of(const TotpKey& key, std::string_view code, UnixSeconds time, std::uint64_t last_step);
/// For a QR code: "otpauth://totp/Cardea:ada%40example.org?secret=…&issuer=Cardea".
std::string totp_uri(const TotpKey& key, std::string_view email);
/// The key in base32, for typing it in.
std::string totp_text(const TotpKey& key);

/// "k3f7-9xq2-mm4t-p8wd": 78 random bits, in letters and digits that nobody mistakes for others.
std::string make_recovery_code();
/// SHA-256 of the code without blanks, dashes and capitals. A fast hash: 78 bits are not guessed from it.
Bytes<32> hash_of_recovery_code(std::string_view code);
/// True for what may be one, by its form.
bool is_recovery_code(std::string_view code);

}  // namespace cardea::server
