#include "broker/front/http/exchange.hpp"

namespace troupe::front::http {

exchange* exchange_queue::find(tag_id tag) {
  auto i = tag - first_;
  return i < all_.size() && !all_[i].answered ? &all_[i] : nullptr;
}

bool exchange_queue::is_next(tag_id tag) const {
  auto i = tag - first_;
  return i == 0 || i >= all_.size();
}

size_t exchange_queue::held_bytes() const {
  size_t bytes = 0;
  for (auto& e : all_)
    bytes += e.answer.size();
  return bytes;
}

tag_id exchange_queue::pop_front() {
  all_.pop_front();
  return tag_id{first_++};
}

} // namespace troupe::front::http
