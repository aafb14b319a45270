// SPDX-License-Identifier: Apache-2.0
#pragma once
// A reader of the event stream.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/client.hpp"

namespace cardea::server::api::testing {

/// A stream that is read on a thread of its own, until it has `enough` or ends.
class Following {
 public:
  Following(const std::string& url, const std::string& key, const std::string& query, std::string enough,
            std::vector<std::pair<std::string, std::string>> headers = {})
      : enough_(std::move(enough)) {
    headers.emplace_back("Authorization", "Bearer " + key);
    thread_ = std::jthread([this, url, query, headers] {
      http::Client client(http::parse_base_url(url).value());
      const auto response = client.follow({.path = "/v1/events/stream" + query, .headers = headers}, std::chrono::seconds(20),
                                          [this](std::string_view piece) { return take(piece); });
      const std::scoped_lock hold(mutex_);
      status_ = response ? response->status : 0;
      has_ended_ = true;
      changed_.notify_all();
    });
  }
  void wait_until_begun() {
    wait([this] { return !text_.empty(); });
  }
  /// Until it has brought `text`, or has ended.
  void wait_for(const std::string& text) {
    wait([&] { return text_.find(text) != std::string::npos; });
  }
  /// Another text is enough: it is looked for in what comes from now on, too.
  void stop_at(std::string enough) {
    const std::scoped_lock hold(mutex_);
    enough_ = std::move(enough);
  }
  /// The whole of it; waits for its end.
  std::string text() {
    thread_.join();
    return text_;
  }
  /// Of its answer, after its end.
  [[nodiscard]] int status() const { return status_; }

 private:
  /// True: go on.
  bool take(std::string_view piece) {
    const std::scoped_lock hold(mutex_);
    text_ += piece;
    changed_.notify_all();
    return enough_.empty() || text_.find(enough_) == std::string::npos;
  }
  template <class Condition>
  void wait(Condition condition) {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [&] { return has_ended_ || condition(); });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string enough_;
  std::string text_;
  bool has_ended_ = false;
  int status_ = -1;
  std::jthread thread_;
};

}  // namespace cardea::server::api::testing
