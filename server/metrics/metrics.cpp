// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <tuple>

#include "server/metrics/process_figures.hpp"

namespace cardea::server {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries request_seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                  0.1,    0.25,  0.5,    1,     2.5,  5,     10};
const Histogram::BucketBoundaries commit_seconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                 0.01,   0.025,   0.05,   0.1,   0.25,   1};
const Histogram::BucketBoundaries group_sizes{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

bool is_sign_in(std::string_view method, std::string_view route) {
  return method == "POST" && (route == "/v1/sessions" || route == "/v1/sessions/passkey" || route == "/v1/sessions/oidc");
}

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

struct Metrics::State {
  Family<Counter>& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  Counter& counter(const char* name, const char* help) { return counters(name, help).Add({}); }
  Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  Family<Histogram>& histograms(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }

  prometheus::Registry registry;

  Family<Counter>& requests = counters("cardea_http_requests_total", "Requests that were answered.");
  Family<Histogram>& request_times =
      histograms("cardea_http_request_seconds", "From a request's last byte until its answer was written.");
  std::map<std::tuple<const char*, std::string, std::uint16_t>, Counter*> requests_of;
  std::map<std::tuple<const char*, std::string>, Histogram*> request_times_of;
  Counter& rate_limited = counter("cardea_rate_limited_total", "Requests that a rate limit refused.");
  Counter& sign_in_failures = counter("cardea_sign_in_failures_total", "Sign-ins that were refused.");
  Counter& not_let_in = counter("cardea_unauthorized_total", "Requests whose key or session was none, or had ended.");
  Counter& handshakes_failed = counter("cardea_tls_handshake_failures_total", "Connections that did not get through TLS.");
  Gauge& certificate_ends_at =
      gauge("cardea_certificate_ends_timestamp_seconds", "When the certificate that is served ends; 0 without TLS.");

  Counter& commits = counter("cardea_store_commits_total", "Groups that were committed.");
  Counter& commit_failures = counter("cardea_store_commit_failures_total", "Groups that could not be committed.");
  Histogram& commit_times =
      histograms("cardea_store_commit_seconds", "From COMMIT until the group was durable.").Add({}, commit_seconds);
  Histogram& group_size = histograms("cardea_store_group_size", "Transactions that shared a commit.").Add({}, group_sizes);
  Gauge& store_queue = gauge("cardea_store_queue_depth", "Transactions that wait for the next group.");

  Gauge& connections = gauge("cardea_http_connections", "Connections that are open, those of links not among them.");
  Gauge& links = gauge("cardea_links_open", "Locks that are linked.");
  Gauge& links_asking = gauge("cardea_links_asking", "Locks that ask to be activated.");
  Gauge& commands_running = gauge("cardea_commands_running", "Momentary commands on their way to a lock.");
  Family<Counter>& commands = counters("cardea_commands_total", "Momentary commands, by what came of them.");
  Counter& records = counter("cardea_lock_records_total", "Audit records taken in from locks, and committed.");

  Family<Counter>& deliveries = counters("cardea_webhook_deliveries_total", "Deliveries to webhooks, by what came of them.");
  Counter& deliveries_taken = deliveries.Add({{"outcome", "taken"}});
  Counter& deliveries_failed = deliveries.Add({{"outcome", "failed"}});
  Gauge& webhooks_busy = gauge("cardea_webhooks_busy", "Webhooks that something is being delivered to.");
  Gauge& webhooks_behind = gauge("cardea_webhooks_behind", "Webhooks whose last delivery failed, and is tried again.");
  Gauge& outbox_waiting = gauge("cardea_outbox_waiting", "Messages in the outbox that have not been sent.");
  Gauge& campaigns_running = gauge("cardea_campaigns_running", "Firmware campaigns under way.");
  Gauge& campaigns_halted =
      gauge("cardea_campaigns_halted", "Firmware campaigns that halted themselves, and wait for somebody.");

  Gauge& resident = gauge("process_resident_memory_bytes", "Resident memory.");
  Gauge& open_files = gauge("process_open_fds", "Open file descriptors.");
  Gauge& open_files_max = gauge("process_max_fds", "File descriptors that may be open.");
  Counter& processor_time = counter("process_cpu_seconds_total", "Processor time used, user and system.");
  Gauge& started_at = gauge("process_start_time_seconds", "When the process started.");
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::request(std::string_view method, std::string_view route, std::uint16_t status, std::chrono::microseconds took) {
  State& s = *state_;
  // A method that is unknown is the client's word: it must not make a label.
  const std::string known(route.empty() ? "other" : method);
  const std::string path(route.empty() ? "none" : route);
  Counter*& counted = s.requests_of[{route.data(), known, status}];
  if (counted == nullptr) counted = &s.requests.Add({{"method", known}, {"route", path}, {"status", std::to_string(status)}});
  counted->Increment();
  Histogram*& timed = s.request_times_of[{route.data(), known}];
  if (timed == nullptr) timed = &s.request_times.Add({{"method", known}, {"route", path}}, request_seconds);
  timed->Observe(seconds(took));
  if (status == 429) s.rate_limited.Increment();
  const bool signs_in = is_sign_in(method, route);
  if (signs_in && (status == 401 || status == 403)) s.sign_in_failures.Increment();
  if (!signs_in && status == 401) s.not_let_in.Increment();
}

void Metrics::handshake_failed() { state_->handshakes_failed.Increment(); }

void Metrics::commit(std::chrono::microseconds took, std::size_t body_count, bool done) {
  (done ? state_->commits : state_->commit_failures).Increment();
  state_->commit_times.Observe(seconds(took));
  state_->group_size.Observe(static_cast<double>(body_count));
}

void Metrics::command_ended(std::string_view outcome) { state_->commands.Add({{"outcome", std::string(outcome)}}).Increment(); }
void Metrics::records_taken(std::size_t count) { state_->records.Increment(static_cast<double>(count)); }
void Metrics::webhook_answered(bool taken) { (taken ? state_->deliveries_taken : state_->deliveries_failed).Increment(); }

std::string Metrics::text(const Now& now) {
  State& s = *state_;
  s.connections.Set(static_cast<double>(now.connections));
  s.links.Set(static_cast<double>(now.links));
  s.links_asking.Set(static_cast<double>(now.links_asking));
  s.commands_running.Set(static_cast<double>(now.commands_running));
  s.store_queue.Set(static_cast<double>(now.store_queue));
  s.webhooks_busy.Set(static_cast<double>(now.webhooks_busy));
  s.webhooks_behind.Set(static_cast<double>(now.webhooks_behind));
  s.outbox_waiting.Set(static_cast<double>(now.outbox_waiting));
  s.campaigns_running.Set(static_cast<double>(now.campaigns_running));
  s.campaigns_halted.Set(static_cast<double>(now.campaigns_halted));
  s.certificate_ends_at.Set(now.certificate_ends_at ? static_cast<double>(now.certificate_ends_at->value) : 0);
  const ProcessFigures process = process_figures();
  s.resident.Set(process.resident_bytes);
  s.open_files.Set(process.open_files);
  s.open_files_max.Set(process.open_files_max);
  s.processor_time.Increment(process.processor_s - s.processor_time.Value());
  s.started_at.Set(process.started_at);
  return prometheus::TextSerializer().Serialize(s.registry.Collect());
}

}  // namespace cardea::server
