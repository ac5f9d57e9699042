#include "protocol/base/semantic_version.hpp"

#include <charconv>

namespace troupe {

std::optional<semantic_version> semantic_version::parse(std::string_view text) {
  text = text.substr(0, text.find_first_of("-+"));
  semantic_version v;
  auto at = text.data();
  auto end = at + text.size();
  for (size_t i = 0; i < v.parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.'))
      return std::nullopt;
    auto [next, error] = std::from_chars(at, end, v.parts[i]);
    if (error != std::errc{})
      return std::nullopt;
    at = next;
  }
  return at == end ? std::optional{v} : std::nullopt;
}

bool semantic_version::accepts(const semantic_version& offered) const {
  if (offered < *this)
    return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] != offered.parts[i])
      return false;
    if (parts[i] != 0)
      return true;
  }
  return true;
}

bool version_will_do(std::string_view wanted, bool compatible, std::string_view offered) {
  if (offered == wanted)
    return true;
  auto want = semantic_version::parse(wanted);
  auto offer = semantic_version::parse(offered);
  return compatible && want && offer && want->accepts(*offer);
}

} // namespace troupe
