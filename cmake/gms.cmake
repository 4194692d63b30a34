# How every part of GMS is compiled, and the functions that a room's CMakeLists.txt calls:
#
#   gms_library(name sources... [LIBS libs...])        a room: a static, position-independent library
#   gms_mlir_library(name sources... [LIBS libs...])   the same, with MLIR and its precompiled header
#   gms_tablegen(target file.td out args ...)          .inc files beside the room's headers' include path
#   gms_embed(target variable file)                    a text file as gms::embedded::<variable>
#   gms_unit_test(name sources... [MLIR] [LIBS libs...])   a GoogleTest executable, known to ctest
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
# Assertions stay on: Debian's LLVM has none inside, but the casts in its headers are then checked.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -gline-tables-only")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -gline-tables-only")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
# The build folder may be moved: libraries are found beside the executable.
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib")
set(GMS_GENERATED_DIR "${CMAKE_BINARY_DIR}/generated")

# -fPIC by hand rather than by property: executables and libraries must agree to share one precompiled header.
add_compile_options(-fPIC -Wall -Wextra)
include_directories("${CMAKE_SOURCE_DIR}" "${GMS_GENERATED_DIR}")
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=lld)
  # Without it a precompiled header holds its inputs' times, and ccache never hits.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  add_compile_options(-fcolor-diagnostics)
else()
  set(GMS_PCH OFF)
