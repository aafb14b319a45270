// SPDX-License-Identifier: Apache-2.0
// MPS2+ with image AN505: a Cortex-M33, which starts in secure state and stays there.
#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

constinit const BoardFacts board{.name = "mps2-an505",
                                 .clock_hz = 20'000'000,
                                 .uart_base = {0x5020'0000, 0x5020'1000, 0x5020'2000},
                                 .uart_rx_irq = {32, 34, 36},
                                 .uart_tx_irq = {33, 35, 37},
                                 .watchdog_base = 0x5008'1000,
                                 .timer_base = 0x5000'0000,
                                 .timer_irq = 3,
                                 .nor_base = 0x8000'0000};

}  // namespace cardea::mps2
