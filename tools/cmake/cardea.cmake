# SPDX-License-Identifier: Apache-2.0
# cardea_module(): a folder states facts, this turns them into targets, flags, tests, fuzzers and benchmarks.
#
#   cardea_module(core/codes
#     SOURCES otp.cpp ff1.cpp        none: a header-only module
#     DEPS    core/base core/crypto  other modules, by their folder
#     LIBS    OpenSSL::Crypto        imported targets or plain library names
#     PCH     <fmt/format.h>         what nearly every source includes: compiled once where tests are (TEST_PCH: of the tests)
#     TESTS   otp_test.cpp           one binary a file, run by ctest under the name <module>/<file>
#     TEST_DEPS drivers/crypto/openssl
#     FUZZ    ff1_fuzz.cpp           one libFuzzer binary a file (preset fuzz)
#     BENCH   otp_bench.cpp)         joined into the module's benchmark binary (preset release); tools/bench/report.hpp says how
#
# Modules under core/ and lock/ (but lock/port/host and lock/testing) are compiled without exceptions and RTTI and may not
# see an OS or crypto library header: tools/check/layers.py holds the direction of every include.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(CARDEA_WERROR "warnings are errors" OFF)
option(CARDEA_TESTS "build the tests" OFF)
option(CARDEA_FUZZ "build the fuzz targets (clang)" OFF)
option(CARDEA_BENCH "build the benchmarks" OFF)
option(CARDEA_PCH "precompile the headers that modules name" OFF)
set(CARDEA_SANITIZE "" CACHE STRING "sanitizers, comma separated")
set(CARDEA_PORT host CACHE STRING "the lock's platform: a folder of lock/port")

if(CMAKE_SYSTEM_NAME STREQUAL Generic)
  set(CARDEA_HOST OFF)
else()
  set(CARDEA_HOST ON)
  find_package(Threads REQUIRED)
  find_package(OpenSSL 3 REQUIRED)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ${CARDEA_HOST})
