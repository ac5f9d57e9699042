#include "broker/front/arrivals.hpp"

#include "protocol/base/limits.hpp"

#include <utility>

namespace troupe::front {

namespace {

size_t bytes_of(const arrival& a) {
  if (auto part = std::get_if<shared_bytes>(&a.what))
    return part->size();
  auto& result = std::get<call_result>(a.what);
  return result ? result->payload.size() : 0;
}

} // namespace

bool arrivals::add(arrival&& a, output_backlog& client) {
  std::lock_guard guard{mutex_};
  bytes_ += bytes_of(a);
  // Under the lock: set later, it might be after the measuring that takes it back.
  if (bytes_ >= limits::client_backlog)
    client.set_behind();
  all_.push_back(std::move(a));
  empty_.store(false, std::memory_order_relaxed);
  return all_.size() == 1;
}

std::vector<arrival> arrivals::take() {
  std::lock_guard guard{mutex_};
  bytes_ = 0;
  empty_.store(true, std::memory_order_relaxed);
  return std::exchange(all_, {});
}

} // namespace troupe::front
