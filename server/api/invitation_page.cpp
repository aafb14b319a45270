// SPDX-License-Identifier: Apache-2.0
// What stands behind the link of an invitation until the phone app does (spec/phone.md §1): one page for everybody, the same
// for every invitation. It knows no token, runs no script, loads nothing, and changes nothing.
#include <openssl/evp.h>

#include "server/api/internal/route.hpp"
#include "server/domain/language.hpp"

namespace cardea::server::api {

namespace {

constexpr std::string_view style =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}";

struct Words {
  std::string_view title;
  std::string_view what;
  std::string_view how;
  std::string_view care;
};

const Words& words_in(Language language) {
  static constexpr Words english{
      "A key for your phone", "Somebody lets you in at a door, and this link brings the key for it to your phone.",
      "Open it with the Cardea app on the phone that you will have with you at the door. Looking at this page uses nothing up.",
      "Keep the link to yourself: whoever claims it first has the key."};
  static constexpr Words chinese{"您手机上的钥匙", "有人邀请您进门，此链接会把钥匙存入您的手机。",
                                 "请在您开门时随身携带的手机上，用 Cardea 应用打开它。查看本页面不会消耗链接。",
                                 "请勿转发此链接：谁先领取，钥匙就归谁。"};
  static constexpr Words german{
      "Ein Schlüssel für Ihr Telefon",
      "Jemand lässt Sie zu einer Tür herein, und dieser Link bringt den Schlüssel dafür auf Ihr Telefon.",
      "Öffnen Sie ihn mit der Cardea-App auf dem Telefon, das Sie an der Tür bei sich haben. Diese Seite anzusehen verbraucht "
      "nichts.",
      "Geben Sie den Link nicht weiter: Wer ihn zuerst einlöst, hat den Schlüssel."};
  switch (language) {
    case Language::kEnglish: return english;
    case Language::kChinese: return chinese;
    case Language::kGerman: return german;
  }
  return english;
}

std::string page_in(Language language) {
  const Words& words = words_in(language);
  std::string out = "<!DOCTYPE html>\n<html lang=\"";
  out += name_of(language);
  out += "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>";
  out += words.title;
  out += "</title><style>";
  out += style;
  out += "</style></head>\n<body><h1>";
  out += words.title;
  out += "</h1>";
  for (const std::string_view paragraph : {words.what, words.how, words.care}) {
    out += "<p>";
    out += paragraph;
    out += "</p>";
  }
  return out + "</body></html>\n";
}

/// The one style may stand in the page, and nothing else at all.
std::string policy() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CARDEA_ASSERT(EVP_Digest(style.data(), style.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  unsigned char text[64] = {};
  EVP_EncodeBlock(text, digest, static_cast<int>(size));
  return "default-src 'none'; style-src 'sha256-" + std::string(reinterpret_cast<char*>(text)) +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

Task<Response> show(const Request& request) {
  const auto language = language_of(request.parameter("language"));
  if (!language) co_return http::response_of(not_found("page", "There is no page in this language. There are: en, zh, de."));
  static const std::string content_policy = policy();
  Response page;
  page.content_type = "text/html; charset=utf-8";
  page.body = page_in(*language);
  page.headers = {{"Content-Security-Policy", content_policy},
                  {"Referrer-Policy", "no-referrer"},
                  {"X-Content-Type-Options", "nosniff"},
                  {"X-Robots-Tag", "noindex"}};
  co_return page;
}

}  // namespace

void add_invitation_page(http::Router& router) {
  // Whatever a mailer or a tracker adds to the link's query: the page is the same.
  router.add(Method::kGet, "/invitation/{language}", Permission::kPublic, show);
}

}  // namespace cardea::server::api
