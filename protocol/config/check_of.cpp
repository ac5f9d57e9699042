#include "protocol/config/check_of.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <set>

namespace troupe::config {

namespace {

const pool* find(const std::vector<pool>& all, std::string_view name) {
  auto i =
      std::find_if(all.begin(), all.end(), [&](const pool& p) { return p.name == name; });
  return i == all.end() ? nullptr : &*i;
}

/// Returns the name of the pool at this node that `to` means; empty for none.
std::string pool_here(const std::string& to, std::string_view node) {
  auto where = parse_address(to);
  return where && (where->node.empty() || where->node == node) ? where->pool
                                                               : std::string{};
}

/// Returns the pools that `p` stands before; the option is empty for that of `of`.
std::vector<named_pool> pools_behind(const pool& p) {
  auto out = p.behaviour.others;
  if (!p.behaviour.of.empty())
    out.insert(out.begin(), {{}, p.behaviour.of});
  return out;
}

/// Finds the way from one pool to another through what they stand before.
struct way_finder {
  const std::vector<pool>& all;
  std::string_view node;
  std::string_view goal;
  std::set<std::string> seen = {};

  /// Returns the way as text, or an empty one if there is none.
  std::string from(const std::string& name) {
    if (name == goal)
      return name;
    auto p = find(all, name);
    if (!p || !seen.insert(name).second)
      return {};
    for (auto& next : pools_behind(*p))
      if (auto rest = from(pool_here(next.pool, node)); !rest.empty())
        return name + " before " + rest;
    return {};
  }
};

} // namespace

result<void, misplacement> check_of(std::string_view name, const std::vector<pool>& all,
                                    std::string_view node, bool clustered) {
  auto mine = find(all, name);
  if (!mine)
    return {};
  for (auto& [option, to] : pools_behind(*mine)) {
    auto refuse = [&, &o = option](std::string why) {
      return o.empty() ? failure(misplacement{"of", std::move(why)})
                       : failure(misplacement{"options", o + ": " + std::move(why)});
    };
    auto next = pool_here(to, node);
    if (next.empty())
      continue;
    if (!clustered && !find(all, next))
      return refuse("there is no pool " + json_string(next));
    if (auto way = way_finder{all, node, name}.from(next); !way.empty())
      return refuse("the pool would stand before itself: " + std::string{name}
                    + " before " + way);
  }
  return {};
}

} // namespace troupe::config
