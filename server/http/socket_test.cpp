// SPDX-License-Identifier: Apache-2.0
// WebSockets between the real server and the real client.
#include <gmock/gmock.h>

#include "server/http/test_server.hpp"

namespace cardea::server::http {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::uint8_t> bytes(std::string_view text) { return {text.begin(), text.end()}; }

/// Echoes; "close" closes with 4400, "admit" admits, "flood" sends until the queue is full.
class Echo final : public SocketHandler {
 public:
  Echo(std::shared_ptr<Socket> socket, std::promise<void>* closed) : socket_(std::move(socket)), closed_(closed) {}
  Task<void> on_message(ByteSpan message) override {
    const std::string text(message.begin(), message.end());
    if (text == "close")
      socket_->close(4400, "as you wish");
    else if (text == "admit")
      admit();
    else if (text == "flood")
      while (socket_->send(std::vector<std::uint8_t>(60'000))) continue;
    else
      socket_->send(message);
    co_return;
  }
  Task<void> on_close() override {
    if (closed_ != nullptr) closed_->set_value();
    co_return;
  }

 private:
  void admit() {
    socket_->admit();
    socket_->send(bytes("admitted"));
  }
  std::shared_ptr<Socket> socket_;
  std::promise<void>* closed_;
};

class SocketTest : public ::testing::Test {
 protected:
  explicit SocketTest(ServerOptions options = {}) : server_(std::move(options)) {
    server_.server().add_socket(
        {.path = "/v1/link",
         .subprotocol = "cardea.link.v1",
         .message_size_bytes_max = 65'536,
         .queue_count_max = 16,
         .open = [this](std::shared_ptr<Socket> socket) { return std::make_unique<Echo>(std::move(socket), closed_); }});
    server_.start();
  }
  SocketClient connect() {
    auto client = SocketClient::connect(server_.url(), "/v1/link", "cardea.link.v1", seconds(10));
    EXPECT_TRUE(client.ok()) << client.error().message;
    return *std::move(client);
  }
  std::promise<void>* closed_ = nullptr;
  TestServer server_;
};

TEST_F(SocketTest, RefusesAnotherSubprotocolAndAnotherPath) {
  EXPECT_FALSE(SocketClient::connect(server_.url(), "/v1/link", "cardea.link.v2", seconds(10)).ok());
  EXPECT_FALSE(SocketClient::connect(server_.url(), "/v1/other", "cardea.link.v1", seconds(10)).ok());
  RawClient raw(server_.port());
  raw.send(
      "GET /v1/link HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  EXPECT_THAT(raw.receive(), HasSubstr("subprotocol cardea.link.v1 only"));
}

TEST_F(SocketTest, ClosesOnAMessageThatIsTooLong) {
  SocketClient client = connect();
  EXPECT_TRUE(client.send(std::vector<std::uint8_t>(65'537)));
  std::vector<std::uint8_t> out;
  EXPECT_EQ(client.receive(out, seconds(10)), SocketClient::Event::kClosed);
  EXPECT_EQ(client.close_code(), 1009);
  EXPECT_FALSE(client.send(bytes("late")));
}

TEST_F(SocketTest, ClosesAPeerThatDoesNotReadWhatItIsSent) {
  SocketClient client = connect();
  ASSERT_TRUE(client.send(bytes("flood")));
  std::vector<std::uint8_t> out;
  std::size_t count = 0;
  SocketClient::Event event = SocketClient::Event::kMessage;
  while ((event = client.receive(out, seconds(10))) == SocketClient::Event::kMessage) ++count;
  EXPECT_EQ(event, SocketClient::Event::kClosed);
  EXPECT_EQ(client.close_code(), 1013);
  EXPECT_LE(count, 17u);
}

TEST_F(SocketTest, CarriesMessagesBothWaysAndTellsTheCloseCode) {
  SocketClient client = connect();
  std::vector<std::uint8_t> out;
  EXPECT_EQ(client.receive(out, seconds(0)), SocketClient::Event::kNothing);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65'536}}) {
    const std::vector<std::uint8_t> message(size, 0xa5);
    ASSERT_TRUE(client.send(message));
    ASSERT_EQ(client.receive(out, seconds(10)), SocketClient::Event::kMessage);
    EXPECT_EQ(out, message);
  }
  ASSERT_TRUE(client.send(bytes("close")));
  EXPECT_EQ(client.receive(out, seconds(10)), SocketClient::Event::kClosed);
  EXPECT_EQ(client.close_code(), 4400);
}

TEST_F(SocketTest, TellsItsHandlerOnceThatThePeerIsGone) {
  std::promise<void> closed;
  closed_ = &closed;
  {
    SocketClient client = connect();
  }  // without a word
  EXPECT_EQ(closed.get_future().wait_for(seconds(20)), std::future_status::ready);
  closed_ = nullptr;
}

TEST_F(SocketTest, EndsWhenBothSidesSayGoodbyeAtOnce) {
  std::promise<void> closed;
  closed_ = &closed;
  {
    RawClient raw(server_.port());
    raw.send(
        "GET /v1/link HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: cardea.link.v1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    raw.receive("\r\n\r\n");
    // In one segment: a message at which the server closes, and the client's own close (RFC 6455 §5; masked with zeros).
    using std::string_view_literals::operator""sv;
    raw.send("\x82\x85\0\0\0\0close\x88\x80\0\0\0\0"sv);
    raw.receive();
  }
  EXPECT_EQ(closed.get_future().wait_for(seconds(20)), std::future_status::ready);
  closed_ = nullptr;
}

TEST_F(SocketTest, ClosesWith1001WhenTheServerStops) {
  SocketClient client = connect();
  server_.loop().post([this] { spawn(server_.server().stop()); });
  std::vector<std::uint8_t> out;
  EXPECT_EQ(client.receive(out, seconds(10)), SocketClient::Event::kClosed);
  EXPECT_EQ(client.close_code(), 1001);
}

ServerOptions with_two_places() {
  ServerOptions options;
  options.connection_count_max = 2;
  return options;
}

class FullServer : public SocketTest {
 protected:
  FullServer() : SocketTest(with_two_places()) {}
};

TEST_F(FullServer, LetsASocketGiveWayUntilItIsAdmitted) {
  SocketClient first = connect();
  SocketClient second = connect();
  std::vector<std::uint8_t> out;
  ASSERT_TRUE(first.send(bytes("admit")));
  ASSERT_EQ(first.receive(out, seconds(10)), SocketClient::Event::kMessage);
  SocketClient third = connect();
  EXPECT_EQ(second.receive(out, seconds(10)), SocketClient::Event::kClosed);
  ASSERT_TRUE(third.send(bytes("admit")));
  ASSERT_EQ(third.receive(out, seconds(10)), SocketClient::Event::kMessage);
  RawClient late(server_.port());
  EXPECT_EQ(late.receive(), "") << "nobody gives way any more";
  ASSERT_TRUE(first.send(bytes("still here")));
  EXPECT_EQ(first.receive(out, seconds(10)), SocketClient::Event::kMessage);
}

ServerOptions pinging() {
  ServerOptions options;
  options.tick = std::chrono::milliseconds(20);
  options.ping_every = std::chrono::milliseconds(700);
  return options;
}

class PingingServer : public SocketTest {
 protected:
  PingingServer() : SocketTest(pinging()) {}
};

TEST_F(PingingServer, KeepsASilentPeerThatAnswersAndCutsOneThatDoesNot) {
  RawClient silent(server_.port());
  silent.send(
      "GET /v1/link HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: cardea.link.v1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  EXPECT_THAT(silent.receive("\r\n\r\n"), StartsWith("HTTP/1.1 101 "));
  SocketClient answering = connect();
  std::vector<std::uint8_t> out;
  EXPECT_EQ(answering.receive(out, std::chrono::milliseconds(2'000)),
            SocketClient::Event::kNothing);                 // answers pings meanwhile
  EXPECT_EQ(silent.receive(), std::string("\x89\x00", 2));  // one ping, then the end
  ASSERT_TRUE(answering.send(bytes("still there")));
  EXPECT_EQ(answering.receive(out, seconds(10)), SocketClient::Event::kMessage);
}

}  // namespace
}  // namespace cardea::server::http
