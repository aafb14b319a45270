// SPDX-License-Identifier: Apache-2.0
#include "server/mail/smtp.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace cardea::server::mail {
namespace {

constexpr std::size_t reply_chars_max = 200;

/// One delivery while it runs.
struct Delivery {
  const std::string* bytes = nullptr;
  std::size_t offset = 0;
  bool body_asked_for = false;
  std::string refusal;  ///< the server's last line that says no
  const std::atomic<bool>* stopping = nullptr;
};

std::size_t give(char* out, std::size_t size, std::size_t count, void* data) {
  auto* delivery = static_cast<Delivery*>(data);
  delivery->body_asked_for = true;
  const std::size_t given = std::min(size * count, delivery->bytes->size() - delivery->offset);
  std::memcpy(out, delivery->bytes->data() + delivery->offset, given);
  delivery->offset += given;
  return given;
}

/// Each line that the server says.
std::size_t take_reply(char* bytes, std::size_t size, std::size_t count, void* data) {
  std::string line(bytes, std::min(size * count, reply_chars_max));
  std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (line.starts_with('4') || line.starts_with('5')) static_cast<Delivery*>(data)->refusal = line;
  return size * count;
}

int may_go_on(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Delivery*>(data)->stopping->load() ? 1 : 0;
}

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// What the server refused, by what libcurl says of it.
std::string_view step_of(std::string_view error, bool body_asked_for) {
  if (error.starts_with("RCPT failed")) return "refused the recipient";
  if (error.starts_with("MAIL failed")) return "refused the sender";
  if (error.starts_with("DATA failed") || body_asked_for) return "refused the message";
  return "refused to talk";
}

SmtpAnswer refusal(const Delivery& delivery, long status, std::string_view error) {
  const std::string_view step = step_of(error, delivery.body_asked_for);
  const bool about_this_mail = step != "refused to talk";
  return {about_this_mail && status >= 500 ? SmtpResult::kRefused : SmtpResult::kNotNow,
          fmt::format("the mail server {}: {}", step, delivery.refusal)};
}

SmtpAnswer answer_of(CURLcode code, CURL* easy, const Delivery& delivery, const char* error) {
  if (code == CURLE_OK) return {SmtpResult::kAccepted, ""};
  if (*delivery.stopping) return {SmtpResult::kNotNow, "the platform stopped meanwhile"};
  if (code == CURLE_LOGIN_DENIED)
    return {SmtpResult::kNotNow, fmt::format("the mail server refused the user name or password: {}", delivery.refusal)};
  if (code == CURLE_USE_SSL_FAILED) return {SmtpResult::kNotNow, "the mail server offers no TLS"};
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  const bool server_said_no =
      status >= 400 && status < 600 &&
      (code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UPLOAD_FAILED || code == CURLE_RECV_ERROR);
  if (server_said_no) return refusal(delivery, status, error);
  return {SmtpResult::kNotNow,
          fmt::format("the mail server did not take it: {}", error[0] != '\0' ? error : curl_easy_strerror(code))};
}

void set_connection(CURL* easy, const SmtpOptions& options) {
  curl_easy_setopt(easy, CURLOPT_URL, options.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(options.without_tls ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, options.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, options.password.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_max.count()));
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(options.whole_max.count() / 1'000 + 1));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole_max.count()));
}

/// libcurl says QUIT when its handle ends and waits two minutes for the answer, which nobody needs.
void do_not_wait_for_goodbye(CURL* easy, bool say_it) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
  if (socket != CURL_SOCKET_BAD) ::shutdown(socket, say_it ? SHUT_RD : SHUT_RDWR);
}

SmtpAnswer deliver(const SmtpOptions& options, const std::string& to, const std::string& bytes,
                   const std::atomic<bool>& stopping) {
  const std::unique_ptr<CURL, EasyCloser> easy(curl_easy_init());
  const std::unique_ptr<curl_slist, ListCloser> recipients(curl_slist_append(nullptr, to.c_str()));
  if (easy == nullptr || recipients == nullptr) return {SmtpResult::kNotNow, "there is not enough memory"};
  Delivery delivery{&bytes, 0, false, "", &stopping};
  char error[CURL_ERROR_SIZE] = {};
  set_connection(easy.get(), options);
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, options.from.address.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(easy.get(), CURLOPT_READDATA, &delivery);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, take_reply);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &delivery);
  curl_easy_setopt(easy.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFOFUNCTION, may_go_on);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFODATA, &delivery);
  const CURLcode code = curl_easy_perform(easy.get());
  do_not_wait_for_goodbye(easy.get(), code == CURLE_OK);
  return answer_of(code, easy.get(), delivery, error);
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string complaint_about(const SmtpOptions& options) {
  const bool is_url = (options.url.starts_with("smtp://") || options.url.starts_with("smtps://")) &&
                      options.url.find('@') == std::string::npos && options.url.find_first_of(" \t\r\n") == std::string::npos &&
                      options.url.size() > std::string_view("smtps://").size();
  if (!is_url)
    return "the mail server must be written like smtp://mail.example.org:587 or smtps://mail.example.org, without a user.";
  if (!is_address(options.from.address))
    return "the sender of mails must be written like \"Harbour House <doors@example.org>\".";
  if (has_control(options.user) || has_control(options.password))
    return "the user or the password for the mail server holds a control character.";
  if (options.without_tls && !options.user.empty()) return "a password goes to the mail server under TLS only.";
  return "";
}

Smtp::Smtp(Loop& loop, SmtpOptions options) : options_(std::move(options)), workers_(loop, 2, queue_count_max) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CARDEA_ASSERT(ready && complaint_about(options_).empty());
}

Task<SmtpAnswer> Smtp::send(std::string to, std::string bytes) {
  SmtpAnswer answer{SmtpResult::kNotNow, "the platform stopped meanwhile"};
  if (stopping_) co_return answer;
  // Named: g++ 12 destroys a temporary closure of a co_await twice.
  auto work = [this, &to, &bytes] { return deliver(options_, to, bytes, stopping_); };
  auto sent = co_await workers_.run(work);
  if (sent)
    answer = *std::move(sent);
  else
    answer.failure = "too many mails are under way";
  co_return answer;
}

}  // namespace cardea::server::mail
