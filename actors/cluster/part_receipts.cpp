#include "actors/cluster/part_receipts.hpp"

namespace troupe::cluster {

void part_receipts::add(link_call_id id, size_t bytes) {
  std::lock_guard guard{mutex_};
  if (!wake_)
    return;
  if (!all_.empty() && all_.back().id == id) {
    all_.back().bytes = link_bytes{all_.back().bytes + bytes};
    return;
  }
  all_.push_back({id, link_bytes{bytes}});
  if (all_.size() == 1)
    wake_();
}

std::vector<link_part_taken> part_receipts::take() {
  std::lock_guard guard{mutex_};
  return std::exchange(all_, {});
}

void part_receipts::close() {
  std::lock_guard guard{mutex_};
  wake_ = nullptr;
  all_.clear();
}

} // namespace troupe::cluster
