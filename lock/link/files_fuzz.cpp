// SPDX-License-Identifier: Apache-2.0
// Files that an installer brings to a lock: any bytes, and any content in a file that its platform has truly sealed. Held
// against it: an answer is good once, what was applied never goes back, nothing opens, and the lock comes up again as it was.
#include "core/base/testing/fuzz.hpp"
#include "lock/link/files.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace {

using namespace cardea;
using namespace cardea::testing;

class Bench {
 public:
  Bench() {
    door_.activate();
    require(write_link_file(*door_.lock, file_).ok());
    made_ = door_.world.flash;
    const Result<link::FileHeader> header = link::decode_file_header(ByteSpan(file_));
    require(header.ok());
    nonce_ = header->nonce;
  }

  void try_content(ByteSpan bytes) {
    door_.world.flash = made_;
    door_.restart();
    ByteReader in(bytes);
    std::vector<std::uint8_t> list(link::file_content_size_bytes_max);
    ByteWriter out(list);
    // By its first byte: as it is, or behind messages that are good, so that what follows them is read at all.
    const std::uint8_t choice = in.u8();
    if ((choice & 1) != 0) append(link::Time{nonce_, sim_start.value + in.u16(), 100}, out);
    if ((choice & 2) != 0) append_desired(in, out);
    if ((choice & 4) != 0) append(link::Receipt{in.u8(), {}}, out);
    out.bytes(in.rest());
    if (out.status() != Status::kOk) return;
    read(out.written());
  }
  void try_bytes(ByteSpan file) { require(!read_link_file(*door_.lock, file, content_).ok()); }

 private:
  template <class Message>
  static void append(const Message& message, ByteWriter& list) {
    link::append_to_list(link::encoded(message), list);
  }
  void append_desired(ByteReader& in, ByteWriter& list) {
    Bytes<link::snapshot_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    require(encode(door_.platform.record().snapshot, door_.lock->lock_class(), out) == Status::kOk);
    for (int edits = in.u8() % 8; edits > 0; --edits) bytes[in.u16() % out.size()] = in.u8();
    append(link::Desired{in.u8(), out.written()}, list);
  }
  void read(ByteSpan content) {
    const link::FileHeader header{link::FileKind::kToLock, door_.lock->id(), nonce_, {7}};
    std::vector<std::uint8_t> answer(content.size() + link::file_header_size_bytes_max + ccm_tag_size_bytes);
    const ScopedKey key = door_.platform.session_key();
    const Result<std::size_t> size = link::seal_file(door_.provider, key.handle(), header, content, answer);
    require(size.ok());
    answer.resize(*size);
    const std::uint32_t before = door_.lock->applied_version();
    const Result<LinkFileOutcome> outcome = read_link_file(*door_.lock, answer, content_);
    const std::uint32_t after = door_.lock->applied_version();
    require(after >= before && (outcome.ok() || after == before));
    if (outcome.ok()) require(read_link_file(*door_.lock, answer, content_).status() == Status::kStale);
    require(door_.world.motor.open_count == 0);
    door_.restart();
    require(door_.lock->claimed() && door_.lock->applied_version() == after);
  }

  SimDoor door_{link::LockClass::kProtected};
  SimFlash made_ = door_.world.flash;
  Bytes<link_file_size_bytes_min> file_{};
  Bytes<link::file_content_size_bytes_max> content_{};
  link::Nonce nonce_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  bench.try_content({data, size});
  bench.try_bytes({data, size});
  return 0;
}
