#include "broker/front/dashboard/look_kinds.hpp"

#include <algorithm>
#include <array>

namespace troupe::front::dashboard {

bool look_kind::takes(std::string_view member) const {
  for (auto rest = members; !rest.empty();) {
    auto one = rest.substr(0, rest.find(' '));
    if (one == member)
      return true;
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return false;
}

std::span<const look_kind> look_kinds() {
  using enum look_target;
  // Those of routes with GET, and what these say in their queries.
  static constexpr std::array all{
      look_kind{"pools", node, "cluster silent"},
      look_kind{"pool", node, "name"},
      look_kind{"workers"},
      look_kind{"worker", node, "name"},
      look_kind{"log", node, "name"},
      look_kind{"history", node, "name step since last"},
      look_kind{"calls", node, "pool state older_ms limit cluster silent"},
      look_kind{"calls.slow"},
      look_kind{"nodes"},
      look_kind{"followers"},
      look_kind{"health"},
      look_kind{"ready"},
      look_kind{"session.list"},
      look_kind{"session.status", node, "name"},
      look_kind{"session.history", node, "name"},
      look_kind{"spawned"},
      look_kind{"terminal", node, "name"},
      look_kind{"session"},
      look_kind{"agents.config"},
      look_kind{"agents.status"},
      look_kind{"agents.metrics", node, "agent"},
      look_kind{"agents.crashes"},
      look_kind{"agents.replay", node, "since"},
      look_kind{"info", terminal, "name"},
      look_kind{"snapshot", terminal, "name format scrollback"},
      look_kind{"mode", terminal, "name"},
      look_kind{"pending", terminal, "name"},
  };
  return all;
}

const look_kind* find_look_kind(std::string_view ask) {
  auto all = look_kinds();
  auto i = std::find_if(all.begin(), all.end(), [&](auto& k) { return k.ask == ask; });
  return i == all.end() ? nullptr : &*i;
}

} // namespace troupe::front::dashboard
