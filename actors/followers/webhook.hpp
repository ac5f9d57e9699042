#pragma once

#include "actors/followers/webhook_options.hpp"
#include "actors/interfaces/follower_registry.hpp"

namespace troupe::followers {

/// The end of a request, as the loop hands it to its WEBHOOK.
struct posted {
  /// The number of the request.
  uint64_t attempt = 0;
  result<outbound::http_answer, std::string> what;
};

/// A follower that posts its events to a server.
using webhook_actor = follower_actor::extend_with<caf::typed_actor<
    // From itself: a request has ended.
    caf::reacts_to<posted>,
    // From itself: a request may take too long, or the next attempt be due.
    caf::reacts_to<internal::work_due>>>;

/// What a WEBHOOK works with.
struct webhook_setup {
  webhook_times times;
  /// Makes what sends its requests, on the thread of the actor.
  std::function<std::unique_ptr<outbound::http_sender>()> make_sender;
  /// For the delays between attempts.
  uint64_t seed = 0;
};

struct webhook_state;

using webhook_self = behaviour_self_of<webhook_actor, webhook_state>;

/// Returns the behavior of a WEBHOOK actor. It posts one batch at a time, so their order
/// is kept, and tries again what may go well later. It never waits.
webhook_actor::behavior_type
webhook_behavior(webhook_self* self, follower_context context, webhook_setup setup);

/// Returns the row of the webhook for the registry.
follower_kind webhook();

} // namespace troupe::followers

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::followers::posted)
