// SPDX-License-Identifier: Apache-2.0
#include "server/mail/mime.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/assert.hpp"
#include "server/domain/utf8.hpp"

namespace cardea::server::mail {
namespace {

constexpr std::size_t address_bytes_max = 254;
constexpr std::size_t word_bytes_max = 42;  // 56 in base64, so that "=?UTF-8?B?…?=" has at most 75 (RFC 2047 §2)
constexpr std::size_t line_chars_max = 75;  // and a soft line break
constexpr std::size_t plain_header_chars_max = 200;

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

std::string base64(std::string_view text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// RFC 2047, each word with whole characters, folded.
std::string encoded_words(std::string_view text) {
  std::string out;
  std::string word;
  const auto flush = [&] {
    out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(word) + "?=";
    word.clear();
  };
  for (std::string_view rest = text; !rest.empty();) {
    std::string character;
    append_utf8(character, take_utf8(rest));
    if (word.size() + character.size() > word_bytes_max) flush();
    word += character;
  }
  flush();
  return out;
}

/// RFC 2045 §6.7, with its line ends made CR LF.
std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    // A dot that begins a line would have to be doubled for SMTP: as =2E nobody can get that wrong.
    const bool is_plain = is_printable(c) && c != '=' && !(c == ' ' && ends_line) && !(c == '.' && column == 0);
    const std::string piece = is_plain ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
    if (column + piece.size() > line_chars_max) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out + "\r\n";
}

std::string html_of(const Mail& mail) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"></head>\n"
      "<body style=\"font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 36em\">\n",
      name_of(mail.language));
  std::string_view rest = mail.letter.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\n\n"), rest.size());
    const std::string paragraph = escape_html(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
    if (!mail.letter.link.empty() && paragraph == escape_html(mail.letter.link))
      out += fmt::format("<p><a href=\"{0}\">{0}</a></p>\n", paragraph);
    else
      out += "<p>" + paragraph + "</p>\n";
  }
  return out + "</body></html>\n";
}

/// "Sat, 21 Nov 2026 08:00:00 +0000".
std::string date_of(UnixSeconds time) {
  using namespace std::chrono;
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds at{seconds(time.value)};
  const sys_days day = floor<std::chrono::days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string text_of(const Mailbox& mailbox) {
  if (mailbox.name.empty()) return mailbox.address;
  const bool is_atoms = std::ranges::all_of(mailbox.name, [](char c) {
    return c == ' ' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  // An encoded word is never taken for more than a name, whatever stands in it.
  return fmt::format("{} <{}>", is_atoms ? mailbox.name : encoded_words(mailbox.name), mailbox.address);
}

std::string_view host_of(const std::string& address) { return std::string_view(address).substr(address.find('@') + 1); }

}  // namespace

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > address_bytes_max || at == 0 || at == std::string_view::npos || at + 1 == text.size()) return false;
  if (text.find('@', at + 1) != std::string_view::npos || text[at + 1] == '.' || text.back() == '.') return false;
  constexpr std::string_view forbidden = " \"()<>[]\\,;:";
  return std::ranges::all_of(text, [&](char c) { return is_printable(c) && forbidden.find(c) == std::string_view::npos; });
}

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  if (is_address(text)) return Mailbox{"", std::string(text)};
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos || !text.ends_with('>')) return std::nullopt;
  Mailbox out{std::string(text.substr(0, open)), std::string(text.substr(open + 1, text.size() - open - 2))};
  while (out.name.ends_with(' ')) out.name.pop_back();
  const bool is_name = std::ranges::none_of(out.name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!is_name || !is_address(out.address)) return std::nullopt;
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string encode_header(std::string_view text) {
  const bool is_plain = text.size() <= plain_header_chars_max && text.find("=?") == std::string_view::npos &&
                        std::ranges::all_of(text, is_printable);
  return is_plain ? std::string(text) : encoded_words(text);
}

std::string bytes_of(const Mail& mail) {
  CARDEA_ASSERT(is_address(mail.from.address) && is_address(mail.to));
  const std::string boundary =
      "=_" + mail.id;  // never in quoted-printable text: there "=" is followed by a digit or a letter A to F
  std::string out;
  out += "From: " + text_of(mail.from) + "\r\n";
  out += "To: " + mail.to + "\r\n";
  out += "Subject: " + encode_header(mail.letter.subject) + "\r\n";
  out += "Date: " + date_of(mail.made_at) + "\r\n";
  out += fmt::format("Message-ID: <{}@{}>\r\n", mail.id, host_of(mail.from.address));
  out += "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
  out += fmt::format("Content-Language: {}\r\n", name_of(mail.language));
  out += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
  const auto part = [&](std::string_view type, std::string_view text) {
    out += fmt::format(
        "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: "
        "inline\r\n\r\n{}",
        boundary, type, quoted_printable(text));
  };
  part("text/plain", mail.letter.text);
  part("text/html", html_of(mail));
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace cardea::server::mail
