#include "actors/os/preload_order.hpp"

#include <algorithm>

namespace troupe::os {

namespace {

bool same_user(const spawn_spec& a, const spawn_spec& b) {
  if (!a.as || !b.as)
    return !a.as && !b.as;
  return a.as->user == b.as->user && a.as->group == b.as->group
         && a.as->groups == b.as->groups;
}

bool same_limits(const spawn_spec& a, const spawn_spec& b) {
  return std::equal(a.limits.begin(), a.limits.end(), b.limits.begin(), b.limits.end(),
                    [](const resource_limit& x, const resource_limit& y) {
                      return x.resource == y.resource && x.value == y.value;
                    });
}

} // namespace

bool loads_the_same(const preload_order& a, const preload_order& b) {
  auto& x = a.program;
  auto& y = b.program;
  return x.argv == y.argv && x.env == y.env && x.cwd == y.cwd && same_user(x, y)
         && same_limits(x, y);
}

} // namespace troupe::os
