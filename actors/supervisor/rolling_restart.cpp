#include "actors/supervisor/rolling_restart.hpp"

#include <unordered_set>

namespace troupe::supervisor {

rolling_restart::step rolling_restart::next_step(const replica& s,
                                                 const pool_context_ptr& pool) const {
  if (!s.plan.is_enabled())
    return step::skip;
  if (s.successor)
    return step::wait;
  if (!s.current)
    return step::fill;
  auto fresh = s.current->born >= since && s.current->context == pool && !trial;
  if (!fresh)
    return step::replace;
  return s.current->ready ? step::done : step::wait;
}

std::optional<std::string> rolling_restart::verify(size_t size) const {
  if (todo.empty())
    return "a rolling restart goes on with nothing to do";
  std::unordered_set<int32_t> seen;
  for (auto index : todo)
    if (index < 0 || static_cast<size_t>(index) >= size || !seen.insert(index).second)
      return "a rolling restart comes to replica " + std::to_string(index)
             + ", which is not there or was in it before";
  return std::nullopt;
}

} // namespace troupe::supervisor
