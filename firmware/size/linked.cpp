// SPDX-License-Identifier: Apache-2.0
// A lock of codes with a link and no more: no phones before it, no firmware images, no files. What it does not construct is not
// linked.
#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "firmware/size/part.hpp"
#include "lock/link/link.hpp"

namespace cardea::size {

[[gnu::weak]] Motor& motor();
[[gnu::weak]] Sensors& sensors();
[[gnu::weak]] NoiseSource& noise();
[[gnu::weak]] LinkSink& sink();

namespace {

Part<std::array<BearsslKeySlot, lock_key_handle_count_max + 8>> keys;
Part<BearsslProvider> crypto(*keys, noise(), bearssl_m15);
Part<Lock> lock(LockPort{flash(), {}, {}, counter(), motor(), sensors(), *crypto});
Part<Activation> activation(*lock);
Part<Bytes<link_room_size_bytes(link::LockClass::kProtected)>> room;
Part<BasicLink> bearer(*lock, *activation, sink(), *room);

}  // namespace
}  // namespace cardea::size

extern "C" void _start() {  // NOLINT(bugprone-reserved-identifier): the linker's name for where an image begins
  using namespace cardea::size;
  keep(lock->make({}));
  keep(lock->boot());
  keep(lock->enter(cardea::Digits::parse("12345678")));
  keep(lock->press());
  keep(lock->wait_s());
  keep(lock->lose_clock());
  lock->poll();
  keep(bearer->wants_connection());
  bearer->connected({});
  bearer->received(bytes(), {});
  bearer->poll({});
  bearer->closed();
}
