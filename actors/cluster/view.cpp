#include "actors/cluster/view.hpp"

#include "actors/cluster/routing.hpp"

#include <algorithm>

namespace troupe::cluster {

node_state view::table::state_of(std::string_view node) const {
  auto i = nodes.find(node);
  return i == nodes.end() ? node_state::down : i->second.state;
}

const std::vector<view::place>& view::table::places_of(std::string_view pool) const {
  static const std::vector<place> nowhere;
  auto i = pools.find(pool);
  return i == pools.end() ? nowhere : i->second;
}

uint32_t view::slots_of(std::string_view pool, std::string_view node) const {
  auto t = get();
  for (auto& p : t->places_of(pool))
    if (p.node == node)
      return p.load.size;
  return 0;
}

bool view::knows(std::string_view node) const {
  auto t = get();
  return t->nodes.find(node) != t->nodes.end();
}

bool view::runs(std::string_view pool) const {
  return !get()->places_of(pool).empty();
}

bool view::takes_calls(std::string_view pool) const {
  auto t = get();
  auto& places = t->places_of(pool);
  return std::any_of(places.begin(), places.end(),
                     [&](auto& p) { return t->takes_calls(p) || t->is_last_resort(p); });
}

uint32_t view::room_elsewhere(std::string_view pool) const {
  auto t = get();
  uint32_t room = 0;
  for (auto& p : t->places_of(pool))
    if (t->takes_calls(p))
      room += p.load.free;
  return room;
}

bool view::has_terminal(std::string_view pool, std::string_view node) const {
  auto t = get();
  auto& places = t->places_of(pool);
  return std::any_of(places.begin(), places.end(),
                     [&](auto& p) { return p.node == node && p.has_terminal; });
}

bool view::prefers_elsewhere(std::string_view pool, std::string_view key) const {
  auto t = get();
  auto here = node_affinity(key, own_);
  for (auto& p : t->places_of(pool)) {
    if (!t->takes_calls(p))
      continue;
    auto there = node_affinity(key, p.node);
    // Two that are equal: the smaller name, on every node.
    if (there > here || (there == here && p.node < own_))
      return true;
  }
  return false;
}

} // namespace troupe::cluster
