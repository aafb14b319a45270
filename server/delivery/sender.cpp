// SPDX-License-Identifier: Apache-2.0
#include "server/delivery/sender.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "server/delivery/target.hpp"

namespace cardea::server::delivery {
namespace {

/// One request, from send() until its answer is told.
struct Transfer {
  Post post;
  Answer answer;
  std::coroutine_handle<> caller;
  curl_slist* headers = nullptr;
  bool address_refused = false;
  bool for_tests = false;
  char error[CURL_ERROR_SIZE] = {};

  ~Transfer() { curl_slist_free_all(headers); }
};

curl_socket_t open_socket(void* data, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto* transfer = static_cast<Transfer*>(data);
  if (!transfer->for_tests && !is_public(address->addr)) {
    transfer->address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Nobody needs what an endpoint says: it is read so that the connection can be used again, up to a limit.
std::size_t discard(char* /*bytes*/, std::size_t size, std::size_t count, void* taken_data) {
  auto* taken = static_cast<std::size_t*>(taken_data);
  *taken += size * count;
  return *taken > 65'536 ? 0 : size * count;
}

}  // namespace

struct Sender::State {
  State(Loop& on, SenderOptions what) : loop(on), options(std::move(what)), multi(curl_multi_init()) {}
  ~State() { curl_multi_cleanup(multi); }

  // --- On the sender's thread ---

  struct Running {
    std::unique_ptr<Transfer> transfer;
    std::size_t taken = 0;
  };

  void run() {
    while (true) {
      take_new();
      if (quit) break;
      int running_count = 0;
      curl_multi_perform(multi, &running_count);
      tell_ended();
      curl_multi_poll(multi, nullptr, 0, 1'000, nullptr);
    }
    take_new();  // what came between the last look and the order to quit
    while (!running.empty()) end(running.begin()->first, "the platform stops");
  }

  void take_new() {
    std::deque<std::unique_ptr<Transfer>> taken;
    {
      const std::lock_guard guard(mutex);
      taken.swap(waiting);
    }
    for (auto& transfer : taken) begin(std::move(transfer));
  }

  void begin(std::unique_ptr<Transfer> transfer) {
    CURL* easy = curl_easy_init();
    Transfer& t = *transfer;
    Running& entry = running[easy];
    for (const std::string& header : t.post.headers) t.headers = curl_slist_append(t.headers, header.c_str());
    curl_easy_setopt(easy, CURLOPT_URL, t.post.url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(t.post.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, t.post.body.data());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t.headers);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t.error);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, options.for_tests ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &entry.taken);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_max.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole_max.count()));
    entry.transfer = std::move(transfer);
    curl_multi_add_handle(multi, easy);
  }

  void tell_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      Transfer& t = *running.at(easy).transfer;
      if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        t.answer.status = static_cast<std::uint16_t>(status);
        end(easy, {});
      } else if (t.address_refused) {
        end(easy, "its name leads to an internal address");
      } else {
        end(easy, t.error[0] != '\0' ? t.error : curl_easy_strerror(code));
      }
    }
  }

  void end(CURL* easy, std::string failure) {
    auto transfer = std::move(running.at(easy).transfer);
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    running.erase(easy);
    transfer->answer.failure = std::move(failure);
    tell(std::move(transfer));
  }

  void tell(std::unique_ptr<Transfer> transfer) {
    loop.post([raw = transfer.release()] { raw->caller.resume(); });  // send() has it again, and owns it
  }

  Loop& loop;
  SenderOptions options;
  CURLM* multi;
  std::map<CURL*, Running> running;
  std::atomic<bool> quit = false;
  std::mutex mutex;
  std::deque<std::unique_ptr<Transfer>> waiting;
  std::thread thread;
};

Sender::Sender(Loop& loop, SenderOptions options) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CARDEA_ASSERT(ready);
  state_ = std::make_shared<State>(loop, std::move(options));
  state_->thread = std::thread([raw = state_.get()] { raw->run(); });
}

Sender::~Sender() {
  stop();
  state_->thread.join();
}

void Sender::stop() {
  state_->quit = true;
  curl_multi_wakeup(state_->multi);
}

Task<Answer> Sender::send(Post post) {
  struct Sent {
    State& state;
    Transfer& transfer;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const {
      transfer.caller = caller;
      {
        const std::lock_guard guard(state.mutex);
        state.waiting.emplace_back(&transfer);
      }
      curl_multi_wakeup(state.multi);
    }
    void await_resume() const noexcept {}
  };
  auto transfer = std::make_unique<Transfer>();
  transfer->post = std::move(post);
  transfer->for_tests = state_->options.for_tests;
  if (state_->quit) {
    Answer stopped;
    stopped.failure = "the platform stops";
    co_return stopped;
  }
  // Named: g++ 12 destroys an aggregate temporary of a co_await twice. The thread owns the transfer until it resumes us.
  Transfer* raw = transfer.release();
  Sent sent{*state_, *raw};
  co_await sent;
  transfer.reset(raw);
  Answer answer = std::move(transfer->answer);
  co_return answer;
}

}  // namespace cardea::server::delivery
