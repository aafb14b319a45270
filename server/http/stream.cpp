// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/stream.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace cardea::server::http {

bool Stream::peer_is_gone() {
  if (!socket_.is_open()) return true;
  if (channel_) return channel_->peer_is_gone();
  char byte = 0;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

void Stream::cancel() {
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void Stream::shutdown_send() {
  if (channel_) channel_->say_goodbye();
  ErrorCode ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Stream::close() {
  if (channel_ && socket_.is_open()) channel_->say_goodbye();
  if (channel_) std::exchange(channel_, nullptr)->detach();
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace cardea::server::http
