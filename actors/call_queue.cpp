#include "actors/call_queue.hpp"

namespace troupe {

size_t call_queue::size_for(int32_t index) const {
  if (index < 0)
    return anyone_.size();
  auto i = addressed_.find(index);
  return i == addressed_.end() ? 0 : i->second.size();
}

void call_queue::push(pending_call c) {
  line_of(c).push(std::move(c));
  ++size_;
}

void call_queue::push_front(pending_call c) {
  line_of(c).push_front(std::move(c));
  ++size_;
}

std::optional<pending_call> call_queue::pop() {
  auto c = anyone_.pop();
  if (c)
    --size_;
  return c;
}

std::optional<pending_call> call_queue::pop_for(int32_t index) {
  auto i = addressed_.find(index);
  if (i == addressed_.end())
    return std::nullopt;
  auto c = i->second.pop();
  if (i->second.empty())
    addressed_.erase(i);
  --size_;
  return c;
}

void call_queue::extract_if(const std::function<bool(const pending_call&)>& pred,
                            const std::function<void(pending_call)>& f) {
  std::vector<pending_call> out;
  anyone_.extract_if(pred, out);
  for (auto i = addressed_.begin(); i != addressed_.end();) {
    i->second.extract_if(pred, out);
    i = i->second.empty() ? addressed_.erase(i) : std::next(i);
  }
  size_ -= out.size();
  for (auto& c : out)
    f(std::move(c));
}

std::optional<steady_clock::time_point> call_queue::earliest() const {
  auto first = anyone_.earliest();
  for (auto& [index, line] : addressed_)
    if (auto other = line.earliest(); other && (!first || *other < *first))
      first = other;
  return first;
}

} // namespace troupe
