// SPDX-License-Identifier: Apache-2.0
// MPS2 with image AN385: a Cortex-M3.
#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

constinit const BoardFacts board{.name = "mps2-an385",
                                 .clock_hz = 25'000'000,
                                 .uart_base = {0x4000'4000, 0x4000'5000, 0x4000'6000},
                                 .uart_rx_irq = {0, 2, 4},
                                 .uart_tx_irq = {1, 3, 5},
                                 .watchdog_base = 0x4000'8000,
                                 .timer_base = 0x4000'0000,
                                 .timer_irq = 8,
                                 .nor_base = 0x2100'0000};

}  // namespace cardea::mps2
