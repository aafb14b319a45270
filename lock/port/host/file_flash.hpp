// SPDX-License-Identifier: Apache-2.0
#pragma once
// Flash in a file: a state directory is a simulated lock's memory. NOR rules hold: a program only clears bits, an erase sets a
// whole sector to 0xFF. Each operation has reached the disk when it returns (fdatasync), in program order, so the file
// survives kill -9 and the machine's power too; an operation that the machine's power cuts is torn like a chip's.

#include <functional>
#include <string>

#include "lock/port/port.hpp"

namespace cardea {

struct FileFlashOptions {
  std::uint32_t size_bytes = 0;
  std::uint32_t granule_bytes = 8;
  const char* name = "flash.bin";  ///< of the file in the state directory
};

class FileFlash final : public Flash {
 public:
  /// Opens the file in `directory`, or makes it blank. One process at a time. The error is a sentence for the user.
  static Result<FileFlash, std::string> open(const std::string& directory, const FileFlashOptions& options);
  FileFlash(FileFlash&& other) noexcept;
  FileFlash& operator=(FileFlash&& other) = delete;
  ~FileFlash();

  /// The power goes during operation `operation` from now (1: the next; programs and erases count): half of it is
  /// done, then `on_cut` is called, which usually ends the process. Should it return, every further call is kFlashFailed.
  void cut_at(std::uint64_t operation, std::function<void()> on_cut);
  /// Programs and erases since it was opened.
  [[nodiscard]] std::uint64_t operation_count() const { return operation_count_; }

  [[nodiscard]] std::uint32_t size_bytes() const override { return options_.size_bytes; }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return options_.granule_bytes; }
  Status read(std::uint32_t offset, MutableByteSpan out) override;
  Status program(std::uint32_t offset, ByteSpan in) override;
  Status erase(std::uint32_t offset) override;

 private:
  FileFlash(int file, const FileFlashOptions& options) : file_(file), options_(options) {}
  Status write(std::uint32_t offset, ByteSpan bytes);

  int file_;
  FileFlashOptions options_;
  std::uint64_t operation_count_ = 0;
  std::uint64_t cut_at_ = 0;
  std::function<void()> on_cut_;
  bool power_is_off_ = false;
};

}  // namespace cardea
