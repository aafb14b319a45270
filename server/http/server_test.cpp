// SPDX-License-Identifier: Apache-2.0
// The HTTP server over real sockets.
#include "server/http/server.hpp"

#include <gmock/gmock.h>

#include "server/http/test_server.hpp"

namespace cardea::server::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string get(std::string_view path, std::string_view more = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

class HttpServer : public ::testing::Test {
 protected:
  explicit HttpServer(ServerOptions options = {}) : server_(std::move(options)) {
    Router& router = server_.router();
    router.add(Method::kGet, "/open", Permission::kPublic, [](const Request& request) -> Task<Response> {
      co_return json_response(200, "{\"query\":\"" + std::string(request.query) + "\"}");
    });
    router.add(Method::kPost, "/echo", Permission::kPublic,
               [](const Request& request) -> Task<Response> { co_return json_response(200, std::string(request.body)); });
    router.add(
        Method::kPost, "/file", Permission::kPublic,
        [](const Request& request) -> Task<Response> { co_return json_response(200, std::to_string(request.body.size())); },
        200'000);
    router.add(Method::kGet, "/doors", Permission::kDoorsRead,
               [](const Request&) -> Task<Response> { co_return json_response(200, "[]"); });
    router.add(Method::kDelete, "/doors", Permission::kDoorsWrite,
               [](const Request&) -> Task<Response> { co_return no_content(); });
    router.add(Method::kGet, "/bug", Permission::kPublic, [](const Request&) -> Task<Response> {
      throw std::runtime_error("a bug");
      co_return no_content();
    });
    server_.start();
  }
  std::string exchange(std::string_view bytes) {
    RawClient client(server_.port());
    client.send(bytes);
    return client.receive();
  }
  TestServer server_;
};

class BehindAProxy : public ::testing::Test {
 protected:
  static ServerOptions trusting(std::vector<std::string> proxies) {
    ServerOptions options;
    options.trusted_proxies = std::move(proxies);
    return options;
  }
  /// Who the handler is told that it is.
  static std::string peer(std::vector<std::string> proxies, std::string_view headers) {
    TestServer server(trusting(std::move(proxies)));
    server.router().add(Method::kGet, "/peer", Permission::kPublic, [](const Request& request) -> Task<Response> {
      co_return json_response(200, std::string(request.peer));
    });
    server.start();
    RawClient client(server.port());
    client.send(get("/peer", "Connection: close\r\n" + std::string(headers)));
    const std::string answer = client.receive();
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }
};

TEST_F(BehindAProxy, NobodySaysWhoTheyAreToAServerThatTrustsNoProxy) {
  EXPECT_EQ(peer({}, "X-Forwarded-For: 192.0.2.1\r\n"), "127.0.0.1");
  EXPECT_EQ(peer({"192.0.2.9"}, "X-Forwarded-For: 192.0.2.1\r\n"), "127.0.0.1");
}

TEST_F(BehindAProxy, IsTheLastAddressThatNoProxyOfOursHasWhateverTheClientWroteBefore) {
  EXPECT_EQ(peer({"127.0.0.1"}, ""), "127.0.0.1");
  EXPECT_EQ(peer({"127.0.0.1"}, "X-Forwarded-For: 192.0.2.1\r\n"), "192.0.2.1");
  EXPECT_EQ(peer({"127.0.0.1"}, "x-forwarded-for: 10.6.6.6, 192.0.2.1\r\n"), "192.0.2.1");
  // A proxy may add a line of its own instead of going on with the client's.
  EXPECT_EQ(peer({"127.0.0.1"}, "X-Forwarded-For: 10.6.6.6\r\nX-Forwarded-For: 192.0.2.1\r\n"), "192.0.2.1");
  EXPECT_EQ(peer({"127.0.0.1", "192.0.2.9"}, "X-Forwarded-For: 10.6.6.6, 192.0.2.1,192.0.2.9\r\n"), "192.0.2.1");
  EXPECT_EQ(peer({"127.0.0.1"}, "X-Forwarded-For: 192.0.2.1, ,\r\n"), "192.0.2.1");
}

TEST_F(HttpServer, AnswersWhatIsNoRequestWithAProblemAndCloses) {
  for (const char* bytes :
       {"hello\r\n\r\n", "GET /open\r\n\r\n", "GET /open HTTP/1.1\r\nHost a\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "GET /open HTTP/1.1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET open HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    const std::string answer = exchange(bytes);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << bytes;
    EXPECT_THAT(answer, HasSubstr("application/problem+json"));
    EXPECT_THAT(answer, HasSubstr("\"code\":\"malformed_request\""));
  }
}

TEST_F(HttpServer, RefusesHeadersAndBodiesThatAreTooLong) {
  EXPECT_THAT(exchange(get("/open", "X: " + std::string(9'000, 'x') + "\r\n")), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n" + std::string(65'537, 'x')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange("POST /file HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"),
              HasSubstr("\"code\":\"too_large\""));
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11000\r\n" +
                       std::string(0x11000, 'x') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange("POST /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n" +
                       std::string(100'000, 'x')),
              HasSubstr("\r\n\r\n100000"));
}

TEST_F(HttpServer, RefusesRoutesMethodsAndCallersItDoesNotKnow) {
  Client client(server_.url());
  EXPECT_EQ(client.send({.method = "GET", .path = "/nowhere"})->status, 404);
  const auto wrong_method = client.send({.method = "PUT", .path = "/doors"});
  EXPECT_EQ(wrong_method->status, 405);
  EXPECT_EQ(wrong_method->header("allow"), "GET, DELETE");
  EXPECT_EQ(client.send({.method = "BREW", .path = "/doors"})->status, 501);
  const auto nobody = client.send({.method = "GET", .path = "/doors"});
  EXPECT_EQ(nobody->status, 401);
  EXPECT_EQ(nobody->header("www-authenticate"), "Bearer");
  const auto forbidden = client.send({.method = "DELETE", .path = "/doors", .headers = {{"Authorization", "Bearer good"}}});
  EXPECT_EQ(forbidden->status, 403);
  EXPECT_THAT(forbidden->body, HasSubstr("lacks the permission doors:write"));
  EXPECT_EQ(client.send({.method = "GET", .path = "/doors", .headers = {{"Authorization", "Bearer good"}}})->status, 200);
}

TEST_F(HttpServer, TurnsAnExceptionIntoA500ThatNamesTheRequest) {
  Client client(server_.url());
  const auto answer = client.send({.method = "GET", .path = "/bug"});
  EXPECT_EQ(answer->status, 500);
  EXPECT_THAT(answer->body, HasSubstr(answer->header("x-request-id")));
  EXPECT_EQ(client.send({.method = "GET", .path = "/open"})->status, 200);
}

TEST_F(HttpServer, SaysInAProblemWhichTraceItIsOf) {
  constexpr std::string_view trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string theirs = "traceparent: 00-" + std::string(trace) + "-00f067aa0ba902b7-01\r\n";
  const auto answer_to = [this](std::string_view path, const std::string& headers) {
    RawClient client(server_.port());
    client.send(get(path, headers + "Connection: close\r\n"));
    return client.receive();
  };
  EXPECT_THAT(answer_to("/nowhere", theirs), HasSubstr("Trace-Id: " + std::string(trace) + "\r\n"));
  EXPECT_THAT(answer_to("/bug", theirs), HasSubstr(trace));
  // Two of them, or none that can be read: one of our own.
  EXPECT_THAT(answer_to("/nowhere", theirs + theirs), Not(HasSubstr(trace)));
  EXPECT_THAT(answer_to("/nowhere", "traceparent: 00-" + std::string(32, '0') + "-00f067aa0ba902b7-01\r\n"),
              HasSubstr("Trace-Id: "));
  EXPECT_THAT(answer_to("/open", theirs), Not(HasSubstr("Trace-Id")));
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  RawClient client(server_.port());
  client.send(get("/open?1") + get("/open?2") + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz" +
              get("/open?4", "Connection: close\r\n"));
  const std::string answer = client.receive();
  const std::size_t first = answer.find("{\"query\":\"1\"}");
  const std::size_t second = answer.find("{\"query\":\"2\"}");
  const std::size_t third = answer.find("\r\n\r\nxyz");
  const std::size_t fourth = answer.find("{\"query\":\"4\"}");
  EXPECT_TRUE(first < second && second < third && third < fourth && fourth != std::string::npos) << answer;
}

TEST_F(HttpServer, KeepsAConnectionAndAnswersHeadWithoutABody) {
  RawClient client(server_.port());
  client.send("HEAD /open HTTP/1.1\r\nHost: a\r\n\r\n" + get("/open?end", "Connection: close\r\n"));
  const std::string answer = client.receive();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 12\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nHTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("{\"query\":\"end\"}"));
}

TEST_F(HttpServer, AsksForTheBodyOfAClientThatWaits) {
  RawClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.receive("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_THAT(client.receive(), HasSubstr("\r\n\r\nbody"));
}

TEST_F(HttpServer, RefusesToListenWhereSomethingListens) {
  Loop loop;
  Router router;
  TestAuthenticator authenticator;
  ServerOptions options;
  options.port = server_.port();
  Server second(loop, router, authenticator, options);
  EXPECT_THAT(second.listen().error().detail, HasSubstr("it is in use"));
}

ServerOptions impatient() {
  ServerOptions options;
  options.tick = std::chrono::milliseconds(20);
  options.request_max = std::chrono::milliseconds(200);
  options.idle_max = std::chrono::milliseconds(200);
  return options;
}

class ImpatientServer : public HttpServer {
 protected:
  ImpatientServer() : HttpServer(impatient()) {}
};

TEST_F(ImpatientServer, CutsAClientThatNeverFinishesItsRequest) {
  RawClient client(server_.port());
  client.send("GET /open HTTP/1.1\r\nHos");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ImpatientServer, ClosesAnIdleConnectionWithoutAWordAndTheClientTriesAgain) {
  RawClient raw(server_.port());
  EXPECT_EQ(raw.receive(), "");
  Client client(server_.url());
  EXPECT_EQ(client.send({.path = "/open"})->status, 200);
  RawClient(server_.port()).receive();  // as long as an idle connection lives
  EXPECT_EQ(client.send({.path = "/open"})->status, 200);
}

ServerOptions with_few_places() {
  ServerOptions options;
  options.connection_count_max = 4;
  return options;
}

class FullServer : public HttpServer {
 protected:
  FullServer() : HttpServer(with_few_places()) {}
};

TEST_F(FullServer, LetsTheOneGiveWayThatItHasWaitedForLongest) {
  RawClient silent(server_.port());
  RawClient dribbling(server_.port());
  dribbling.send("GET /open HTTP/1.1\r\nHos");
  RawClient third(server_.port());
  RawClient asked(server_.port());
  asked.send(get("/open"));
  EXPECT_THAT(asked.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  RawClient fifth(server_.port());
  EXPECT_EQ(silent.receive(), "");
  fifth.send(get("/open"));
  EXPECT_THAT(fifth.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  RawClient sixth(server_.port());
  EXPECT_EQ(dribbling.receive(), "");
  third.send(get("/open"));
  EXPECT_THAT(third.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST(Stop, LetsTheRequestInFlightFinish) {
  TestServer server;
  std::promise<void> arrived;
  bool goes_on = false;
  server.router().add(Method::kGet, "/slow", Permission::kPublic, [&](const Request&) -> Task<Response> {
    arrived.set_value();
    while (!goes_on) co_await server.loop().sleep(std::chrono::milliseconds(1));
    co_return json_response(200, "\"late\"");
  });
  server.start();
  RawClient in_flight(server.port());
  RawClient idle(server.port());
  in_flight.send(get("/slow"));
  arrived.get_future().wait();
  std::promise<void> stopped;
  const auto stop = [](Server& stopping, std::promise<void>& done) -> Task<void> {
    co_await stopping.stop();
    done.set_value();
  };
  server.loop().post([&] { spawn(stop(server.server(), stopped)); });
  EXPECT_EQ(idle.receive(), "");  // closed at once; the stop is under way
  server.loop().post([&] { goes_on = true; });
  const std::string answer = in_flight.receive();
  EXPECT_THAT(answer, HasSubstr("\"late\""));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  stopped.get_future().wait();
}

TEST(HttpClient, SaysWhatItCannotReach) {
  TestServer gone;
  gone.start();
  const BaseUrl url = gone.url();
  gone.stop(std::chrono::seconds(1));
  Client client(url, std::chrono::seconds(5));
  EXPECT_THAT(client.send({}).error().message, HasSubstr("cannot reach http://127.0.0.1:" + url.port + ": Connection refused"));
}

// --- Streams ---

class HttpStream : public ::testing::Test {
 protected:
  HttpStream() : server_(quick()) {
    server_.router().add(Method::kGet, "/count", Permission::kPublic, [](const Request&) -> Task<Response> {
      co_return streaming([](BodyWriter& out) -> Task<void> {
        for (int i = 1; i <= 3; ++i) co_await out.write(std::to_string(i));
      });
    });
    server_.router().add(Method::kGet, "/bug", Permission::kPublic, [](const Request&) -> Task<Response> {
      co_return streaming([](BodyWriter& out) -> Task<void> {
        co_await out.write("half");
        throw std::runtime_error("a bug");
      });
    });
    server_.router().add(Method::kGet, "/flood", Permission::kPublic, [this](const Request&) -> Task<Response> {
      co_return streaming([this](BodyWriter& out) { return flood(out); });
    });
    server_.router().add(Method::kGet, "/mine", Permission::kDoorsRead, [this](const Request&) -> Task<Response> {
      co_return streaming([this](BodyWriter& out) { return drip(out); });
    });
    server_.start();
  }
  static ServerOptions quick() {
    ServerOptions options;
    options.stream_count_max = 2;
    options.tick = std::chrono::milliseconds(50);
    options.response_max = std::chrono::milliseconds(300);
    return options;
  }
  static Response streaming(std::function<Task<void>(BodyWriter&)> stream) {
    Response response{200, "text/plain", {}, {}};
    response.stream = std::move(stream);
    return response;
  }
  Task<void> flood(BodyWriter& out) {
    for (bool is_open = true; is_open;) {
      is_open = co_await out.write(std::string(65'536, 'x'));
      if (is_open) written_ += 65'536;
    }
    ended_.set_value();
  }
  Task<void> drip(BodyWriter& out) {
    for (bool is_open = true; is_open;) {
      is_open = co_await out.write("drop");
      if (is_open) co_await server_.loop().sleep(std::chrono::milliseconds(1));
    }
  }
  static std::string get_mine() { return "GET /mine HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n"; }
  TestServer server_;
  std::uint64_t written_ = 0;
  std::promise<void> ended_;
};

TEST_F(HttpStream, IsRefusedToWhoHoldsAsManyAsTheyMay) {
  auto first = std::make_unique<RawClient>(server_.port());
  RawClient second(server_.port());
  for (RawClient* client : {first.get(), &second}) {
    client->send(get_mine());
    EXPECT_THAT(client->receive("drop"), HasSubstr("HTTP/1.1 200"));
  }
  RawClient third(server_.port());
  third.send(get_mine());
  const std::string refused = third.receive("}");
  EXPECT_THAT(refused, HasSubstr("HTTP/1.1 429"));
  EXPECT_THAT(refused, HasSubstr("too_many_streams"));
  EXPECT_THAT(refused, HasSubstr("Retry-After: "));
  first.reset();  // which makes room, as soon as the server has seen it
  for (std::string answers; answers.find("HTTP/1.1 200") == std::string::npos;) {
    third.send(get_mine());
    answers += third.receive("\r\n\r\n");
    ASSERT_THAT(answers, Not(HasSubstr("<silence>")));
  }
}

TEST_F(HttpStream, SendsEachPieceAsAChunkAndThenItsEnd) {
  RawClient client(server_.port());
  client.send(get("/count"));
  const std::string answer = client.receive();
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n\r\n1\r\n1\r\n1\r\n2\r\n1\r\n3\r\n0\r\n\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
}

TEST_F(HttpStream, SaysNothingButItsHeadersToHead) {
  RawClient client(server_.port());
  client.send("HEAD /count HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.receive(), ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpStream, ThatBreaksOffHasNoLastChunk) {
  RawClient client(server_.port());
  client.send(get("/bug"));
  EXPECT_THAT(client.receive(), ::testing::EndsWith("4\r\nhalf\r\n"));
}

TEST_F(HttpStream, WaitsForAPeerThatDoesNotReadAndThenCutsIt) {
  RawClient client(server_.port());
  client.send(get("/flood"));
  ended_.get_future().get();
  EXPECT_LT(written_, 64u << 20);  // what the kernel's buffers took; nothing is queued in front of them
}

TEST_F(HttpStream, EndsWhenItsPeerIsGone) {
  {
    RawClient client(server_.port());
    client.send(get("/flood"));
    client.receive("xxx");
  }
  ended_.get_future().get();
}

TEST_F(HttpStream, IsHandedToAClientPieceByPiece) {
  Client client(server_.url());
  std::string text;
  const auto response = client.follow({.path = "/count"}, std::chrono::seconds(10), [&](std::string_view piece) {
    text += piece;
    return true;
  });
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(text, "123");
  EXPECT_FALSE(client.follow({.path = "/bug"}, std::chrono::seconds(10), [](std::string_view) { return true; }).ok());
  EXPECT_EQ(client.follow({.path = "/nothing"}, std::chrono::seconds(10), [](std::string_view) { return true; })->status, 404);
}

}  // namespace
}  // namespace cardea::server::http
