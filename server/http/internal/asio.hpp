// SPDX-License-Identifier: Apache-2.0
#pragma once
// Asio under our own Task: the concrete executor everywhere (a third of the CPU of any_io_executor), and one awaiter for its
// callbacks.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <coroutine>
#include <cstddef>
#include <utility>

namespace cardea::server::http {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using TcpSocket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using ErrorCode = boost::system::error_code;

/// `const auto [error, size] = co_await Operation([&](auto done) { asio::async_write(socket, buffer, std::move(done)); });`
template <class Start>
class Operation {
 public:
  explicit Operation(Start start) : start_(std::move(start)) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    start_([this, caller](ErrorCode error, std::size_t size = 0) {
      error_ = error;
      size_ = size;
      caller.resume();
    });
  }
  std::pair<ErrorCode, std::size_t> await_resume() const noexcept { return {error_, size_}; }

 private:
  Start start_;
  ErrorCode error_;
  std::size_t size_ = 0;
};

}  // namespace cardea::server::http
