#pragma once

#include "protocol/base/version.hpp"

#include <boost/version.hpp>
#include <caf/config.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Grows when what a node and a plugin pass to each other changes its form.
inline constexpr uint32_t plugin_abi = 1;

/// The compilers that are told apart.
enum class compiler_name : uint32_t { other, gcc, clang };

/// What a plugin or a node was built with. Numbers alone: a node reads it from the file
/// of a plugin before any code of the plugin runs. The members up to `patch` stay where
/// they are in all versions.
struct build_identity {
  /// Says that a file is a plugin, and where its identity begins.
  std::array<char, 16> mark = {'\x7f', 't', 'r', 'o', 'u', 'p', 'e',    ' ',
                               'p',    'l', 'u', 'g', 'i', 'n', '\x01', '\n'};
  uint32_t abi = plugin_abi;
  uint32_t major = version_major;
  uint32_t minor = version_minor;
  uint32_t patch = version_patch;
  uint32_t caf = CAF_VERSION;
  uint32_t boost = BOOST_VERSION;
#ifdef __clang__
  compiler_name compiler = compiler_name::clang;
  uint32_t compiler_major = __clang_major__;
#elif defined __GNUC__
  compiler_name compiler = compiler_name::gcc;
  uint32_t compiler_major = __GNUC__;
#else
  compiler_name compiler = compiler_name::other;
  uint32_t compiler_major = 0;
#endif
#ifdef _GLIBCXX_RELEASE
  uint32_t standard_library = _GLIBCXX_RELEASE;
  uint32_t new_strings = _GLIBCXX_USE_CXX11_ABI;
#else
  uint32_t standard_library = 0;
  uint32_t new_strings = 0;
#endif
#ifdef _GLIBCXX_DEBUG
  uint32_t debug_containers = 1;
#else
  uint32_t debug_containers = 0;
#endif

  bool operator==(const build_identity&) const = default;
};

/// Returns what `plugin` was built with and what `node` was built with, as far as that
/// keeps `plugin` from working in `node`: a sentence without its subject. Empty if it
/// works.
std::string difference(const build_identity& plugin, const build_identity& node);

/// Returns the identity in the bytes of a plugin's file, or nothing if it is no plugin.
std::optional<build_identity> find_identity(std::string_view file);

} // namespace troupe
