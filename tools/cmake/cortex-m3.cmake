# SPDX-License-Identifier: Apache-2.0
# The Cortex-M3 of MPS2 with image AN385.
set(CARDEA_CPU cortex-m3)
set(CARDEA_BOARD an385)
include(${CMAKE_CURRENT_LIST_DIR}/cortex-m.cmake)
