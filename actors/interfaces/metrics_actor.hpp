#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/interfaces/metrics_source.hpp"

namespace troupe {

/// A question of METRICS to a source that is no actor.
using question_id = strong_id<struct question_kind>;

/// Answers scrapes. As a callee it takes calls of any kind: the result is no JSON, but
/// the text of a scrape, so only fronts that write that may give it calls.
using metrics_actor = callee_actor::extend_with<caf::typed_actor<
    // From a source, on any thread: the answer to this question.
    caf::reacts_to<atom::measure, question_id, metrics_snapshot_ptr>,
    // From itself: this question should have been answered by now.
    caf::reacts_to<internal::check_answers, question_id>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::question_id)
