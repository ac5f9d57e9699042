#include "actors/broker/call_search.hpp"

#include <random>

namespace troupe::broker {

void call_search::keep(const found_call& c) {
  if (oldest_.size() == wanted_.limit) {
    std::pop_heap(oldest_.begin(), oldest_.end());
    oldest_.pop_back();
  }
  oldest_.push_back(c);
  std::push_heap(oldest_.begin(), oldest_.end());
}

bool call_searches::advance(
    const std::function<bool(call_search&)>& step,
    const std::function<std::optional<open_call>(call_number)>& describe) {
  if (all_.empty())
    return false;
  auto next = std::move(all_.front());
  all_.pop_front();
  if (!step(next.search)) {
    all_.push_back(std::move(next));
    return true;
  }
  open_calls calls;
  for (auto& found : next.search.take_found())
    if (auto c = describe(found.number))
      calls.push_back(*std::move(c));
  next.asked.deliver(std::move(calls));
  return !all_.empty();
}

void call_searches::end() {
  for (auto& e : std::exchange(all_, {}))
    e.asked.deliver(open_calls{});
}

uint32_t random_generation() {
  // Small, since people read it: nobody is to hit a call by an id of another run.
  constexpr uint32_t most = 1'000'000;
  std::random_device random;
  return std::uniform_int_distribution<uint32_t>{1, most}(random);
}

} // namespace troupe::broker
