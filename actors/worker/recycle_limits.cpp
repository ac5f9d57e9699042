#include "actors/worker/recycle_limits.hpp"

#include <algorithm>
#include <random>

namespace troupe::worker {

config::recycle own_limits(const config::recycle& rules) {
  std::minstd_rand random{static_cast<uint32_t>(std::random_device{}())};
  std::uniform_real_distribution<double> less{0, rules.jitter};
  auto own = [&](auto limit) {
    using number = decltype(limit);
    auto share = static_cast<double>(limit) * (1 - less(random));
    return limit == 0 ? number{0} : std::max<number>(1, static_cast<number>(share));
  };
  auto result = rules;
  result.jobs = own(rules.jobs);
  result.memory = own(rules.memory);
  result.age = std::chrono::milliseconds{own(rules.age.count())};
  result.idle = std::chrono::milliseconds{own(rules.idle.count())};
  return result;
}

} // namespace troupe::worker
