#include "actors/public/version.hpp"

namespace troupe {

namespace {

/// Whether `text` is the version of the headers.
constexpr bool is_headers_version(std::string_view text) {
  size_t at = 0;
  for (auto wanted : {version_major, version_minor, version_patch}) {
    auto number = 0;
    for (; at < text.size() && text[at] != '.'; ++at)
      number = 10 * number + (text[at] - '0');
    if (number != wanted)
      return false;
    ++at; // the dot
  }
  return at == text.size() + 1;
}

static_assert(is_headers_version(TROUPE_VERSION),
              "version.hpp and the project's version differ");

} // namespace

std::string_view library_version() noexcept {
  return TROUPE_VERSION;
}

} // namespace troupe
