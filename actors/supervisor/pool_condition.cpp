#include "actors/supervisor/pool_condition.hpp"

#include "actors/interfaces/next_attempt.hpp"

namespace troupe::supervisor {

fault pool_condition::condition_of(const pool_facts& facts,
                                   const std::string& pool) const {
  if (facts.all_stopped)
    return {code::unavailable, "pool " + pool + " is stopped"};
  auto because = [this](std::string what) {
    return fault{code::unavailable, std::move(what) + last_cause_.message,
                 fault_details{.cause = fault_cause{last_cause_}}};
  };
  if (!facts.usable && facts.broken)
    return because("the workers of pool " + pool + " keep dying: ");
  if (!facts.usable && !facts.coming && !facts.can_grow)
    return because("the workers of pool " + pool + " have ended and are not restarted: ");
  return {};
}

std::optional<fault> pool_condition::update(const pool_facts& facts,
                                            const std::string& pool) {
  auto now = condition_of(facts, pool);
  if (now.what != code::none && facts.next_start)
    name_attempt(now, *facts.next_start);
  if (now == told_)
    return std::nullopt;
  told_ = now;
  return now;
}

} // namespace troupe::supervisor
