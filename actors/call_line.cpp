#include "actors/call_line.hpp"

#include "protocol/limits.hpp"

#include <algorithm>
#include <limits>

namespace troupe {

namespace {

int64_t head_start(const pending_call& c) {
  return c.what.priority * limits::priority_step;
}

} // namespace

void call_line::push(pending_call c) {
  auto& o = origins_[c.origin()];
  o.turn = std::max(o.turn, now_) + 1;
  ++o.waiting;
  rank r{o.turn - head_start(c), ++arrivals_};
  calls_.emplace(r, std::move(c));
}

void call_line::push_front(pending_call c) {
  // Of several the first is the first again: a dying worker gives back in the order it
  // took.
  ++origins_[c.origin()].waiting;
  calls_.emplace(rank{std::numeric_limits<int64_t>::min(), ++arrivals_}, std::move(c));
}

std::optional<pending_call> call_line::pop() {
  if (calls_.empty())
    return std::nullopt;
  auto first = calls_.begin();
  std::optional<pending_call> c{std::move(first->second)};
  now_ = std::max(now_, first->first.turn + head_start(*c));
  calls_.erase(first);
  leave(c->origin());
  return c;
}

void call_line::extract_if(const std::function<bool(const pending_call&)>& pred,
                           std::vector<pending_call>& out) {
  for (auto i = calls_.begin(); i != calls_.end();) {
    if (!pred(i->second)) {
      ++i;
      continue;
    }
    leave(i->second.origin());
    out.push_back(std::move(i->second));
    i = calls_.erase(i);
  }
}

std::optional<steady_clock::time_point> call_line::earliest() const {
  std::optional<steady_clock::time_point> first;
  for (auto& [r, c] : calls_)
    if (!first || c.start_by < *first)
      first = c.start_by;
  return first;
}

void call_line::leave(const void* who) {
  auto i = origins_.find(who);
  if (--i->second.waiting == 0)
    origins_.erase(i);
}

} // namespace troupe
