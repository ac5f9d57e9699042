#include "broker/front/part_flows.hpp"

namespace troupe::front {

void part_flows::release(tag_id tag) {
  auto held = held_.extract(tag);
  if (!held.empty())
    flowing_.insert(flowing_.end(), held.mapped().begin(), held.mapped().end());
}

void part_flows::drain() {
  for (auto& [flow, bytes] : std::exchange(flowing_, {}))
    flow->remove(bytes);
}

void part_flows::drop_all() {
  for (auto& [tag, held] : std::exchange(held_, {}))
    flowing_.insert(flowing_.end(), held.begin(), held.end());
  drain();
}

} // namespace troupe::front
