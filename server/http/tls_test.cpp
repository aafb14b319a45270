// SPDX-License-Identifier: Apache-2.0
// The real server and client under TLS, with certificates that are made here. What is refused comes first.
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <fstream>

#include "server/domain/instant.hpp"
#include "server/http/test_certificates.hpp"
#include "server/http/test_server.hpp"

namespace cardea::server::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

class Echo final : public SocketHandler {
 public:
  explicit Echo(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) {}
  Task<void> on_message(ByteSpan message) override {
    if (message.size() == 5)  // "flood"
      while (socket_->send(std::vector<std::uint8_t>(60'000))) continue;
    else
      socket_->send(message);
    co_return;
  }
  Task<void> on_close() override { co_return; }

 private:
  std::shared_ptr<Socket> socket_;
};

std::string get(std::string_view path) { return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

class TlsTest : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    auto identity = TlsIdentity::load(certificates_.files());
    ASSERT_TRUE(identity.ok()) << identity.error().message;
    options.tls = identity_ = *identity;
    options.on_handshake_failure = [this](const std::string&, const std::string& why) { failures_ += why + "\n"; };
    server_ = std::make_unique<TestServer>(std::move(options));
    server_->router().add(Method::kGet, "/open", Permission::kPublic, [](const Request& request) -> Task<Response> {
      co_return json_response(200, json_text(request.query));
    });
    server_->router().add(
        Method::kPost, "/echo", Permission::kPublic,
        [](const Request& request) -> Task<Response> { co_return json_response(200, std::string(request.body)); }, 4u << 20);
    server_->router().add(Method::kGet, "/flood", Permission::kPublic, [](const Request&) -> Task<Response> {
      Response response{200, "text/plain", {}, {}};
      response.stream = [](BodyWriter& out) -> Task<void> {
        for (bool is_open = true; is_open;) is_open = co_await out.write(std::string(65'536, 'x'));
      };
      co_return response;
    });
    server_->server().add_socket(
        {.path = "/v1/link",
         .subprotocol = "cardea.link.v1",
         .queue_count_max = 16,
         .open = [](std::shared_ptr<Socket> socket) { return std::make_unique<Echo>(std::move(socket)); }});
    server_->start();
  }
  void SetUp() override { certificates_.make(); }
  void TearDown() override {
    if (server_) server_->stop(seconds(5));
  }

  [[nodiscard]] BaseUrl url(const std::string& host = "127.0.0.1") const {
    return {host, std::to_string(server_->port()), "", true, certificates_.ca_file()};
  }
  std::string refusal(const BaseUrl& to) {
    const auto answer = Client(to, seconds(10)).send({.path = "/open"});
    return answer.ok() ? "answered" : answer.error().message;
  }
  bool answers() { return refusal(url()) == "answered"; }
  template <class Work>
  auto on_loop(Work work) {
    std::promise<decltype(work())> done;
    server_->loop().post([&] { done.set_value(work()); });
    return done.get_future().get();
  }

  TestCertificates certificates_;
  std::shared_ptr<TlsIdentity> identity_;
  std::string failures_;
  std::unique_ptr<TestServer> server_;
};

/// OpenSSL as any other client has it: what `set` makes of it, and what came of the handshake.
struct OtherClient {
  template <class Set>
  OtherClient(std::uint16_t port, Set set) : raw(port), context(SSL_CTX_new(TLS_client_method())) {
    set(context);
    ssl = SSL_new(context);
    SSL_set_fd(ssl, raw.descriptor());
    connected = SSL_connect(ssl) == 1;
  }
  ~OtherClient() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
  RawClient raw;
  SSL_CTX* context;
  SSL* ssl = nullptr;
  bool connected = false;
};

// --- Who is refused ---

TEST_F(TlsTest, RefusesAClientThatSpeaksOlderTls) {
  start();
  const OtherClient old(server_->port(), [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); });
  EXPECT_FALSE(old.connected);
  const OtherClient newer(server_->port(), [](SSL_CTX*) {});
  EXPECT_TRUE(newer.connected);
  EXPECT_STREQ(SSL_get_version(newer.ssl), "TLSv1.3");
  EXPECT_THAT(on_loop([this] { return failures_; }), HasSubstr("unsupported protocol"));
}

TEST_F(TlsTest, RefusesAClientThatWantsAnotherProtocolUnderIt) {
  start();
  const OtherClient h2(server_->port(), [](SSL_CTX* context) {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>("\x02h2"), 3);
  });
  EXPECT_FALSE(h2.connected);
}

TEST_F(TlsTest, OffersNoTicketToResume) {
  start();
  OtherClient client(server_->port(), [](SSL_CTX*) {});
  ASSERT_TRUE(client.connected);
  const std::string request = get("/open");
  ASSERT_EQ(SSL_write(client.ssl, request.data(), static_cast<int>(request.size())), static_cast<int>(request.size()));
  char answer[4'096];
  ASSERT_GT(SSL_read(client.ssl, answer, sizeof answer), 0);
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(client.ssl)), 0);
}

TEST_F(TlsTest, AnswersPlainHttpWithNothingInPlain) {
  start();
  RawClient plain(server_->port());
  plain.send(get("/open"));
  EXPECT_THAT(plain.receive(), Not(HasSubstr("HTTP")));
  EXPECT_TRUE(answers());
}

TEST_F(TlsTest, CutsAHandshakeThatIsTooSlow) {
  ServerOptions impatient;
  impatient.tick = milliseconds(20);
  impatient.handshake_max = milliseconds(200);
  start(std::move(impatient));
  RawClient silent(server_->port());
  EXPECT_EQ(silent.receive(), "");
  RawClient slow(server_->port());
  slow.send("\x16\x03\x01\x02");
  EXPECT_EQ(slow.receive(), "");
  EXPECT_EQ(on_loop([this] { return failures_; }), "it took too long\nit took too long\n");
  EXPECT_TRUE(answers());
}

/// What a client of today says first.
std::string client_hello() {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = SSL_new(context);
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_connect(ssl);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(ssl), &bytes);
  std::string hello(bytes, static_cast<std::size_t>(size));
  SSL_free(ssl);
  SSL_CTX_free(context);
  return hello;
}

