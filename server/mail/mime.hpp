// SPDX-License-Identifier: Apache-2.0
#pragma once
// A mail as bytes: RFC 5322 headers, RFC 2047 words in them, and the text twice, plain and as HTML (multipart/alternative,
// UTF-8, quoted-printable). Nothing that was given can begin a header line or an HTML tag.

#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "server/mail/letter.hpp"

namespace cardea::server::mail {

/// "Harbour House <doors@example.org>".
struct Mailbox {
  std::string name;  ///< "" for none
  std::string address;
};
/// Reads the form above, or an address alone. Nothing for anything else.
std::optional<Mailbox> parse_mailbox(std::string_view text);
/// NAME@HOST of printable ASCII without blanks, quotes, brackets, commas, colons and semicolons, 254 bytes at most: what may
/// stand in an SMTP command and in a header as it is.
bool is_address(std::string_view text);

struct Mail {
  Mailbox from;
  std::string to;  ///< an address
  Written letter;
  Language language = Language::kEnglish;
  std::string id;  ///< of the message, stable over all attempts: what Message-ID and the boundary are made of; [a-z0-9_]
  UnixSeconds made_at;
};
/// Lines end in CR LF and have at most 998 bytes. `from` and `to` are addresses (asserted).
std::string bytes_of(const Mail& mail);

/// `text` as it may stand between HTML tags and in a quoted attribute.
std::string escape_html(std::string_view text);
/// One header's text: as it is when it is ASCII without controls, else RFC 2047 words, folded.
std::string encode_header(std::string_view text);

}  // namespace cardea::server::mail