if(CARDEA_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# What ./dev builds by name: the shipped binaries, the attacks (in <build>/attacks), the fuzz targets, the benchmarks.
add_custom_target(cardea_apps)
add_custom_target(cardea_attacks)
add_custom_target(cardea_fuzzers)
add_custom_target(cardea_benches)

add_library(cardea_flags INTERFACE)
target_include_directories(cardea_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(cardea_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough
  $<$<BOOL:${CARDEA_WERROR}>:-Werror>)
# What is shipped has the same bytes wherever it was built: an assertion names its file as the repository does.
target_compile_options(cardea_flags INTERFACE $<$<CONFIG:Release>:-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=>)
# GCC 12 sees overlapping copies in the string library where there are none (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(cardea_flags INTERFACE -Wno-restrict)
endif()
# Clang's -Wconversion is about signs too, where offsets of iterators have 32 bits.
if(CARDEA_PORT STREQUAL wasm)
  target_compile_options(cardea_flags INTERFACE -Wno-sign-conversion)
endif()
if(CARDEA_SANITIZE)
  target_compile_options(cardea_flags INTERFACE -fsanitize=${CARDEA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    $<$<BOOL:$<TARGET_PROPERTY:CARDEA_MEETS_UNTYPED>>:-fno-sanitize=vptr>
    # What only ever runs on a host leaves to ASan what ASan sees too: these checks are a third of its compile time and most of its data.
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:CARDEA_MEETS_UNTYPED>>>:-fno-sanitize=null$<COMMA>alignment$<COMMA>object-size$<COMMA>pointer-overflow$<COMMA>vptr>)
  # A collector of garbage that waits until there is some: a tenth of the time of compiling, for some memory.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(cardea_flags INTERFACE --param=ggc-min-expand=400 --param=ggc-min-heapsize=400000)
  endif()
  # Two hundred programs are linked for the tests.
  target_link_options(cardea_flags INTERFACE -fsanitize=${CARDEA_SANITIZE} $<$<CXX_COMPILER_ID:GNU>:-fuse-ld=mold>)
endif()
if(CARDEA_FUZZ)
  target_compile_options(cardea_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CARDEA_HOST AND NOT CARDEA_SANITIZE)
  target_compile_options(cardea_flags INTERFACE -fstack-protector-strong -D_FORTIFY_SOURCE=2)
endif()

function(cardea_target_name out folder)
  string(REPLACE "/" "_" name ${folder})
  string(REPLACE "-" "_" name ${name})
  set(${out} "cardea_${name}" PARENT_SCOPE)
endfunction()

function(cardea_link target scope)
  foreach(dep ${ARGN})
    cardea_target_name(dep_target ${dep})
    target_link_libraries(${target} ${scope} ${dep_target})
  endforeach()
endfunction()

# cardea_precompile(target [FIRST variable] HEADERS …): FIRST names the variable that has, or is to have, the target whose
# precompiled headers the others of one folder use too. For the tests alone: what is shipped is compiled from its own includes.
function(cardea_precompile target)
  cmake_parse_arguments(arg "" "FIRST" "HEADERS" ${ARGN})
  if(NOT arg_HEADERS OR NOT CARDEA_PCH)
    return()
  endif()
  if(arg_FIRST AND DEFINED ${arg_FIRST})
    target_precompile_headers(${target} REUSE_FROM ${${arg_FIRST}})
  else()
    target_precompile_headers(${target} PRIVATE ${arg_HEADERS})
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # ccache wants it
    if(arg_FIRST)
      set(${arg_FIRST} ${target} PARENT_SCOPE)
    endif()
  endif()
endfunction()

function(cardea_module folder)
  cmake_parse_arguments(arg "" "" "SOURCES;PCH;TEST_PCH;DEPS;LIBS;TESTS;TEST_DEPS;TEST_LIBS;FUZZ;FUZZ_DEPS;BENCH;BENCH_DEPS;BENCH_LIBS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cardea_module(${folder}): unknown words: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cardea_target_name(target ${folder})
  # Who calls classes of core and lock: these have no type information that a sanitizer could look at.
  set(meets_untyped OFF)
  if(folder MATCHES "^(core|lock|drivers|firmware)/")
    set(meets_untyped ON)
  endif()
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    # What a microcontroller runs is compiled without exceptions and RTTI on the host too.
    if(folder MATCHES "^(core|lock|firmware)/" AND NOT folder MATCHES "^lock/port/host|/testing")
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
    endif()
    set_target_properties(${target} PROPERTIES CARDEA_MEETS_UNTYPED ${meets_untyped})
    cardea_precompile(${target} HEADERS ${arg_PCH})
    # What waits for a database or a network under test is not slower for it, and a quarter faster to compile.
    if(CARDEA_SANITIZE AND NOT meets_untyped)
      target_compile_options(${target} PRIVATE -Og)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${target} ${scope} cardea_flags ${arg_LIBS})
  cardea_link(${target} ${scope} ${arg_DEPS})

  if(CARDEA_TESTS)
    foreach(file ${arg_TESTS})
      get_filename_component(stem ${file} NAME_WE)
      add_executable(${target}_${stem} ${file})
      set_target_properties(${target}_${stem} PROPERTIES CARDEA_MEETS_UNTYPED ${meets_untyped})
      # A test's own code is compiled for its checks, not for its speed: a third less time of compiling it.
      if(CARDEA_SANITIZE)
        target_compile_options(${target}_${stem} PRIVATE -O0)
      endif()
      cardea_precompile(${target}_${stem} FIRST test_pch HEADERS ${arg_TEST_PCH})
      target_link_libraries(${target}_${stem} PRIVATE ${target} GTest::gtest_main GTest::gmock ${arg_TEST_LIBS})
      cardea_link(${target}_${stem} PRIVATE ${arg_TEST_DEPS})
      # Tests read the vectors of spec/ and nothing else of the machine.
      target_compile_definitions(${target}_${stem} PRIVATE CARDEA_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CARDEA_BINARY_DIR="${CMAKE_BINARY_DIR}")
      add_test(NAME ${folder}/${stem} COMMAND ${target}_${stem})
      set_tests_properties(${folder}/${stem} PROPERTIES TIMEOUT 600)
    endforeach()
  endif()
  if(CARDEA_FUZZ)
    foreach(file ${arg_FUZZ})
      get_filename_component(stem ${file} NAME_WE)
      add_executable(${target}_${stem} ${file})
      target_link_libraries(${target}_${stem} PRIVATE ${target})
      target_link_options(${target}_${stem} PRIVATE -fsanitize=fuzzer)
      cardea_link(${target}_${stem} PRIVATE ${arg_FUZZ_DEPS})
      set_target_properties(${target}_${stem} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers
        CARDEA_MEETS_UNTYPED ${meets_untyped})
      add_dependencies(cardea_fuzzers ${target}_${stem})
    endforeach()
  endif()
  if(CARDEA_BENCH AND arg_BENCH)
    add_executable(${target}_bench ${arg_BENCH} ${CMAKE_SOURCE_DIR}/tools/bench/main.cpp)
    target_link_libraries(${target}_bench PRIVATE ${target} ${arg_BENCH_LIBS})
    cardea_link(${target}_bench PRIVATE tools/bench ${arg_BENCH_DEPS})
    set_target_properties(${target}_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
    add_dependencies(cardea_benches ${target}_bench)
  endif()
endfunction()

# cardea_app(name SOURCES … DEPS … LIBS … [FOLDER sim]): a shipped binary, in build/<preset>/bin; with FOLDER, one for the workshop
# only, in that folder, which cardea_apps does not build.
function(cardea_app name)
  cmake_parse_arguments(arg "" "FOLDER" "SOURCES;DEPS;LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE cardea_flags ${arg_LIBS})
  cardea_link(${name} PRIVATE ${arg_DEPS})
  if(arg_FOLDER)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${arg_FOLDER})
  else()
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    add_dependencies(cardea_apps ${name})
  endif()
endfunction()
