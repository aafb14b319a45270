# SPDX-License-Identifier: Apache-2.0
# cardea_debian_source(): C files out of a Debian source package as a static library, for what is to run on a microcontroller and
# so cannot come as a Debian binary package. Nothing of it lies in this repository; tools/sources/debian_source.py gets it at build
# time, once, into build/sources, which all presets share.
#
#   cardea_debian_source(cardea_bearssl
#     PACKAGE bearssl VERSION 0.6+dfsg.1-3 SHA256 102a…   the upstream archive's
#     FILES   src/mac/hmac.c …      what to compile
#     FAST    src/hash/sha2small.c  of these: what is compiled to be fast instead of small
#     HEADERS inc/bearssl.h …       what others include of it, so that they are built after it was unpacked
#     INCLUDE inc                   for us and for it
#     PRIVATE_INCLUDE src           for it
#     PREFIX  …/one_curve.h         our header that each of its files begins with, if any
#     DEFINE  BR_64=0)              how to compile it
function(cardea_debian_source target)
  cmake_parse_arguments(arg "" "PACKAGE;VERSION;SHA256;PREFIX" "FILES;FAST;HEADERS;INCLUDE;PRIVATE_INCLUDE;DEFINE" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/build/sources/${arg_PACKAGE})
  list(TRANSFORM arg_FILES PREPEND ${folder}/)
  list(TRANSFORM arg_FAST PREPEND ${folder}/)
  list(TRANSFORM arg_HEADERS PREPEND ${folder}/)
  list(TRANSFORM arg_INCLUDE PREPEND ${folder}/)
  list(TRANSFORM arg_PRIVATE_INCLUDE PREPEND ${folder}/)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_custom_command(OUTPUT ${arg_FILES} ${arg_HEADERS}
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/sources/debian_source.py ${arg_PACKAGE} ${arg_VERSION} ${arg_SHA256} ${folder}
    COMMENT "Source of ${arg_PACKAGE} ${arg_VERSION}" VERBATIM)
  add_library(${target} STATIC ${arg_FILES} ${arg_HEADERS})
  # Smallest also on the host: what the tests run is what a microcontroller runs. Its warnings are its author's.
  # Clang 19 makes branches of masks that it can see being made (drivers/crypto/constant_time would notice), so it may not inline.
  target_compile_options(${target} PRIVATE -Os -w $<$<C_COMPILER_ID:Clang>:-fno-inline>)
  set_source_files_properties(${arg_FAST} PROPERTIES COMPILE_OPTIONS "-O2;-funroll-loops")
  if(arg_PREFIX)
    target_compile_options(${target} PRIVATE "SHELL:-include ${arg_PREFIX}")
  endif()
  target_compile_definitions(${target} PRIVATE ${arg_DEFINE})
  target_include_directories(${target} PRIVATE ${arg_PRIVATE_INCLUDE})
  target_include_directories(${target} SYSTEM PUBLIC ${arg_INCLUDE})
  if(CARDEA_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${CARDEA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  endif()
endfunction()
