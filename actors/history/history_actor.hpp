#pragma once

#include "actors/history/pool_history.hpp"
#include "actors/interfaces/type_ids.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace troupe::history {

/// A question for rows.
struct history_question {
  /// Empty for all pools.
  std::string pool;
  history_step step = history_step::second;
  /// The first moment of interest, in seconds since 1970.
  int64_t since = 0;
  /// How many of the last rows. If it is not said: all of one pool, and
  /// `limits::history_rows` of each of all pools.
  std::optional<int64_t> last = std::nullopt;
};

/// What the pools did lately.
using history_actor = caf::typed_actor<
    // From NODE: a pool of this name has begun.
    caf::reacts_to<atom::join, std::string, std::shared_ptr<const pool_activity>>,
    // From NODE: it is gone.
    caf::reacts_to<atom::forget, std::string>,
    // From NODE: answers with the rows, as JSON.
    caf::replies_to<atom::tail, history_question>::with<shared_bytes>,
    // From itself: a second is over.
    caf::reacts_to<internal::timer>>;

} // namespace troupe::history

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::history::history_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<const troupe::pool_activity>)
