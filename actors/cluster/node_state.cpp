#include "actors/cluster/node_state.hpp"

#include <array>
#include <cstddef>

namespace troupe::cluster {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(node_state::count_)> words = {
    "up", "suspect", "down", "leaving"};

} // namespace

std::string_view word_for(node_state s) {
  auto i = static_cast<size_t>(s);
  return i < words.size() ? words[i] : std::string_view{"unknown"};
}

std::optional<node_state> node_state_from(std::string_view word) {
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return static_cast<node_state>(i);
  return std::nullopt;
}

} // namespace troupe::cluster
