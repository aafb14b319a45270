# SPDX-License-Identifier: Apache-2.0
# A bare Cortex-M3: no operating system, and no _sbrk, so that anything that wants a heap fails to link.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m3)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(cpu "-mthumb -mcpu=cortex-m3 -ffreestanding -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${cpu}")
set(CMAKE_CXX_FLAGS_INIT "${cpu} -fno-threadsafe-statics")
set(CMAKE_CXX_FLAGS_MINSIZEREL_INIT "-Os")
