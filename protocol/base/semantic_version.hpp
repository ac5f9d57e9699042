#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

/// A version `MAJOR.MINOR.PATCH`; what follows a `-` or `+` is left out of account
/// (https://semver.org, 2.0.0).
struct semantic_version {
  /// Major, minor and patch.
  std::array<uint32_t, 3> parts{};

  /// Returns the version that `text` spells, or nothing.
  static std::optional<semantic_version> parse(std::string_view text);

  /// Returns whether who wants this version can do with `offered`: one that is not older
  /// and whose first part that is not 0 is the same (the `^` of Cargo and npm).
  bool accepts(const semantic_version& offered) const;

  auto operator<=>(const semantic_version&) const = default;
};

/// Returns whether the version `offered` will do where `wanted` is asked for: the same
/// text, or, where that is enough, a compatible one.
bool version_will_do(std::string_view wanted, bool compatible, std::string_view offered);

} // namespace troupe
