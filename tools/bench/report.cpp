// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>

namespace cardea::bench {
namespace {

constexpr double turn_s = 0.01;
constexpr int turn_count = 41;  // odd: the median is a measured turn

/// Of this thread alone: what else the machine does is nobody's figure.
double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_of(const std::function<void(std::uint64_t)>& batch, std::uint64_t calls) {
  const double start = cpu_s();
  batch(calls);
  return cpu_s() - start;
}

/// How many calls take about one turn.
std::uint64_t calls_per_turn(const std::function<void(std::uint64_t)>& batch) {
  for (std::uint64_t calls = 1;; calls *= 2) {
    const double seconds = seconds_of(batch, calls);
    if (seconds >= turn_s / 4)
      return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(calls) * turn_s / seconds));
  }
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return "null";
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", *value);
  if (*value == std::floor(*value) && std::fabs(*value) < 1e15) std::snprintf(text, sizeof text, "%.0f", *value);
  return text;
}

std::string to_json(const Target& target) {
  return std::string(R"({"on": ")") + (target.on == Target::On::kValue ? "value" : "ratio") + R"(", "op": ")" +
         (target.op == Target::Op::kAtMost ? "<=" : ">=") + R"(", "x": )" + number(target.x) + "}";
}

std::string to_json(const Row& row) {
  const std::optional<bool> met = row.met();
  return "{\"name\": " + quoted(row.name) + ", \"value\": " + number(row.value) + ", \"unit\": " + quoted(row.unit) +
         ", \"reference\": " + (row.reference.empty() ? "null" : quoted(row.reference)) +
         ", \"reference_value\": " + number(row.reference_value) + ", \"ratio\": " + number(row.ratio) +
         ", \"target\": " + (row.target ? to_json(*row.target) : "null") + ", \"met\": " +
         (!met   ? "null"
          : *met ? "true"
                 : "false") +
         "}";
}

std::vector<std::pair<std::string_view, Benchmark>>& benchmarks() {
  static std::vector<std::pair<std::string_view, Benchmark>> all;
  return all;
}

}  // namespace

std::optional<bool> Row::met() const {
  if (!target) return std::nullopt;
  const std::optional<double> figure = target->on == Target::On::kValue ? std::optional(value) : ratio;
  if (!figure || !std::isfinite(*figure)) return false;
  return target->op == Target::Op::kAtMost ? *figure <= target->x : *figure >= target->x;
}

void Report::count(std::string name, std::uint64_t value, std::string unit, std::optional<Target> target) {
  rows_.push_back({.name = std::move(name), .value = static_cast<double>(value), .unit = std::move(unit), .target = target});
}

void Report::compare_batches(std::string name, std::string unit, Against against, const Batch& ours, const Batch& reference) {
  const std::uint64_t our_calls = calls_per_turn(ours);
  const std::uint64_t reference_calls = reference ? calls_per_turn(reference) : 0;
  std::vector<double> our_rates;
  std::vector<double> reference_rates;
  std::vector<double> ratios;
  const auto measure_reference = [&] {
    reference_rates.push_back(static_cast<double>(reference_calls) / seconds_of(reference, reference_calls));
  };
  for (int turn = 0; turn < turn_count; ++turn) {
    if (reference && turn % 2 == 0) measure_reference();  // who goes first changes from turn to turn
    our_rates.push_back(static_cast<double>(our_calls) / seconds_of(ours, our_calls));
    if (reference && turn % 2 == 1) measure_reference();
    if (reference) ratios.push_back(our_rates.back() / reference_rates.back());
  }
  Row row{
      .name = std::move(name), .value = median(our_rates), .unit = std::move(unit), .reference = std::move(against.reference)};
  row.target = against.target;
  if (reference) {
    row.reference_value = median(reference_rates);
    row.ratio = median(ratios);
  }
  rows_.push_back(std::move(row));
}

std::string to_json(const std::vector<Row>& rows) {
  std::string out = "[";
  for (const Row& row : rows) out += (&row == rows.data() ? "\n  " : ",\n  ") + to_json(row);
  return out + "\n]\n";
}

bool add_benchmark(std::string_view name, Benchmark benchmark) {
  benchmarks().emplace_back(name, benchmark);
  return true;
}

int run_benchmarks(int argc, const char* const* argv) {
  bool json = false;
  std::string_view wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") {
      json = true;
    } else if (word.starts_with("-") || !wanted.empty()) {
      std::fprintf(stderr, "usage: %s [--json] [PART-OF-A-NAME]\n", argv[0]);
      return 2;
    } else {
      wanted = word;
    }
  }
  Report report;
  for (const auto& [name, benchmark] : benchmarks()) {
    if (name.find(wanted) != std::string_view::npos) benchmark(report);
  }
  if (json) std::fputs(to_json(report.rows()).c_str(), stdout);
  for (const Row& row : report.rows()) {
    if (!json)
      std::printf("%-40s %12s %s  ratio %s\n", row.name.c_str(), number(row.value).c_str(), row.unit.c_str(),
                  number(row.ratio).c_str());
  }
  return 0;
}

}  // namespace cardea::bench
