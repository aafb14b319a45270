// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/process_figures.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cardea::server {
namespace {

/// Field 22 of /proc/self/stat, in clock ticks since the machine started; the name before it may have blanks.
double ticks_at_start() {
  std::ifstream stat("/proc/self/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::size_t at = end + 1;
  for (int field = 2; field < 21 && at != std::string::npos; ++field) at = text.find(' ', at + 1);
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at, nullptr);
}

double open_file_count() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error)) ++count;
  return count;
}

/// From /proc: a sandbox without the @resources calls refuses getrlimit().
double open_file_limit() {
  constexpr std::string_view name = "Max open files";
  std::ifstream limits("/proc/self/limits");
  for (std::string line; std::getline(limits, line);)
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr);
  return 0;
}

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

double started_at() {
  timespec now{}, since_boot{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
  return static_cast<double>(now.tv_sec - since_boot.tv_sec) + ticks_at_start() / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessFigures process_figures() {
  ProcessFigures out;
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> out.resident_bytes;
  out.resident_bytes *= static_cast<double>(::sysconf(_SC_PAGESIZE));
  out.open_files = open_file_count();
  out.open_files_max = open_file_limit();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  out.processor_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  static const double start = started_at();
  out.started_at = start;
  return out;
}

}  // namespace cardea::server
