# How every target of this project is compiled: C++20, warnings as errors, the sanitizers of
# the preset, and the headers that cost seconds precompiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# troupe_rules is what every target has; troupe_options adds the sanitizers of the preset.
add_library(troupe_rules INTERFACE)
add_library(troupe_options INTERFACE)
target_link_libraries(troupe_options INTERFACE troupe_rules)
target_compile_options(troupe_rules INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wpedantic -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in every "literal" + std::string (its bug 105651).
  target_compile_options(troupe_rules INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # In kB, below which GCC does not look for memory that it could use again: a tenth of a build.
  target_compile_options(troupe_rules INTERFACE --param=ggc-min-heapsize=1000000)
endif()
target_include_directories(troupe_rules INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(troupe_rules INTERFACE TROUPE_VERSION="${PROJECT_VERSION}")
if(TROUPE_SANITIZE)
  # No checks of each pointer that is followed: they double the time that CAF's templates take
  # to compile, for little that AddressSanitizer would not see. The fuzz targets, without CAF,
  # have them. (And CAF binds a null reference when it spawns a function, in
  # init_fun_factory.hpp, which is harmless and not ours to mend.)
  # -Wno-maybe-uninitialized: what a sanitizer adds makes GCC see reads of an empty optional
  # that are not there; builds without one keep the warning.
  target_compile_options(troupe_options INTERFACE
    -fsanitize=${TROUPE_SANITIZE}
    -fno-sanitize=null,alignment,object-size,vptr,nonnull-attribute,returns-nonnull-attribute
    -fno-sanitize-recover=all
    -Wno-maybe-uninitialized)
  target_link_options(troupe_options INTERFACE -fsanitize=${TROUPE_SANITIZE})
endif()

# What a node runs is compiled twice for the preset `trained`: once so that it counts what it runs,
# and once more by those counts (scripts/train). -fprofile-update: a node has several threads.
# -fprofile-partial-training: what was not run is not therefore compiled to be small and slow. -w: the
# preset `release` warns of the same sources; with other inlining, GCC 12 sees overflows and reads of
# an empty optional that are not there.
set(TROUPE_PROFILE "" CACHE STRING "make: count what runs; use: compile by what was counted (GCC)")
if(NOT TROUPE_PROFILE MATCHES "^(make|use)?$")
  message(FATAL_ERROR "TROUPE_PROFILE is '${TROUPE_PROFILE}', not make, use or empty")
elseif(TROUPE_PROFILE AND NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  message(FATAL_ERROR "TROUPE_PROFILE needs GCC")
endif()
set(counts ${CMAKE_BINARY_DIR}/profile)
file(GLOB found_counts ${counts}/*.gcda)
if(TROUPE_PROFILE STREQUAL use AND NOT found_counts)
  message(FATAL_ERROR "${counts} has no counts of a node under load: scripts/train makes them, and this build")
endif()
function(troupe_profiled name)
  if(TROUPE_PROFILE STREQUAL make)
    target_compile_options(${name} PRIVATE -fprofile-generate=${counts} -fprofile-update=atomic)
    target_link_options(${name} PUBLIC -fprofile-generate)
  elseif(TROUPE_PROFILE STREQUAL use)
    target_compile_options(${name} PRIVATE -fprofile-use=${counts} -fprofile-correction
      -fprofile-partial-training -w)
  endif()
endfunction()

# Whole builds take half the time where several sources are one to the compiler; a change of one
# costs its neighbours then, so the preset `debug` does without. Up to 32 are one: it takes 0.6 times
# the processor time of CMake's eight, 1.5 GB of memory (2 GB with sanitizers), and 64 gain nothing more.
option(TROUPE_UNITY "Compile several sources of a target at once" ON)
set(TROUPE_UNITY_OF_32 UNITY_BUILD ${TROUPE_UNITY} UNITY_BUILD_BATCH_SIZE 32)

# troupe_library(NAME [SHAREABLE] SOURCE... LINKS TARGET...): a static library under the rules
# above. The objects of a shareable one are also those of libtroupe.so, so they are compiled for
# that; calls within it are as direct as in a static library.
function(troupe_library name)
  cmake_parse_arguments(ARG "SHAREABLE" "" "LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE troupe_options)
  set_target_properties(${name} PROPERTIES ${TROUPE_UNITY_OF_32})
  troupe_profiled(${name})
  if(ARG_SHAREABLE)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${name} PRIVATE -fno-semantic-interposition)
  endif()
endfunction()

# troupe_precompile(TARGET): CAF costs 2 s a file unless it is compiled once per target.
function(troupe_precompile name)
  target_precompile_headers(${name} PRIVATE
    <caf/all.hpp>
    <spdlog/spdlog.h>)
endfunction()

# troupe_test_program(TARGET OPTIONS): a program of Boost.Test, with troupe_options or troupe_rules.
# Checks are macros over templates, whose compilation is most of a build: they are not optimized,
# what they test is.
function(troupe_test_program name options)
  target_link_libraries(${name} PRIVATE Boost::unit_test_framework ${options})
  target_compile_options(${name} PRIVATE -O0)
  target_precompile_headers(${name} PRIVATE <boost/test/unit_test.hpp>)
  # The helpers of a source are in a namespace that is called as its suite, so that several
  # sources may be one.
  set_target_properties(${name} PROPERTIES ${TROUPE_UNITY_OF_32})
  # It names the module, which must stand before Boost's header.
  get_target_property(sources ${name} SOURCES)
  list(FILTER sources INCLUDE REGEX "/main\\.cpp$")
  set_source_files_properties(${sources} PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