endif()
if(GMS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(GMS_SANITIZE)
  add_compile_options(-fsanitize=${GMS_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${GMS_SANITIZE})
endif()

if(NOT GMS_CCACHE STREQUAL "OFF")
  find_program(GMS_CCACHE_PROGRAM ccache)
  if(GMS_CCACHE_PROGRAM)
    set(sloppy pch_defines,time_macros,include_file_mtime,include_file_ctime)
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=${sloppy} ${GMS_CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
  elseif(GMS_CCACHE STREQUAL "ON")
    message(FATAL_ERROR "GMS_CCACHE is ON and ccache was not found: install the package ccache")
  endif()
endif()

# Finds LLVM and MLIR 22 and makes the target gms_mlir, which carries their include folders, definitions and the two
# shared libraries. No version is asked for: the version file refuses "22" where the package is 22.1.
macro(gms_find_mlir)
  find_program(GMS_LLVM_CONFIG NAMES llvm-config-22 llvm-config)
  if(GMS_LLVM_CONFIG)
    execute_process(COMMAND ${GMS_LLVM_CONFIG} --prefix OUTPUT_VARIABLE gms_llvm_prefix
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  find_package(MLIR REQUIRED CONFIG HINTS "${gms_llvm_prefix}/lib/cmake/mlir")
  message(STATUS "GMS: LLVM and MLIR ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX}")
  if(NOT LLVM_VERSION_MAJOR EQUAL 22)
    message(FATAL_ERROR "GMS needs LLVM and MLIR 22, found ${LLVM_PACKAGE_VERSION}")
  endif()
  set(MLIR_TABLEGEN_EXE "${LLVM_TOOLS_BINARY_DIR}/mlir-tblgen")
  list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
  separate_arguments(gms_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")

  add_library(gms_mlir INTERFACE)
  target_include_directories(gms_mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_compile_options(gms_mlir INTERFACE ${gms_llvm_definitions} -Wno-unused-parameter)
  target_link_libraries(gms_mlir INTERFACE MLIR LLVM)
  # The patterns and builders that nearly every file of the compiler includes: 6.4 s once instead of 4.5 s a file.
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/pch/mlir.cpp" CONTENT "// Only the precompiled header matters.\n")
  add_library(gms_mlir_pch OBJECT "${CMAKE_BINARY_DIR}/pch/mlir.cpp")
  target_link_libraries(gms_mlir_pch PUBLIC gms_mlir)
  if(GMS_PCH)
    target_precompile_headers(gms_mlir_pch PRIVATE "${CMAKE_SOURCE_DIR}/cmake/mlir_pch.h")
  endif()
endmacro()

# Makes gms_test_pch, GoogleTest's header precompiled for unit tests outside the compiler.
function(gms_test_pch)
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/pch/test.cpp" CONTENT "// Only the precompiled header matters.\n")
  add_library(gms_test_pch OBJECT "${CMAKE_BINARY_DIR}/pch/test.cpp")
  target_link_libraries(gms_test_pch PUBLIC GTest::gtest)
  if(GMS_PCH)
    target_precompile_headers(gms_test_pch PRIVATE <gtest/gtest.h> <string> <vector>)
  endif()
endfunction()

function(gms_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS")
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC ${arg_LIBS})
endfunction()

function(gms_mlir_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS")
  gms_library(${name} ${arg_UNPARSED_ARGUMENTS} LIBS ${arg_LIBS})
  gms_use_mlir(${name})
endfunction()

# Gives any target MLIR and the shared precompiled header.
function(gms_use_mlir target)
  target_link_libraries(${target} PUBLIC gms_mlir)
  if(GMS_PCH)
    target_precompile_headers(${target} REUSE_FROM gms_mlir_pch)
  endif()
endfunction()

# gms_tablegen(gms_compiler_dialect_aug aug_ops.td aug_ops.h.inc -gen-op-decls aug_types.h.inc "-gen-typedef-decls -x=y")
# Call it after the target is made. Each output is included by the room's path ("compiler/dialect/aug/aug_ops.h.inc"),
# and a .td file may include others by their root-relative path.
function(gms_tablegen target td)
  file(RELATIVE_PATH room "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  set(folder "${GMS_GENERATED_DIR}/${room}")
  file(MAKE_DIRECTORY "${folder}")
  set(outputs)
  set(pairs ${ARGN})
  while(pairs)
    list(POP_FRONT pairs out arguments)
    separate_arguments(arguments UNIX_COMMAND "${arguments}")
    add_custom_command(
      OUTPUT "${folder}/${out}"
      COMMAND ${MLIR_TABLEGEN_EXE} ${arguments} -I "${LLVM_INSTALL_PREFIX}/include" -I "${CMAKE_SOURCE_DIR}"
              -I "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${td}" -o "${folder}/${out}"
              -d "${folder}/${out}.d" --write-if-changed
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${td}"
      DEPFILE "${folder}/${out}.d"
      COMMENT "mlir-tblgen ${room}/${out}" VERBATIM)
    list(APPEND outputs "${folder}/${out}")
  endwhile()
  string(MAKE_C_IDENTIFIER "${td}" stem)
  add_custom_target(${target}_${stem} DEPENDS ${outputs})
  add_dependencies(${target} ${target}_${stem})
endfunction()

# gms_embed(target variable file): the file's text as `gms::embedded::variable`, a constant std::string_view, declared in
# "embedded/<variable>.h". What holds the text is compiled into the target.
function(gms_embed target variable file)
  get_filename_component(file "${file}" ABSOLUTE)
  set(header "${GMS_GENERATED_DIR}/embedded/${variable}.h")
  set(source "${GMS_GENERATED_DIR}/embedded/${variable}.cpp")
  file(CONFIGURE OUTPUT "${header}" CONTENT
"#pragma once
#include <string_view>
namespace gms::embedded {
extern const std::string_view ${variable};
}
")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND ${CMAKE_COMMAND} -DVARIABLE=${variable} -DINPUT=${file} -DOUTPUT=${source}
            -P "${CMAKE_SOURCE_DIR}/cmake/embed.cmake"
    DEPENDS "${file}" "${CMAKE_SOURCE_DIR}/cmake/embed.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()

function(gms_unit_test name)
  if(NOT GMS_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "MLIR" "" "LIBS")
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test/unit"
                                           BUILD_RPATH "$ORIGIN/../../lib")
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest_main)
  if(arg_MLIR)
    gms_use_mlir(${name})
  elseif(GMS_PCH)
    target_precompile_headers(${name} REUSE_FROM gms_test_pch)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  # Containers that cross into the uninstrumented libMLIR look overflown to the address sanitizer.
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 ENVIRONMENT
    "GMS_SOURCE_DIR=${CMAKE_SOURCE_DIR};GMS_BUILD_DIR=${CMAKE_BINARY_DIR};ASAN_OPTIONS=detect_container_overflow=0")
endfunction()
