// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "apps/cardea-lock/stop.hpp"

namespace cardea::lock_process {
namespace {

constexpr const char* flash_name = "slots.bin";
constexpr std::uint32_t journal_size_bytes = 4 * flash_sector_size_bytes;
constexpr std::uint32_t slot_size_bytes = 64 * flash_sector_size_bytes;
constexpr FileFlashOptions flash_options{
    .size_bytes = journal_size_bytes + update::slot_count * slot_size_bytes, .granule_bytes = 8, .name = flash_name};

/// 7984e2a0-393e-464e-8953-841fb9bfc5fb, and of that the name-based UUID of "process": as images for it are signed.
constexpr update::Hardware hardware{
    .vendor = {0x79, 0x84, 0xe2, 0xa0, 0x39, 0x3e, 0x46, 0x4e, 0x89, 0x53, 0x84, 0x1f, 0xb9, 0xbf, 0xc5, 0xfb},
    .device_class = {0x18, 0xda, 0x1f, 0x9d, 0x6d, 0xe3, 0x57, 0x2a, 0xb6, 0xa4, 0xc4, 0xdc, 0xc1, 0x25, 0xf4, 0xc4}};

update::UpdatePort port_of(Flash& flash, const P256Point& maker, Provider& provider) {
  return {.flash = flash,
          .slots = {{journal_size_bytes, slot_size_bytes}, {journal_size_bytes + slot_size_bytes, slot_size_bytes}},
          .journal = {0, journal_size_bytes},
          .hardware = hardware,
          .anchors = {&maker, 1},
          .provider = provider};
}

/// Nothing is executed: images stay where they lie.
class InPlace final : public update::ImageLoader {
 public:
  explicit InPlace(const update::UpdatePort& port) : slots_{{port.flash, port.slots[0]}, {port.flash, port.slots[1]}} {}
  Result<const update::ImageBytes*> load(update::SlotIndex slot) override { return &slots_[slot]; }

 private:
  update::SlotBytes slots_[update::slot_count];
};

std::string maker_file(const std::string& directory) { return directory + "/maker.txt"; }

P256Point read_maker(const std::string& text) {
  P256Point maker{};
  if (text.size() != 2 * maker.size() || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw Stop(Exit::kUsage,
               "a maker's public key is 128 hexadecimal digits: python3 tools/firmware/image.py anchor KEY prints it");
  for (std::size_t i = 0; i < maker.size(); ++i)
    maker[i] = static_cast<std::uint8_t>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
  return maker;
}

FileFlash open_slots(const std::string& directory) {
  Result<FileFlash, std::string> flash = FileFlash::open(directory, flash_options);
  if (!flash.ok()) throw Stop(Exit::kUsage, flash.error());
  return std::move(flash).value();
}

/// Bytes in memory.
class ImageFile final : public update::ImageBytes {
 public:
  explicit ImageFile(const std::vector<std::uint8_t>& bytes) : bytes_(&bytes) {}
  [[nodiscard]] std::uint32_t size_bytes() const override { return static_cast<std::uint32_t>(bytes_->size()); }
  Status read(std::uint32_t offset, MutableByteSpan out) const override {
    if (offset > bytes_->size() || out.size() > bytes_->size() - offset) return Status::kTooShort;
    std::copy_n(bytes_->begin() + offset, out.size(), out.begin());
    return Status::kOk;
  }

 private:
  const std::vector<std::uint8_t>* bytes_;
};

Status verify(const std::vector<std::uint8_t>& file, const P256Point& maker, Provider& provider) {
  const ImageFile bytes(file);
  CARDEA_ASSIGN(const update::Image image, update::read_image(bytes, hardware));
  return update::verify_image(bytes, image, {&maker, 1}, 0, provider);
}

std::vector<std::uint8_t> read_image_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Stop(Exit::kUsage, fmt::format("there is no image {}", path));
  std::vector<std::uint8_t> image((std::istreambuf_iterator<char>(in)), {});
  if (image.size() > slot_size_bytes)
    throw Stop(Exit::kUsage, fmt::format("{} has {} bytes, and a slot only {}", path, image.size(), slot_size_bytes));
  return image;
}

void write_slot(Flash& flash, const FlashRegion& slot, const std::vector<std::uint8_t>& image) {
  Status status = Status::kOk;
  for (std::uint32_t at = 0; at < image.size() && status == Status::kOk; at += flash_page_size_bytes) {
    Bytes<flash_page_size_bytes> page;
    page.fill(0xFF);
    std::copy_n(image.begin() + at, std::min<std::size_t>(page.size(), image.size() - at), page.begin());
    status = flash.program(slot.offset + at, page);
  }
  if (status != Status::kOk) throw Stop(Exit::kUsage, fmt::format("cannot write {}: {}", flash_name, name_of(status)));
}

update::Chosen choose(const update::UpdatePort& port) {
  InPlace loader(port);
  const Result<update::Chosen> chosen = update::choose_image(port, loader);
  if (chosen.ok()) return *chosen;
  throw Stop(Exit::kUsage,
             fmt::format("no image in {} is for a lock that is a process, whole, and its maker's: the lock stays as "
                         "it is",
                         flash_name));
}

std::string name_of_firmware(const update::Version& version) {
  Bytes<link::firmware_size_bytes_max> bytes{};
  TextWriter text(bytes);
  text.put("cardea ");
  put_version(text, version);
  return {text.written().begin(), text.written().end()};
}

}  // namespace

void Images::make(const std::string& directory, const std::string& file, const std::string& maker, Provider& provider) {
  const P256Point anchor = read_maker(maker);
  const std::vector<std::uint8_t> image = read_image_file(file);
  if (const Status status = verify(image, anchor, provider); status != Status::kOk)
    throw Stop(Exit::kUsage,
               fmt::format("{} is no image of this maker for a lock that is a process ({}): cardea-lock's README says "
                           "how to sign one",
                           file, cardea::name_of(status)));
  FileFlash flash = open_slots(directory);
  const update::UpdatePort port = port_of(flash, anchor, provider);
  write_slot(flash, port.slots[0], image);
  std::ofstream(maker_file(directory)) << maker << '\n';
}

std::unique_ptr<Images> Images::start(const std::string& directory, Provider& provider) {
  std::ifstream file(maker_file(directory));
  std::string maker;
  if (!std::getline(file, maker)) return nullptr;
  return std::unique_ptr<Images>(new Images(open_slots(directory), read_maker(maker), provider));
}

Images::Images(FileFlash&& flash, const P256Point& maker, Provider& provider)
    : flash_(std::move(flash)),
      maker_(maker),
      port_(port_of(flash_, maker_, provider)),
      chosen_(choose(port_)),
      updater_(port_, chosen_.slot),
      name_(name_of_firmware(chosen_.image.version)) {
  if (const Status status = updater_.boot(); status != Status::kOk)
    throw Stop(Exit::kUsage, fmt::format("cannot read {}: {}", flash_name, cardea::name_of(status)));
}

}  // namespace cardea::lock_process
