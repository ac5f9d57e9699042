#include "actors/supervisor/replica_set.hpp"

#include <algorithm>
#include <unordered_set>

namespace troupe::supervisor {

replica* replica_set::find(int32_t index) {
  auto i = static_cast<size_t>(index);
  return index >= 0 && i < all_.size() ? &all_[i] : nullptr;
}

replica* replica_set::of_incarnation(incarnation_id number) {
  auto index = living.index_of(number);
  return index ? find(*index) : nullptr;
}

incarnation* replica_set::find_incarnation(incarnation_id number) {
  auto s = of_incarnation(number);
  return s ? s->find(number) : nullptr;
}

void replica_set::set_size(size_t size) {
  auto stopped = in_use_ > 0 && all_stopped();
  while (all_.size() < size) {
    auto& s = all_.emplace_back();
    s.index = static_cast<int32_t>(all_.size() - 1);
  }
  for (auto i = in_use_; stopped && i < size; ++i)
    if (!all_[i].plan.is_stopped())
      all_[i].plan.apply(replica_event::stopped);
  in_use_ = size;
}

size_t replica_set::count_open() const {
  return static_cast<size_t>(
      std::count_if(begin(), end(), [](const replica& s) { return s.plan.is_open(); }));
}

bool replica_set::all_stopped() const {
  return std::all_of(begin(), begin() + static_cast<ptrdiff_t>(in_use_),
                     [](const replica& s) { return s.plan.is_stopped(); });
}

std::optional<std::string> replica_set::verify() const {
  std::unordered_set<incarnation_id> found;
  std::optional<std::string> wrong;
  auto look = [&](const replica& s, const incarnation& w) {
    auto name = "incarnation " + std::to_string(w.number);
    if (!found.insert(w.number).second)
      wrong = name + " lives twice";
    else if (living.index_of(w.number) != s.index)
      wrong = name + " is not known to live in replica " + std::to_string(s.index);
  };
  int32_t index = 0;
  for (auto& s : all_) {
    if (s.index != index++)
      return "replica " + std::to_string(s.index) + " is at another index";
    if (auto own = s.verify())
      return own;
    replica::for_each(s, [&](const incarnation& w) { look(s, w); });
  }
  if (!wrong && found.size() != living.size())
    wrong = "an incarnation is known that lives in no replica";
  return wrong;
}

} // namespace troupe::supervisor
