// SPDX-License-Identifier: Apache-2.0
// The whole lock component with its crypto for a Cortex-M3, as a product calls it.
#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "firmware/size/part.hpp"
#include "lock/link/files.hpp"
#include "lock/link/link.hpp"
#include "lock/near/near.hpp"
#include "lock/update/updater.hpp"

namespace cardea::size {

[[gnu::weak]] Motor& motor();
[[gnu::weak]] Sensors& sensors();
[[gnu::weak]] NoiseSource& noise();
[[gnu::weak]] LinkSink& sink();
[[gnu::weak]] NearSink& near_sink();
[[gnu::weak]] activation::OpenedGift& gift();
[[gnu::weak]] const update::UpdatePort& update_port();

namespace {

constexpr std::size_t ble_packet_size_bytes = 20;
constexpr std::size_t key_count = lock_key_handle_count_max + 8 + near_handle_count_max;  // of a lock that holds K_lock

Part<std::array<BearsslKeySlot, key_count>> keys;
Part<BearsslProvider> crypto(*keys, noise(), bearssl_m15);
Part<Lock> lock(LockPort{flash(), {}, {}, counter(), motor(), sensors(), *crypto});
Part<Activation> activation(*lock);
Part<update::Updater> updater(update_port(), update::SlotIndex{0});
Part<Bytes<link_room_size_bytes(link::LockClass::kProtected)>> room;
Part<BasicLink> bearer(*lock, *activation, sink(), *room, &*updater);
Part<BasicNear> phones(*lock, near_sink(), ble_packet_size_bytes, *room);

void use_lock() {
  keep(lock->make({}));
  keep(lock->boot());
  keep(lock->enter(Digits::parse("12345678")));
  keep(lock->press());
  keep(lock->wait_s());
  keep(lock->lose_clock());
  lock->poll();
}

void use_bearers() {
  keep(bearer->wants_connection());
  bearer->connected({});
  bearer->received(bytes(), {});
  bearer->poll({});
  bearer->closed();
  phones->connected();
  phones->received(bytes(), {});
  phones->poll({});
  phones->closed();
  keep(activation->ask_file());
  keep(activation->answer_file(bytes(), {bytes(), gift()}));
  keep(write_link_file(*lock, bytes()));
  keep(read_link_file(*lock, bytes(), bytes()));
}

void use_updater() {
  keep(updater->boot());
  keep(updater->confirm());
  keep(updater->take(update::Offer{}));
  keep(updater->want());
  keep(updater->take(update::Piece{}));
  keep(updater->report());
}

}  // namespace
}  // namespace cardea::size

extern "C" void _start() {  // NOLINT(bugprone-reserved-identifier): the linker's name for where an image begins
  cardea::size::use_lock();
  cardea::size::use_bearers();
  cardea::size::use_updater();
}
