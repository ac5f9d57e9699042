#include "actors/worker/line_ring.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace troupe::worker {

std::vector<std::string> line_ring::last(size_t count) const {
  auto n = std::min(count, lines_.size());
  return {lines_.end() - static_cast<std::ptrdiff_t>(n), lines_.end()};
}

void line_ring::append(std::string_view piece) {
  open_ += piece.substr(0, limits::stderr_line_bytes - open_.size());
}

void line_ring::close_line() {
  if (!open_.empty() && open_.back() == '\r')
    open_.pop_back();
  ++count_;
  lines_.push_back(std::exchange(open_, {}));
  if (lines_.size() > limits::stderr_lines)
    lines_.pop_front();
}

} // namespace troupe::worker
