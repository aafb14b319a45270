// SPDX-License-Identifier: Apache-2.0
#include "lock/port/mps2/nor_flash.hpp"

namespace cardea::mps2 {
namespace {

volatile std::uint8_t* cell(std::uint32_t offset) { return reinterpret_cast<volatile std::uint8_t*>(board.nor_base + offset); }

bool within(std::uint32_t offset, std::size_t size) { return offset <= NorFlash::size && size <= NorFlash::size - offset; }

bool is_blank(std::uint32_t offset, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    if (cell(offset)[i] != 0xFF) return false;
  return true;
}

}  // namespace

Status NorFlash::read(std::uint32_t offset, MutableByteSpan out) {
  if (!within(offset, out.size())) return Status::kOutOfRange;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = cell(offset)[i];
  return Status::kOk;
}

Status NorFlash::program(std::uint32_t offset, ByteSpan in) {
  if (in.empty() || !within(offset, in.size()) || offset % granule != 0 || in.size() % granule != 0 ||
      offset / flash_page_size_bytes != (offset + in.size() - 1) / flash_page_size_bytes)
    return Status::kOutOfRange;
  if (!is_blank(offset, in.size())) return Status::kFlashFailed;
  const std::size_t count = before_cut(in.size());
  for (std::size_t i = 0; i < count; ++i) cell(offset)[i] = in[i];
  end_operation();
  return Status::kOk;
}

Status NorFlash::erase(std::uint32_t offset) {
  if (!within(offset, flash_sector_size_bytes) || offset % flash_sector_size_bytes != 0) return Status::kOutOfRange;
  const std::size_t count = before_cut(flash_sector_size_bytes);
  for (std::size_t i = 0; i < count; ++i) cell(offset)[i] = 0xFF;
  end_operation();
  return Status::kOk;
}

/// How many bytes of the operation that begins are written: half of them when the power goes in it.
std::size_t NorFlash::before_cut(std::size_t size_bytes) {
  cut_now_ = operations_until_cut_ == 1;
  if (operations_until_cut_ > 0) --operations_until_cut_;
  return cut_now_ ? size_bytes / 2 : size_bytes;
}

void NorFlash::end_operation() const {
  if (cut_now_) end_emulation(end_by_power_cut);
}

}  // namespace cardea::mps2
