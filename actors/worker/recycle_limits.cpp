#include "actors/worker/recycle_limits.hpp"

#include <algorithm>
#include <random>

namespace troupe::worker {

config::recycle own_limits(const config::recycle& rules) {
  // Without limits nothing is chosen. A random_device asks the processor what it can,
  // which takes a virtual machine 50 µs: much, where a node starts thousands of workers.
  if (rules.jobs == 0 && rules.memory == 0 && rules.age.count() == 0
      && rules.idle.count() == 0)
    return rules;
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
