# SPDX-License-Identifier: Apache-2.0
# A bare Cortex-M: no operating system, and no _sbrk, so that anything that wants a heap fails to link. The file of a core includes it.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(cpu "-mthumb -mcpu=${CARDEA_CPU} -ffreestanding -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${cpu}")
set(CMAKE_CXX_FLAGS_INIT "${cpu} -fno-threadsafe-statics -fno-exceptions -fno-rtti")
# Lines and names: what a function weighs is counted for the folder that it stands in (tools/bench/size_bench.py).
set(CMAKE_C_FLAGS_MINSIZEREL_INIT "-Os -g1")
set(CMAKE_CXX_FLAGS_MINSIZEREL_INIT "-Os -g1")
