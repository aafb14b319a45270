# SPDX-License-Identifier: Apache-2.0
# The Cortex-M33 of MPS2+ with image AN505, without its floating point.
set(CARDEA_CPU cortex-m33+nofp)
set(CARDEA_BOARD an505)
include(${CMAKE_CURRENT_LIST_DIR}/cortex-m.cmake)
