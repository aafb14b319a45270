// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/body_stream.hpp"

#include <fmt/format.h>

namespace cardea::server::http {
namespace {

/// So soon does a stream end after its caller's key.
constexpr std::chrono::milliseconds let_in_again_every{500};

class StreamWriter final : public BodyWriter {
 public:
  StreamWriter(Answering& answering, Connection& connection, const Exchange& exchange, const bool& stopping, bool chunked)
      : answering_(answering), c_(connection), x_(exchange), stopping_(stopping), chunked_(chunked) {}

  Task<bool> write(std::string bytes) override { return write_piece(*this, std::move(bytes)); }

  static Task<bool> write_piece(StreamWriter& self, std::string bytes) {
    const bool is_open = co_await self.look();
    if (!is_open) co_return false;
    if (bytes.empty()) co_return true;  // an empty chunk would be the last one
    std::string chunk = self.chunked_ ? fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes) : std::move(bytes);
    const bool sent = co_await self.send(std::move(chunk));
    co_return sent;
  }
  /// A peer that has closed its side reads no more: nobody half-closes a stream that it wants to go on.
  Task<bool> look() {
    if (stopping_ || c_.peer_is_gone()) open_ = false;
    if (!open_ || Clock::now() - let_in_at_ < let_in_again_every) co_return open_;
    let_in_at_ = Clock::now();
    open_ = co_await answering_.is_still_let_in(c_, x_);
    co_return open_;
  }
  Task<bool> send(std::string bytes) {
    c_.enter(Connection::Phase::kWriting);
    const bool sent = co_await c_.write(bytes);
    c_.enter(Connection::Phase::kHandling);
    if (!sent) open_ = false;
    co_return open_;
  }

 private:
  Answering& answering_;
  Connection& c_;
  const Exchange& x_;
  const bool& stopping_;
  bool chunked_;
  bool open_ = true;
  Clock::time_point let_in_at_ = Clock::now();
};

}  // namespace

Task<void> send_stream(Answering& answering, Connection& c, const Response& response, Exchange& x, std::string_view date,
                       const bool& stopping) {
  x.keep_alive = false;
  x.status = response.status;
  const bool chunked = c.message().version() == 11;
  render_head(response, x, date, c.out);
  if (chunked) c.out += "Transfer-Encoding: chunked\r\n";
  c.out += "\r\n";
  StreamWriter writer(answering, c, x, stopping, chunked);
  const bool begun = co_await writer.send(c.out);
  if (begun && !x.head_only) {
    try {
      co_await response.stream(writer);
      if (chunked && !c.timed_out()) co_await writer.send("0\r\n\r\n");
    } catch (const std::exception& error) {
      answering.note_exception(x, error);
    }
  }
  answering.note_access(c, x);
}

}  // namespace cardea::server::http
