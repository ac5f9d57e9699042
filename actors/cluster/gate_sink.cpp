#include "actors/cluster/gate_sink.hpp"

#include <utility>

namespace troupe::cluster {

namespace {

/// Nobody wants it.
void drop(gate_sink::arrival& a) {
  if (a.flow)
    a.flow->remove(std::get<shared_bytes>(a.what).size());
}

} // namespace

void gate_sink::add(arrival&& a) {
  std::unique_lock guard{mutex_};
  if (closed_) {
    guard.unlock(); // whoever waits for the flow may come back here
    drop(a);
    return;
  }
  all_.push_back(std::move(a));
  auto first = all_.size() == 1;
  guard.unlock();
  if (first)
    out_->want();
}

void gate_sink::take(std::vector<arrival>& into) {
  into.clear();
  std::lock_guard guard{mutex_};
  into.swap(all_);
}

void gate_sink::close() {
  std::vector<arrival> left;
  {
    std::lock_guard guard{mutex_};
    closed_ = true;
    left.swap(all_);
  }
  for (auto& a : left)
    drop(a);
}

} // namespace troupe::cluster
