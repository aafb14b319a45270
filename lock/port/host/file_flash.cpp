// SPDX-License-Identifier: Apache-2.0
#include "lock/port/host/file_flash.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace cardea {
namespace {

/// The whole of `bytes` at `offset`, whatever single calls manage.
bool write_all(int file, std::uint32_t offset, ByteSpan bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint32_t>(count);
  }
  return true;
}

bool read_all(int file, std::uint32_t offset, MutableByteSpan out) {
  while (!out.empty()) {
    const ssize_t count = ::pread(file, out.data(), out.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint32_t>(count);
  }
  return true;
}

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

/// What is wrong with an open file, or nothing. A new one is filled in.
std::string make_ready(int file, const std::string& path, std::uint32_t size_bytes) {
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return path + " is in use by another process: stop the lock that runs on this directory, or use another one";
  struct stat facts{};
  if (::fstat(file, &facts) != 0) return system_error("cannot look at " + path);
  if (facts.st_size == static_cast<off_t>(size_bytes)) return {};
  if (facts.st_size != 0)
    return path + " has " + std::to_string(facts.st_size) + " bytes instead of " + std::to_string(size_bytes) +
           ": it is not this lock's memory; use an empty directory";
  const std::vector<std::uint8_t> blank(size_bytes, 0xFF);
  if (!write_all(file, 0, blank) || ::fsync(file) != 0) return system_error("cannot write " + path);
  return {};
}

}  // namespace

Result<FileFlash, std::string> FileFlash::open(const std::string& directory, const FileFlashOptions& options) {
  CARDEA_ASSERT(options.size_bytes > 0 && options.size_bytes % flash_sector_size_bytes == 0);
  const std::string path = directory + "/" + options.name;
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return system_error("cannot make the directory " + directory);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_error("cannot open " + path);
  FileFlash flash(file, options);
  if (std::string wrong = make_ready(file, path, options.size_bytes); !wrong.empty()) return wrong;
  return flash;
}

FileFlash::FileFlash(FileFlash&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      options_(other.options_),
      operation_count_(other.operation_count_),
      cut_at_(other.cut_at_),
      on_cut_(std::move(other.on_cut_)),
      power_is_off_(other.power_is_off_) {}

FileFlash::~FileFlash() {
  if (file_ >= 0) ::close(file_);
}

void FileFlash::cut_at(std::uint64_t operation, std::function<void()> on_cut) {
  cut_at_ = operation == 0 ? 0 : operation_count_ + operation;
  on_cut_ = std::move(on_cut);
}

Status FileFlash::read(std::uint32_t offset, MutableByteSpan out) {
  if (power_is_off_) return Status::kFlashFailed;
  if (offset > options_.size_bytes || out.size() > options_.size_bytes - offset) return Status::kOutOfRange;
  return read_all(file_, offset, out) ? Status::kOk : Status::kFlashFailed;
}

Status FileFlash::program(std::uint32_t offset, ByteSpan in) {
  const std::uint32_t granule = options_.granule_bytes;
  if (offset % granule != 0 || in.size() % granule != 0 || in.empty() || offset >= options_.size_bytes)
    return Status::kOutOfRange;
  if (offset % flash_page_size_bytes + in.size() > flash_page_size_bytes) return Status::kOutOfRange;
  Bytes<flash_page_size_bytes> page{};
  const MutableByteSpan stored = MutableByteSpan(page).first(in.size());
  CARDEA_TRY(read(offset, stored));
  for (std::size_t i = 0; i < in.size(); ++i) {
    if ((in[i] & ~stored[i]) != 0) return Status::kFlashFailed;  // a bit that only an erase brings back
    stored[i] = in[i];
  }
  return write(offset, stored);
}

Status FileFlash::erase(std::uint32_t offset) {
  if (offset % flash_sector_size_bytes != 0 || offset >= options_.size_bytes) return Status::kOutOfRange;
  if (power_is_off_) return Status::kFlashFailed;
  Bytes<flash_sector_size_bytes> blank{};
  blank.fill(0xFF);
  return write(offset, blank);
}

Status FileFlash::write(std::uint32_t offset, ByteSpan bytes) {
  ++operation_count_;
  const bool cut = operation_count_ == cut_at_;
  const ByteSpan done = cut ? bytes.first(bytes.size() / 2) : bytes;
  const bool written = write_all(file_, offset, done) && ::fdatasync(file_) == 0;
  if (cut) {
    power_is_off_ = true;
    if (on_cut_) on_cut_();
    return Status::kFlashFailed;
  }
  return written ? Status::kOk : Status::kFlashFailed;
}

}  // namespace cardea
