#include "actors/cluster/membership/member_step.hpp"

#include <array>
#include <cstddef>

namespace troupe::membership {

namespace {

constexpr auto states = static_cast<size_t>(node_state::count_);
constexpr auto events = static_cast<size_t>(member_event::count_);

using step_table = std::array<std::array<member_step, events>, states>;

/// A row is a state, a column an event, both in the order of their enumerations. What is
/// down has no connection, so nothing but a new one is news of it.
constexpr step_table make_table() {
  using enum node_state;
  constexpr member_step rises{up, member_news::node_up};
  constexpr member_step is_doubted{suspect, member_news::node_suspect};
  constexpr member_step falls{down, member_news::node_down};
  constexpr member_step stays_up{up};
  constexpr member_step stays_suspect{suspect};
  constexpr member_step stays_down{down};
  constexpr member_step goes{leaving};
  return {{
      // connected, fell_silent, spoke, leaves, lost
      {{stays_up, is_doubted, stays_up, goes, falls}},
      {{rises, stays_suspect, rises, goes, falls}},
      {{rises, stays_down, stays_down, stays_down, stays_down}},
      {{rises, goes, goes, goes, falls}},
  }};
}

} // namespace

std::string_view event_kind(member_news n) {
  constexpr std::array<std::string_view, static_cast<size_t>(member_news::count_)> kinds{
      "", "node_up", "node_suspect", "node_down"};
  return kinds[static_cast<size_t>(n)];
}

member_step step(node_state s, member_event e) {
  static constexpr auto table = make_table();
  return table[static_cast<size_t>(s)][static_cast<size_t>(e)];
}

} // namespace troupe::membership
