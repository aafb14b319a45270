// SPDX-License-Identifier: Apache-2.0
#pragma once
// Benchmarks: our figure beside a reference that was measured in turns with it, in the same run on the same machine.
// A file x_bench.cpp, named after BENCH in its folder's cardea_module(), registers any number of them:
//
//   CARDEA_BENCH(issue_one_code) {
//     report.compare("codes/issue", "codes/s", {"three one-shot HMACs", at_least_ratio(0.5)},
//                    [&] { keep(issue(provider, slot, step)); }, [&] { keep(three_hmacs()); });
//     report.count("codes/verify/32_slots", counting.compressions(), "compressions", at_most_value(192));
//   }
//
// tools/bench brings main(): `--json` prints a JSON array of rows, else a line a row; a word runs only the benchmarks whose
// name contains it. ./dev bench runs all binaries and joins the rows. An unmet target is a fact in the row, not a failure.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cardea::bench {

/// What a figure should be: its value, or its ratio to the reference, at most or at least `x`.
struct Target {
  enum class On { kValue, kRatio };
  enum class Op { kAtMost, kAtLeast };
  On on;
  Op op;
  double x;
};

constexpr Target at_most_value(double x) { return {Target::On::kValue, Target::Op::kAtMost, x}; }
constexpr Target at_least_value(double x) { return {Target::On::kValue, Target::Op::kAtLeast, x}; }
constexpr Target at_most_ratio(double x) { return {Target::On::kRatio, Target::Op::kAtMost, x}; }
constexpr Target at_least_ratio(double x) { return {Target::On::kRatio, Target::Op::kAtLeast, x}; }

/// One figure. `ratio` is value / reference_value. `reference` is empty where there is none.
struct Row {
  std::string name{};
  double value = 0;
  std::string unit{};
  std::string reference{};
  std::optional<double> reference_value{};
  std::optional<double> ratio{};
  std::optional<Target> target{};

  /// Whether the target is met; nothing without a target. A target on a ratio that could not be measured is not met.
  [[nodiscard]] std::optional<bool> met() const;
};

/// What a comparison is against, and what it should reach.
struct Against {
  std::string reference{};
  std::optional<Target> target{};
};

/// Keeps the compiler from leaving out what computes `value`.
template <typename T>
inline void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

class Report {
 public:
  /// Rates, in calls a second of this thread's processor time, of `ours` and `reference`, each one call of the thing. They run
  /// in turns of about 10 ms, and the ratio is the median of the turns' ratios, so that a neighbour's load on the machine meets
  /// both. Takes about a second.
  template <typename Ours, typename Reference>
  void compare(std::string name, std::string unit, Against against, Ours ours, Reference reference) {
    compare_batches(std::move(name), std::move(unit), std::move(against), batch(std::move(ours)), batch(std::move(reference)));
  }

  /// The rate of `ours` alone, in calls a second.
  template <typename Ours>
  void rate(std::string name, std::string unit, Ours ours) {
    compare_batches(std::move(name), std::move(unit), {}, batch(std::move(ours)), nullptr);
  }

  /// An exact figure: bytes, operations, compressions.
  void count(std::string name, std::uint64_t value, std::string unit, std::optional<Target> target = std::nullopt);

  /// A row that was measured in some other way.
  void add(Row row) { rows_.push_back(std::move(row)); }

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  using Batch = std::function<void(std::uint64_t calls)>;

  template <typename Call>
  static Batch batch(Call call) {
    return [call = std::move(call)](std::uint64_t calls) mutable {
      for (std::uint64_t i = 0; i < calls; ++i) call();
    };
  }
  void compare_batches(std::string name, std::string unit, Against against, const Batch& ours, const Batch& reference);

  std::vector<Row> rows_;
};

/// The rows as a JSON array, in the form that ./dev bench reads.
[[nodiscard]] std::string to_json(const std::vector<Row>& rows);

using Benchmark = void (*)(Report&);
/// Called by CARDEA_BENCH before main().
bool add_benchmark(std::string_view name, Benchmark benchmark);
/// main() of every benchmark binary. Returns the exit status.
int run_benchmarks(int argc, const char* const* argv);

}  // namespace cardea::bench

// clang-format off
#define CARDEA_BENCH(name)                                                                          \
  static void cardea_bench_##name(::cardea::bench::Report& report);                                 \
  [[maybe_unused]] static const bool cardea_bench_added_##name =                                    \
      ::cardea::bench::add_benchmark(#name, cardea_bench_##name);                                   \
  static void cardea_bench_##name([[maybe_unused]] ::cardea::bench::Report& report)
// clang-format on
