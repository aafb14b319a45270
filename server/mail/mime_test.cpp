// SPDX-License-Identifier: Apache-2.0
// Python's own parser reads whole mails in tests/mail; here is what must never be in one.
#include "server/mail/mime.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cardea::server::mail {
namespace {

Mail mail_with(std::string subject, std::string text, std::string link = "") {
  return {{"Harbour House", "doors@example.org"},
          "ana@example.org",
          {std::move(subject), std::move(text), std::move(link)},
          Language::kEnglish,
          "message_00",
          {1'795'161'648}};
}

TEST(Mime, RefusesWhatIsNoAddress) {
  for (const char* bad :
       {"",      "@",     "a@",    "@b",   "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "a@b>",   "<a@b",  "\"a\"@b",
        "a,b@c", "a;b@c", "a:b@c", "a@b.", "a@.b",  "ä@b",   "a@b\n",           "a@b(c)", "a\\@b", "RCPT TO:<x@y>"})
    EXPECT_FALSE(is_address(bad)) << bad;
  EXPECT_FALSE(is_address(std::string(250, 'a') + "@b.org"));
  for (const char* good : {"ana@example.org", "a.b+c=d@sub.example.org", "o'neil@example.org", "x@localhost"})
    EXPECT_TRUE(is_address(good)) << good;
}

TEST(Mime, ReadsASenderWithAndWithoutAName) {
  EXPECT_EQ(parse_mailbox("doors@example.org")->address, "doors@example.org");
  const auto named = parse_mailbox("Häfen & Co <doors@example.org>");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->name, "Häfen & Co");
  for (const char* bad : {"", "Cardea", "Cardea <>", "Cardea <a b@c>", "a\r\nBcc: x <a@b>", "<a@b", "a@b>"})
    EXPECT_FALSE(parse_mailbox(bad)) << bad;
}

TEST(Mime, LetsNoTextBeginAHeaderLine) {
  Mail mail = mail_with("Your key\r\nBcc: eve@example.org", "Hello\r\n.\r\nMAIL FROM:<eve@example.org>\n");
  mail.from.name = "Eve\r\nBcc: eve@example.org";
  std::istringstream lines(bytes_of(mail));
  bool in_head = true;
  for (std::string line; std::getline(lines, line);) {
    ASSERT_TRUE(line.ends_with('\r')) << line;
    EXPECT_LE(line.size(), 998u);
    if (line == "\r") in_head = false;
    EXPECT_FALSE(in_head && line.starts_with("Bcc")) << line;
    EXPECT_FALSE(line.starts_with(".")) << line;
    for (const char c : line) EXPECT_TRUE(c == '\r' || (c >= 0x20 && c < 0x7f));
  }
}

TEST(Mime, LetsNoTextBeginATag) {
  EXPECT_EQ(escape_html("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
  const std::string bytes = bytes_of(mail_with("x", "<img src=x onerror=alert(1)>\n\nhttps://evil.example"));
  EXPECT_EQ(bytes.find("<img"), bytes.find("<img src=3Dx onerror=3Dalert(1)>"));
  EXPECT_EQ(bytes.find("<img", bytes.find("text/html")), std::string::npos);
  EXPECT_EQ(bytes.find("<a href"), std::string::npos);
}

TEST(Mime, LeadsNowhereButToTheLinkOfTheLetter) {
  const std::string bytes = bytes_of(mail_with("x", "Hello\n\nhttps://a.example/i/en#1\n\nBye", "https://a.example/i/en#1"));
  EXPECT_NE(bytes.find("<a href=3D\"https://a.example/i/en#1\">"), std::string::npos);
}

TEST(Mime, EncodesAHeaderInWholeCharactersAndShortWords) {
  EXPECT_EQ(encode_header("Your key for Front"), "Your key for Front");
  EXPECT_EQ(encode_header("=?UTF-8?B?eA==?="), "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
  std::istringstream lines(encode_header(std::string(100, 'x') + "钥匙钥匙钥匙钥匙钥匙钥匙钥匙钥匙钥匙钥匙"));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 77u);
}

TEST(Mime, IsTheSameForEveryAttempt) {
  EXPECT_EQ(bytes_of(mail_with("x", "y")), bytes_of(mail_with("x", "y")));
  EXPECT_NE(bytes_of(mail_with("x", "y")).find("Message-ID: <message_00@example.org>\r\n"), std::string::npos);
  EXPECT_NE(bytes_of(mail_with("x", "y")).find("Date: Fri, 20 Nov 2026 "), std::string::npos);
}

}  // namespace
}  // namespace cardea::server::mail
