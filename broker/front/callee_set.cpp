#include "broker/front/callee_set.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>

#include <algorithm>

namespace troupe::front {

static bool has_ended(const callee_actor& who) {
  return caf::actor_cast<caf::abstract_actor*>(who)->getf(
      caf::abstract_actor::is_cleaned_up_flag);
}

void callee_set::add(const callee_actor& who) {
  if (std::find(all_.begin(), all_.end(), who) != all_.end())
    return;
  if (all_.size() >= forget_at_) {
    std::erase_if(all_, has_ended);
    forget_at_ = std::max(few, 2 * all_.size());
  }
  all_.push_back(who);
}

} // namespace troupe::front
