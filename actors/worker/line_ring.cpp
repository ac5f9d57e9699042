#include "actors/worker/line_ring.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/base/utf8_repair.hpp"

#include <algorithm>
#include <utility>

namespace troupe::worker {

std::vector<std::string> line_ring::last(size_t count) const {
  std::vector<std::string> result;
  auto n = std::min(count, lines_.size());
  for (auto i = count_ - n; i < count_; ++i)
    result.push_back(lines_[i % limits::stderr_lines]);
  return result;
}

void line_ring::append(std::string_view piece) {
  open_ += piece.substr(0, limits::stderr_line_bytes - open_.size());
}

void line_ring::close_line() {
  if (!open_.empty() && open_.back() == '\r')
    open_.pop_back();
  auto position = count_++ % limits::stderr_lines;
  if (position == lines_.size())
    lines_.emplace_back();
  lines_[position] = to_utf8(std::exchange(open_, {}), limits::stderr_line_bytes);
}

} // namespace troupe::worker
