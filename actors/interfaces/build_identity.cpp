#include "actors/interfaces/build_identity.hpp"

#include <cstring>
#include <type_traits>
#include <vector>

namespace troupe {

static_assert(std::is_trivially_copyable_v<build_identity>);
static_assert(std::has_unique_object_representations_v<build_identity>);

namespace {

std::string troupe_of(const build_identity& b) {
  return "Troupe " + std::to_string(b.major) + '.' + std::to_string(b.minor);
}

std::string abi_of(const build_identity& b) {
  return "plugin ABI " + std::to_string(b.abi);
}

/// CAF has two digits for each part.
std::string caf_of(const build_identity& b) {
  return "CAF " + std::to_string(b.caf / 10'000) + '.' + std::to_string(b.caf / 100 % 100)
         + '.' + std::to_string(b.caf % 100);
}

std::string boost_of(const build_identity& b) {
  return "Boost " + std::to_string(b.boost / 100'000) + '.'
         + std::to_string(b.boost / 100 % 1000);
}

std::string compiler_of(const build_identity& b) {
  auto name = b.compiler == compiler_name::gcc     ? "GCC "
              : b.compiler == compiler_name::clang ? "clang "
                                                   : "another compiler ";
  return name + std::to_string(b.compiler_major);
}

std::string library_of(const build_identity& b) {
  return "libstdc++ " + std::to_string(b.standard_library)
         + (b.new_strings != 0 ? "" : " with the strings of before C++11")
         + (b.debug_containers != 0 ? " with _GLIBCXX_DEBUG" : "");
}

using part = std::string (*)(const build_identity&);

/// @param all Not empty.
std::string list(const std::vector<part>& all, const build_identity& b) {
  std::string out;
  for (auto of : all)
    out += (out.empty() ? "" : ", ") + of(b);
  return out;
}

} // namespace

std::string difference(const build_identity& plugin, const build_identity& node) {
  std::vector<part> parts = {troupe_of, abi_of};
  if (plugin.abi == node.abi) // else the other members may be elsewhere
    parts.insert(parts.end(), {caf_of, boost_of, compiler_of, library_of});
  std::erase_if(parts, [&](part of) { return of(plugin) == of(node); });
  if (parts.empty())
    return {};
  return "was built with " + list(parts, plugin) + ", and this node with "
         + list(parts, node);
}

std::optional<build_identity> find_identity(std::string_view file) {
  build_identity found;
  auto at = file.find(std::string_view{found.mark.data(), found.mark.size()});
  if (at == std::string_view::npos || file.size() - at < sizeof found)
    return std::nullopt;
  std::memcpy(&found, file.data() + at, sizeof found);
  return found;
}

} // namespace troupe