TEST_F(TlsTest, SurvivesEveryTruncatedAndEveryBentHello) {
  start();
  const std::string hello = client_hello();
  ASSERT_GT(hello.size(), 100u);
  for (std::size_t size = 0; size < hello.size(); ++size) RawClient(server_->port()).send(hello.substr(0, size));
  for (std::size_t at = 0; at < hello.size(); ++at) {
    std::string bent = hello;
    bent[at] = static_cast<char>(bent[at] ^ 0x80);
    RawClient(server_->port()).send(bent);
  }
  RawClient(server_->port()).send(std::string(100'000, '\x16'));
  RawClient(server_->port()).send(hello + std::string(100'000, 'x'));
  EXPECT_TRUE(answers());
}

// --- Whom the client refuses ---

TEST_F(TlsTest, RefusesAServerOfAnotherName) {
  certificates_.make("DNS:other.example");
  start();
  EXPECT_THAT(refusal(url()), HasSubstr("IP address mismatch"));
  EXPECT_THAT(refusal(url("localhost")), HasSubstr("hostname mismatch"));
}

TEST_F(TlsTest, RefusesAServerOfAnUnknownAuthority) {
  start();
  BaseUrl to = url();
  to.ca_file = TestCertificates().ca_file();  // gone with its folder
  EXPECT_THAT(refusal(to), HasSubstr("no certificates of authorities can be read from"));
  const TestCertificates others;
  to.ca_file = others.ca_file();
  EXPECT_THAT(refusal(to), HasSubstr("its certificate is not believed"));
  to.ca_file.clear();  // the system's know nothing of it either
  EXPECT_THAT(refusal(to), HasSubstr("its certificate is not believed"));
  EXPECT_FALSE(SocketClient::connect(to, "/v1/link", "cardea.link.v1", seconds(10)).ok());
}

TEST_F(TlsTest, RefusesACertificateThatHasEndedOrNotBegun) {
  certificates_.make("IP:127.0.0.1", -2 * TestCertificates::day_s, -TestCertificates::day_s);
  start();
  EXPECT_THAT(refusal(url()), HasSubstr("certificate has expired"));
  certificates_.make("IP:127.0.0.1", TestCertificates::day_s, 2 * TestCertificates::day_s);
  ASSERT_TRUE(on_loop([this] { return identity_->reload(now()).ok(); }));
  EXPECT_THAT(refusal(url()), HasSubstr("not yet valid"));
}

TEST_F(TlsTest, RefusesAPlainServerWhereItWantsTls) {
  TestServer plain;
  plain.start();
  BaseUrl to = plain.url();
  to.tls = true;
  EXPECT_THAT(refusal(to), HasSubstr("cannot reach https://127.0.0.1:"));
}

// --- Which certificates cannot be used ---

TEST_F(TlsTest, SaysWhichFileCannotBeUsedAndWhy) {
  const auto why = [this] {
    const auto loaded = TlsIdentity::load(certificates_.files());
    return loaded.ok() ? "loaded" : loaded.error().message;
  };
  certificates_.lock_key("secret");
  EXPECT_THAT(why(), HasSubstr("key.pem: no private key"));
  certificates_.make();
  certificates_.make_certificate("IP:127.0.0.1", 0, TestCertificates::day_s);
  EXPECT_THAT(why(), HasSubstr("key values mismatch"));
  certificates_.make("");
  EXPECT_THAT(why(), HasSubstr("names no host"));
  std::ofstream(certificates_.files().certificate) << "-----BEGIN CERTIFICATE-----\n";
  EXPECT_THAT(why(), HasSubstr("certificate.pem: no certificate can be read from it"));
  std::filesystem::remove(certificates_.files().certificate);
  EXPECT_THAT(why(), HasSubstr("certificate.pem: no certificate can be read from it"));
}

TEST_F(TlsTest, KeepsTheOldCertificateWhenTheNewOneIsBroken) {
  start();
  const auto before = on_loop([this] { return identity_->certificate().ends_at; });
  const auto reload = [this] {
    return on_loop([this] {
      const auto loaded = identity_->reload(now());
      return loaded.ok() ? "reloaded" : loaded.error().message;
    });
  };
  EXPECT_FALSE(on_loop([this] { return identity_->files_changed(); }));
  certificates_.make_certificate("IP:127.0.0.1", 0, 90 * TestCertificates::day_s);
  EXPECT_TRUE(on_loop([this] { return identity_->files_changed(); }));
  EXPECT_FALSE(on_loop([this] { return identity_->files_changed(); }));
  EXPECT_THAT(reload(), HasSubstr("key values mismatch"));
  EXPECT_TRUE(answers());
  certificates_.make("IP:127.0.0.1", -2, -1);
  EXPECT_THAT(reload(), HasSubstr("has ended"));
  EXPECT_TRUE(answers());
  EXPECT_EQ(on_loop([this] { return identity_->certificate().ends_at; }), before);
}

TEST_F(TlsTest, TakesANewCertificateWhileConnectionsGoOn) {
  start();
  Client kept(url());
  ASSERT_EQ(kept.send({.path = "/open"})->status, 200);
  auto link = SocketClient::connect(url(), "/v1/link", "cardea.link.v1", seconds(10));
  ASSERT_TRUE(link.ok()) << link.error().message;

  certificates_.make("DNS:other.example", 0, 90 * TestCertificates::day_s);
  ASSERT_TRUE(on_loop([this] { return identity_->reload(now()).ok(); }));
  EXPECT_THAT(refusal(url()), HasSubstr("IP address mismatch"));  // who comes now meets the new one

  EXPECT_EQ(kept.send({.path = "/open"})->status, 200);
  const std::vector<std::uint8_t> message{1, 2, 3};
  std::vector<std::uint8_t> out;
  ASSERT_TRUE(link->send(message));
  EXPECT_EQ(link->receive(out, seconds(10)), SocketClient::Event::kMessage);
  EXPECT_EQ(on_loop([this] { return identity_->certificate().names; }), std::vector<std::string>{"other.example"});
}

// --- What goes over it ---

TEST_F(TlsTest, CarriesRequestsOfAnySizeOverOneConnection) {
  start();
  for (const auto* host : {"127.0.0.1", "localhost"}) {
    Client client(url(host));
    for (const std::size_t size : {1u, 16'383u, 16'384u, 16'385u, 3'000'000u}) {
      const std::string body(size, 'b');
      const auto answer = client.send({.method = "POST", .path = "/echo", .body = body});
      ASSERT_TRUE(answer.ok()) << answer.error().message;
      EXPECT_EQ(answer->body, body);
    }
  }
}

TEST_F(TlsTest, CarriesSocketsAndTheirLimits) {
  start();
  auto client = SocketClient::connect(url(), "/v1/link", "cardea.link.v1", seconds(10));
  ASSERT_TRUE(client.ok()) << client.error().message;
  std::vector<std::uint8_t> out;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{40'000}, std::size_t{65'536}}) {
    const std::vector<std::uint8_t> message(size, 0xa5);
    ASSERT_TRUE(client->send(message));
    ASSERT_EQ(client->receive(out, seconds(10)), SocketClient::Event::kMessage);
    EXPECT_EQ(out, message);
  }
  ASSERT_TRUE(client->send(std::vector<std::uint8_t>(5)));
  SocketClient::Event event = SocketClient::Event::kMessage;
  while ((event = client->receive(out, seconds(10))) == SocketClient::Event::kMessage) continue;
  EXPECT_EQ(event, SocketClient::Event::kClosed);
  EXPECT_EQ(client->close_code(), 1013);
}

TEST_F(TlsTest, CutsAPeerThatDoesNotReadAndEndsStreamsOfPeersThatAreGone) {
  ServerOptions quick;
  quick.tick = milliseconds(50);
  quick.response_max = milliseconds(300);
  start(std::move(quick));
  OtherClient silent(server_->port(), [](SSL_CTX*) {});
  const std::string request = get("/flood");
  SSL_write(silent.ssl, request.data(), static_cast<int>(request.size()));
  Client gone(url());
  ASSERT_TRUE(gone.follow({.path = "/flood"}, seconds(10), [](std::string_view) { return false; }).ok());
  // stop() waits for both streams: with either of them left it would take as long as its grace.
  const auto begun = std::chrono::steady_clock::now();
  server_->stop(seconds(60));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(30));
}

TEST_F(TlsTest, EndsConnectionsInEveryStateWhenTheServerStops) {
  start();
  RawClient shaking(server_->port());
  shaking.send(client_hello().substr(0, 50));
  Client idle(url());
  ASSERT_EQ(idle.send({.path = "/open"})->status, 200);
  auto link = SocketClient::connect(url(), "/v1/link", "cardea.link.v1", seconds(10));
  ASSERT_TRUE(link.ok());
  server_->loop().post([this] { spawn(server_->server().stop(milliseconds(300))); });
  std::vector<std::uint8_t> out;
  EXPECT_EQ(link->receive(out, seconds(10)), SocketClient::Event::kClosed);
  EXPECT_EQ(link->close_code(), 1001);
  EXPECT_EQ(shaking.receive(), "");
}

}  // namespace
}  // namespace cardea::server::http
