// SPDX-License-Identifier: Apache-2.0
// An image arrives at an emulated board whose power is off: the shipped updater, as slot 0's image runs it, over the board's
// file, from the offer to the write that puts the image on trial.
//
//   arrive NOR IMAGE VENDOR CLASS LOAD_ADDRESS ANCHOR      the last four as image.py has them, in hexadecimal
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/update/updater.hpp"

namespace cardea {
namespace {

// As firmware/mps2/slots.hpp divides the flash.
constexpr std::uint32_t flash_size_bytes = 192 * flash_sector_size_bytes;
constexpr std::uint32_t slot_size_bytes = 64 * flash_sector_size_bytes;

class MappedFlash final : public Flash {
 public:
  explicit MappedFlash(const char* path) {
    const int file = ::open(path, O_RDWR | O_CLOEXEC);
    memory_ = static_cast<std::uint8_t*>(::mmap(nullptr, flash_size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    CARDEA_ASSERT(memory_ != MAP_FAILED);
    ::close(file);
  }
  [[nodiscard]] std::uint32_t size_bytes() const override { return flash_size_bytes; }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return 8; }
  Status read(std::uint32_t offset, MutableByteSpan out) override {
    std::copy_n(memory_ + offset, out.size(), out.begin());
    return Status::kOk;
  }
  Status program(std::uint32_t offset, ByteSpan in) override {
    std::copy(in.begin(), in.end(), memory_ + offset);
    return Status::kOk;
  }
  Status erase(std::uint32_t offset) override {
    std::fill_n(memory_ + offset, flash_sector_size_bytes, std::uint8_t{0xFF});
    return Status::kOk;
  }

 private:
  std::uint8_t* memory_;
};

template <std::size_t N>
Bytes<N> bytes_of(const std::string& hex) {
  CARDEA_ASSERT(hex.size() == 2 * N);
  Bytes<N> bytes{};
  for (std::size_t i = 0; i < N; ++i) bytes[i] = static_cast<std::uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  return bytes;
}

int arrive(char** words) {
  using namespace update;
  MappedFlash flash(words[1]);
  std::ifstream file(words[2], std::ios::binary);
  const std::vector<std::uint8_t> image((std::istreambuf_iterator<char>(file)), {});
  OpensslProvider provider(1);
  const auto anchor = bytes_of<64>(words[6]);
  const UpdatePort port{.flash = flash,
                        .slots = {{0x4'0000, slot_size_bytes}, {0x8'0000, slot_size_bytes}},
                        .journal = {0x2'0000, 4 * flash_sector_size_bytes},
                        .hardware = {bytes_of<16>(words[3]), bytes_of<16>(words[4]), true,
                                     static_cast<std::uint32_t>(std::strtoul(words[5], nullptr, 16))},
                        .anchors = {&anchor, 1},
                        .provider = provider};
  Updater updater(port, 0);
  struct Memory final : ImageBytes {
    [[nodiscard]] std::uint32_t size_bytes() const override { return static_cast<std::uint32_t>(bytes.size()); }
    Status read(std::uint32_t offset, MutableByteSpan out) const override {
      if (offset > bytes.size() || out.size() > bytes.size() - offset) return Status::kTooShort;
      std::copy_n(bytes.begin() + offset, out.size(), out.begin());
      return Status::kOk;
    }
    ByteSpan bytes;
  } memory;
  memory.bytes = image;
  const Result<Image> read = read_image(memory, port.hardware);
  CARDEA_ASSERT(read.ok());
  Status status = updater.boot();
  if (status == Status::kOk)
    status = updater.take(Offer{read->size_bytes, read->digest, read->security_counter, read->version});
  while (const std::optional<Want> want = updater.want()) {
    if (status != Status::kOk) break;
    status = updater.take(Piece{want->digest, want->offset, ByteSpan(image).subspan(want->offset, want->count)});
  }
  std::printf("%s %s\n", name_of(status), std::string(name_of(updater.report().state)).c_str());
  return status == Status::kOk ? 0 : 1;
}

}  // namespace
}  // namespace cardea

int main(int argc, char** argv) {
  CARDEA_ASSERT(argc == 7);
  return cardea::arrive(argv);
}
