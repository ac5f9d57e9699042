#include "actors/cluster/peer_actors.hpp"

#include <array>
#include <cstddef>

namespace troupe::cluster {

std::string_view word_for(link_condition c) {
  constexpr std::array<std::string_view, static_cast<size_t>(link_condition::count_)>
      words = {"up", "suspect", "down"};
  auto i = static_cast<size_t>(c);
  return i < words.size() ? words[i] : std::string_view{"unknown"};
}

} // namespace troupe::cluster
