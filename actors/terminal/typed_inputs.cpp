#include "actors/terminal/typed_inputs.hpp"

#include <algorithm>

namespace troupe::terminal {

std::optional<typed_inputs::input> typed_inputs::take(uint64_t written, bool is_lost) {
  if (open_.empty() || (open_.front().end > written && !is_lost))
    return std::nullopt;
  auto first = open_.front();
  open_.pop_front();
  return first;
}

std::optional<typed_inputs::range> typed_inputs::cancel(ticket_id ticket,
                                                        uint64_t written) {
  auto i = std::find_if(open_.begin(), open_.end(),
                        [&](const input& x) { return x.ticket == ticket; });
  if (i == open_.end() || i->begin < written)
    return std::nullopt;
  auto length = i->end - i->begin;
  range taken{static_cast<size_t>(i->begin - written), static_cast<size_t>(length)};
  typed_ -= length;
  for (i = open_.erase(i); i != open_.end(); ++i) {
    i->begin -= length;
    i->end -= length;
  }
  return taken;
}

std::optional<std::string> typed_inputs::verify() const {
  uint64_t last = 0;
  for (auto& x : open_) {
    if (x.begin < last || x.end < x.begin || x.end > typed_)
      return "typed_inputs: an input overlaps another, or was not typed";
    last = x.end;
  }
  return std::nullopt;
}

} // namespace troupe::terminal
