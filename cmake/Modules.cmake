# A module is a folder with one static library. Its headers are included as "folder/file.hpp". That
# path resolves only for targets that link the module, directly or through another module: the
# include directory of each module holds symbolic links to its headers alone. So most includes
# against the layers do not compile; tests/checks/layers also refuses those that resolve through
# another module.
set(ROLLCALL_SANITIZE "" CACHE STRING "what -fsanitize= gets, for instance address,undefined")

option(ROLLCALL_TEST_HOOKS "let tests end actors by a message (actors/runtime/test_crash.hpp)" OFF)

add_library(rollcall_options INTERFACE)
target_compile_features(rollcall_options INTERFACE cxx_std_20)
target_compile_options(rollcall_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -Werror=switch -ftemplate-backtrace-limit=4)
# RESTinio's package needs these macros of asio. All targets have them, so that a program has one
# asio.
target_compile_definitions(rollcall_options INTERFACE
  ASIO_STANDALONE ASIO_HAS_STD_CHRONO ASIO_DISABLE_STD_STRING_VIEW)
# This warning takes files that are compiled as one (CMAKE_UNITY_BUILD) for headers.
target_compile_options(rollcall_options INTERFACE -Wno-subobject-linkage)
if(ROLLCALL_SANITIZE)
  # With sanitizers GCC's warning of uninitialised variables has false positives.
  target_compile_options(rollcall_options INTERFACE
    -fsanitize=${ROLLCALL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    -Wno-maybe-uninitialized)
  target_link_options(rollcall_options INTERFACE -fsanitize=${ROLLCALL_SANITIZE})
endif()
if(ROLLCALL_SANITIZE MATCHES "thread")
  # g++'s TSan does not support fences. asio uses them around handlers, to order what happens
  # outside handlers; what it passes from thread to thread is ordered by its mutexes as well.
  target_compile_definitions(rollcall_options INTERFACE ASIO_DISABLE_FENCED_BLOCK)
endif()

# rollcall_module(FOLDER [MODULES other...] [LINKS library...]) adds the target rollcall_FOLDER,
# with _ for each / in FOLDER. It leaves out files called main.cpp, which belong to programs.
function(rollcall_module folder)
  cmake_parse_arguments(MODULE "" "" "MODULES;LINKS" ${ARGN})
  string(REPLACE / _ name ${folder})
  set(includes ${CMAKE_BINARY_DIR}/modules/${name})
  file(REMOVE_RECURSE ${includes})
  file(MAKE_DIRECTORY ${includes}/${folder})
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${folder}/*.hpp)
  foreach(header ${headers})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${header} ${includes}/${header} SYMBOLIC)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(sources)
    add_library(rollcall_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(rollcall_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(rollcall_${name} ${scope} ${includes})
  list(TRANSFORM MODULE_MODULES REPLACE / _)
  list(TRANSFORM MODULE_MODULES PREPEND rollcall_)
  target_link_libraries(rollcall_${name} ${scope}
    rollcall_options ${MODULE_MODULES} ${MODULE_LINKS})
endfunction()

# Parsing CAF, asio and Catch2 takes a third of the time of a build. Off for the release and for the
# lint of released code, where each file must include what it uses.
option(ROLLCALL_PRECOMPILE "parse the headers of libraries once for all files of a target" OFF)

set(ROLLCALL_SLOW_HEADERS
  <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <unordered_map> <utility>
  <variant> <vector>
  <asio/io_context.hpp> <asio/ip/tcp.hpp> <asio/post.hpp> <asio/steady_timer.hpp>
  <caf/actor_system.hpp> <caf/actor_system_config.hpp> <caf/event_based_actor.hpp>
  <caf/scoped_actor.hpp> <caf/send.hpp> <caf/typed_actor.hpp> <caf/typed_event_based_actor.hpp>
  <spdlog/spdlog.h> <tl/expected.hpp>)

# rollcall_precompile(TARGET HEADER...), rollcall_precompile(TARGET REUSE_FROM OTHER)
function(rollcall_precompile target)
  if(ROLLCALL_PRECOMPILE)
    if(NOT ARGV1 STREQUAL "REUSE_FROM")
      list(PREPEND ARGN PRIVATE)
    endif()
    target_precompile_headers(${target} ${ARGN})
    target_compile_options(${target} PRIVATE -fpch-preprocess) # for ccache
  endif()
endfunction()
