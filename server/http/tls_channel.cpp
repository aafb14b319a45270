// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/tls_channel.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <climits>

#include "core/base/assert.hpp"

namespace cardea::server::http {
namespace {

// --- OpenSSL's view of the socket: never a SIGPIPE, and nothing after detach() ---

TlsChannel* channel_of(BIO* bio) { return static_cast<TlsChannel*>(BIO_get_data(bio)); }

template <class Transfer>
int transfer(BIO* bio, int flag, Transfer once) {
  BIO_clear_retry_flags(bio);
  TcpSocket* socket = channel_of(bio)->socket();
  if (socket == nullptr) {
    errno = EBADF;
    return -1;
  }
  ssize_t size = 0;
  do size = once(socket->native_handle());
  while (size < 0 && errno == EINTR);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_flags(bio, flag | BIO_FLAGS_SHOULD_RETRY);
  return static_cast<int>(size);
}

int bio_read(BIO* bio, char* out, int size) {
  const int got = transfer(bio, BIO_FLAGS_READ, [&](int fd) { return ::recv(fd, out, static_cast<std::size_t>(size), 0); });
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return got;
}

int bio_write(BIO* bio, const char* bytes, int size) {
  return transfer(bio, BIO_FLAGS_WRITE,
                  [&](int fd) { return ::send(fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL); });
}

long bio_control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP: return 1;
    case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default: return 0;
  }
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cardea socket");
    CARDEA_ASSERT(made != nullptr);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

// --- Errors ---

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // Boost's base class has no virtual one, and no need of it
class TlsCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "tls"; }
  [[nodiscard]] std::string message(int reason) const override {
    const char* text = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, static_cast<unsigned>(reason)));
    return text == nullptr ? "TLS failed" : std::string("TLS: ") + text;
  }
};

#pragma GCC diagnostic pop

ErrorCode tls_error(int reason) {
  static const TlsCategory category;
  return {reason == 0 ? SSL_R_SSL_HANDSHAKE_FAILURE : reason, category};
}

int length(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

std::string take_ssl_error() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  std::string out = text == nullptr ? "" : text;
  ERR_clear_error();
  return out;
}

void set_up(SSL_CTX* context) {
  CARDEA_ASSERT(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  CARDEA_ASSERT(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
  CARDEA_ASSERT(
      SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1);
  CARDEA_ASSERT(SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_security_level(context, 2);
}

TlsChannel::TlsChannel(TcpSocket& socket, SslHandle ssl) : socket_(&socket), ssl_(std::move(ssl)) {
  BIO* const bio = BIO_new(socket_method());
  CARDEA_ASSERT(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
}

TlsChannel::Step TlsChannel::outcome_of(int result) {
  const int saved = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return {.next = Next::kWaitToRead};
    case SSL_ERROR_WANT_WRITE: return {.next = Next::kWaitToWrite};
    case SSL_ERROR_ZERO_RETURN: return {.error = asio::error::eof};
    case SSL_ERROR_SYSCALL:
      return {.error =
                  saved == 0 ? ErrorCode(asio::error::connection_reset) : ErrorCode(saved, boost::system::system_category())};
    default: return {.error = tls_error(ERR_GET_REASON(ERR_peek_last_error()))};
  }
}

TlsChannel::Step TlsChannel::handshake() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Step{} : outcome_of(result);
}

TlsChannel::Step TlsChannel::read(std::span<char> out) {
  ERR_clear_error();
  errno = 0;
  const int size = SSL_read(ssl_.get(), out.data(), length(out.size()));
  return size > 0 ? Step{.size = static_cast<std::size_t>(size)} : outcome_of(size);
}

TlsChannel::Step TlsChannel::write(std::span<const char> bytes) {
  ERR_clear_error();
  errno = 0;
  const int size = SSL_write(ssl_.get(), bytes.data(), length(bytes.size()));
  return size > 0 ? Step{.size = static_cast<std::size_t>(size)} : outcome_of(size);
}

bool TlsChannel::has_pending() const { return SSL_has_pending(ssl_.get()) == 1; }

bool TlsChannel::peer_is_gone() {
  ERR_clear_error();
  errno = 0;
  char byte = 0;
  const int size = SSL_peek(ssl_.get(), &byte, 1);
  return size <= 0 && outcome_of(size).error;
}

void TlsChannel::say_goodbye() {
  ERR_clear_error();
  if (socket_ != nullptr && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
}

}  // namespace cardea::server::http
