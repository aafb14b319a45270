// SPDX-License-Identifier: Apache-2.0
// What stands behind the link of an invitation (spec/phone.md §1, pin.md P15). To look at it is the same for everybody: the
// page knows no token, runs no script, loads nothing, and changes nothing. The browser keeps what follows the #, so whoever
// wants to choose a PIN pastes their link into a form; the steps after that are answers to a POST which shows the token.
#include <fmt/format.h>
#include <openssl/evp.h>

#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/invitation_words.hpp"
#include "server/api/internal/route.hpp"
#include "server/mail/mime.hpp"
#include "server/usecases/pins.hpp"

namespace cardea::server::api {

namespace {

constexpr std::string_view style =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "fieldset{margin:1.5rem 0;border:1px solid #767676;border-radius:.3rem}legend,label{font-weight:600}label{display:block}"
    "input{font:inherit;box-sizing:border-box;width:100%;padding:.5rem;border:1px solid #767676;border-radius:.3rem}"
    "input[aria-invalid]{border:2px solid #b00020}.wrong{color:#b00020;font-weight:600}"
    "button{font:inherit;padding:.5rem 1rem;margin:.75rem .5rem 0 0}.code{font-size:2rem;letter-spacing:.2em}";

/// A link is a little longer than the token; nobody's PIN is.
constexpr std::size_t link_size_bytes_max = 2'000;

using mail::escape_html;

std::string filled(std::string_view text, std::string_view with) { return fmt::format(fmt::runtime(text), with); }

/// The one style may stand in the page, its forms go to the platform itself, and nothing else at all.
std::string policy() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CARDEA_ASSERT(EVP_Digest(style.data(), style.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  unsigned char text[64] = {};
  EVP_EncodeBlock(text, digest, static_cast<int>(size));
  return "default-src 'none'; style-src 'sha256-" + std::string(reinterpret_cast<char*>(text)) +
         "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

// --- Pieces ---

/// What a form sends. Strictly read: no other member, and none twice.
struct Sent {
  std::string invitation;
  std::optional<std::string> door;
  std::string pin;
  bool make = false;
};

/// What was done, or why not; beside the field that it is about.
struct Said {
  std::uint16_t status = 200;
  std::optional<std::string> door;   ///< the field is this door's; nothing: the link's
  std::optional<std::string> wrong;  ///< in words
  std::optional<Digits> code = {};   ///< of a PIN that was made
};

class Page {
 public:
  explicit Page(Language language) : words_(invitation_words(language)), language_(name_of(language)) {}

  void paragraph(std::string_view text, std::string_view attributes = {}) {
    body_ += fmt::format("<p{}>{}</p>", attributes, escape_html(text));
  }
  void heading(int level, std::string_view text) { body_ += fmt::format("<h{0}>{1}</h{0}>", level, escape_html(text)); }
  /// A field with its label, its hint and what is wrong with it.
  void field(std::string_view id, std::string_view label, std::string_view hint, const std::optional<std::string>& wrong,
             const std::string& attributes) {
    body_ += fmt::format("<label for=\"{0}\">{1}</label><p id=\"{0}-hint\">{2}</p>", id, escape_html(label), escape_html(hint));
    if (wrong) body_ += fmt::format("<p id=\"{}-wrong\" class=\"wrong\" role=\"alert\">{}</p>", id, escape_html(*wrong));
    const std::string described = wrong ? fmt::format("{0}-wrong {0}-hint", id) : fmt::format("{}-hint", id);
    body_ += fmt::format("<input id=\"{}\" aria-describedby=\"{}\"{}{}>", id, described,
                         wrong ? " aria-invalid=\"true\" autofocus" : "", attributes);
  }
  void begin_form() {
    body_ += fmt::format("<form method=\"post\" action=\"/invitation/{}\" accept-charset=\"utf-8\">", language_);
  }
  void raw(std::string_view html) { body_ += html; }
  [[nodiscard]] const InvitationWords& words() const { return words_; }

  Response finish(std::uint16_t status, bool is_wrong) const {
    static const std::string content_policy = policy();
    const std::string title = std::string(is_wrong ? words_.error_title : "") + std::string(words_.title);
    Response page;
    page.status = status;
    page.content_type = "text/html; charset=utf-8";
    page.body = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\">"
        "<title>{}</title><style>{}</style></head>\n<body><main>{}</main></body></html>\n",
        language_, title, style, body_);
    page.headers = {{"Content-Security-Policy", content_policy},
                    {"Referrer-Policy", "no-referrer"},
                    {"X-Content-Type-Options", "nosniff"},
                    {"X-Robots-Tag", "noindex"}};
    return page;
  }

 private:
  const InvitationWords& words_;
  std::string_view language_;
  std::string body_;
};

std::string wrong_text(const InvitationWords& words, const Problem& problem, std::uint8_t digits) {
  if (problem.code == "invitation_not_found") return std::string(words.no_invitation);
  if (problem.code == "pin_weak") return std::string(words.weak);
  if (problem.code == "pin_taken") return std::string(words.taken);
  if (problem.code == "pin_choices_spent") return std::string(words.choices_spent);
  if (problem.code == "credential_exists") return std::string(words.exists);
  if (problem.status == 429) return std::string(words.too_many_tries);
  if (problem.status == 400 && digits != 0) return filled(words.wrong_digits, std::to_string(digits));
  return std::string(words.not_now);
}

// --- The two steps ---

Response first_step(Language language, const Said& said, bool first_look) {
  Page page(language);
  const InvitationWords& words = page.words();
  if (first_look) {
    page.heading(1, words.title);
    for (const std::string_view text : {words.what, words.how, words.care}) page.paragraph(text);
  }
  page.heading(first_look ? 2 : 1, words.pin_title);
  page.paragraph(words.pin_what);
  page.begin_form();
  page.field("link", words.link_label, words.link_hint, said.wrong,
             " name=\"invitation\" type=\"text\" required autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"");
  page.raw(fmt::format("<button>{}</button></form>", escape_html(words.link_button)));
  return page.finish(said.status, said.wrong.has_value());
}

void show_result(Page& page, const usecases::PinDoor& door, const Said& said) {
  const InvitationWords& words = page.words();
  page.paragraph(filled(said.code ? words.made : words.chosen, door.name), " role=\"status\"");
  if (said.code) page.paragraph(said.code->reveal(), " class=\"code\"");
  page.paragraph(words.soon);
}

void show_door(Page& page, const usecases::PinDoor& door, const std::string& invitation, const Said& said) {
  const InvitationWords& words = page.words();
  const std::string id = door.door.text();
  const bool is_said = said.door == id;
  page.begin_form();
  page.raw(fmt::format("<fieldset><legend>{}</legend>", escape_html(door.name)));
  if (is_said && !said.wrong) {
    show_result(page, door, said);
  } else if (door.has_pin) {
    page.paragraph(words.has_pin);
  } else {
    page.raw(
        fmt::format("<input type=\"hidden\" name=\"invitation\" value=\"{}\"><input type=\"hidden\" name=\"door_id\" "
                    "value=\"{}\">",
                    escape_html(invitation), id));
    const std::string digits = std::to_string(door.digits);
    page.field(
        id, filled(words.pin_label, door.name), filled(words.pin_hint, digits),
        is_said ? said.wrong : std::optional<std::string>{},
        fmt::format(" name=\"pin\" type=\"text\" inputmode=\"numeric\" pattern=\"[0-9]{{{0}}}\" maxlength=\"{0}\" required "
                    "autocomplete=\"off\"",
                    digits));
    page.raw(fmt::format("<button>{}</button><button name=\"make\" value=\"1\" formnovalidate>{}</button>",
                         escape_html(words.choose), escape_html(words.make)));
  }
  page.raw("</fieldset></form>");
}

Response second_step(Language language, const usecases::OpenedInvitation& opened, const std::string& invitation,
                     const Said& said) {
  Page page(language);
  page.heading(1, filled(page.words().doors_title, opened.workspace));
  if (opened.pins->empty()) page.paragraph(page.words().no_doors);
  for (const usecases::PinDoor& door : *opened.pins) show_door(page, door, invitation, said);
  return page.finish(said.status, said.wrong.has_value());
}

std::uint8_t digits_at(const usecases::OpenedInvitation& opened, const std::optional<std::string>& door) {
  for (const usecases::PinDoor& one : *opened.pins)
    if (one.door.text() == door) return one.digits;
  return 0;
}

Outcome<Sent> read_form(const Request& request) {
  if (!request.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return Problem{415, "unsupported_media_type", "Send the page's own form: application/x-www-form-urlencoded.", {}, {}};
  Request form;
  form.query = request.body;
  auto values = form.query_parameters({"invitation", "door_id", "pin", "make"});
  if (!values) return values.error();
  Sent sent;
  for (auto& [name, value] : *values) {
    if (name == "invitation")
      sent.invitation = std::move(value);
    else if (name == "door_id")
      sent.door = std::move(value);
    else if (name == "pin")
      sent.pin = std::move(value);
    else
      sent.make = true;
  }
  // The whole link, as it was in the mail, with the blanks that a paste brings.
  if (sent.invitation.size() > link_size_bytes_max) sent.invitation.clear();
  sent.invitation.erase(0, sent.invitation.find('#') + 1);
  std::erase_if(sent.invitation, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return sent;
}

/// Tries what the second step's form asks for.
Task<Outcome<Said>> choose(Context& context, std::string peer, Sent sent) {
  usecases::PinByInvitation order;
  order.invitation = sent.invitation;
  const auto door = DoorId::parse(sent.door.value_or(""));
  if (!door) co_return not_found("invitation");
  order.door = *door;
  if (!sent.make) {
    CARDEA_CO_ASSIGN(order.pin, read_pin(sent.pin));
  }
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::choose_pin(context, std::move(order), std::move(peer)));
  co_return Said{200, sent.door, std::nullopt, made.code};
}

Task<Outcome<Response>> take_form(Context& context, const Request& request) {
  const auto language = language_of(request.parameter("language"));
  if (!language) co_return not_found("page", "There is no page in this language. There are: en, zh, de.");
  CARDEA_CO_ASSIGN(const Sent sent, read_form(request));
  const InvitationWords& words = invitation_words(*language);
  std::optional<Problem> problem;
  Said said;
  if (sent.door) {
    auto done = co_await choose(context, std::string(request.peer), sent);
    if (done)
      said = *std::move(done);
    else
      problem = done.error();
  }
  const auto opened = co_await usecases::open_grant_invitation(context, sent.invitation, std::string(request.peer));
  if (!opened)
    problem = opened.error();
  else if (!opened->pins)
    problem = usecases::no_invitation();
  const bool has_doors = opened && opened->pins;
  if (problem) {
    const std::uint8_t digits = has_doors ? digits_at(*opened, sent.door) : std::uint8_t{0};
    said = {problem->status, sent.door, wrong_text(words, *problem, digits)};
  }
  if (!has_doors) co_return first_step(*language, said, false);
  co_return second_step(*language, *opened, sent.invitation, said);
}

Task<Response> show(const Request& request) {
  const auto language = language_of(request.parameter("language"));
  if (!language) co_return http::response_of(not_found("page", "There is no page in this language. There are: en, zh, de."));
  co_return first_step(*language, {}, true);
}

}  // namespace

void add_invitation_page(http::Router& router, Context& context) {
  // Whatever a mailer or a tracker adds to the link's query: the page is the same.
  router.add(Method::kGet, "/invitation/{language}", Permission::kPublic, show);
  add(router, context, Method::kPost, "/invitation/{language}", Permission::kPublic, Reach::kEverybody, take_form);
}

}  // namespace cardea::server::api
