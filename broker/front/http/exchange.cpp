#include "broker/front/http/exchange.hpp"

#include <algorithm>
#include <utility>

namespace troupe::front::http {

exchange& exchange_queue::add() {
  if (size_ == ring_.size()) {
    std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(begin_),
                ring_.end());
    begin_ = 0;
    ring_.resize(std::max<size_t>(1, 2 * size_));
  }
  return at(size_++);
}

exchange* exchange_queue::find(tag_id tag) {
  auto i = tag - first_;
  return i < size_ && !at(i).answered ? &at(i) : nullptr;
}

bool exchange_queue::is_next(tag_id tag) const {
  auto i = tag - first_;
  return i == 0 || i >= size_;
}

size_t exchange_queue::held_bytes() const {
  size_t bytes = 0;
  for (size_t i = 0; i < size_; ++i)
    bytes += at(i).answer.size();
  return bytes;
}

tag_id exchange_queue::pop_front() {
  front() = {};
  begin_ = (begin_ + 1) % ring_.size();
  --size_;
  return tag_id{first_++};
}

void exchange_queue::take_back() {
  back() = {};
  --size_;
}

void exchange_queue::clear() {
  while (!empty())
    take_back();
}

void exchange_queue::shrink() {
  if (!empty())
    return;
  std::vector<exchange>{}.swap(ring_);
  begin_ = 0;
}

} // namespace troupe::front::http
