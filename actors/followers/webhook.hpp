#pragma once

#include "actors/followers/retry_delay.hpp"
#include "actors/followers/webhook_options.hpp"
#include "actors/interfaces/follower_registry.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

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

/// The state of a WEBHOOK actor.
struct webhook_state {
  explicit webhook_state(caf::local_actor*) {}

  caf::result<delivery> deliver(const event_batch& batch);
  /// Posts the batch.
  void attempt();
  void ended(const result<outbound::http_answer, std::string>& what);
  /// Has `on_due` called at this time, unless `settle` is called before.
  void wait_until(steady_clock::time_point when);
  void check_due();
  void on_due();
  /// Tries again later, or drops the batch if that has lasted too long.
  /// @param at_least How long the server wants to be left alone.
  void retry(const std::string& why, std::chrono::milliseconds at_least = {});
  /// Answers that the batch is lost. @param wait How long the next one is kept: that a
  /// server refuses one is no reason to ask it faster.
  void drop(std::string why, std::chrono::milliseconds wait);
  /// Is ready for the next batch.
  void settle();

  static inline const char* name = "webhook";

  webhook_self* self = nullptr;
  follower_context context;
  webhook_times times;
  std::unique_ptr<outbound::http_sender> sender;
  /// Grows with each failed attempt, of whatever batch, until one is delivered.
  std::optional<retry_delay> delays;
  /// After a batch was dropped: no request begins earlier.
  steady_clock::time_point rests_until;
  /// Whether a request is under way.
  bool is_posting = false;
  /// When it takes too long, or the next one begins.
  std::optional<steady_clock::time_point> due;
  /// When the next timer fires: one serves many requests, since most are answered long
  /// before.
  std::optional<steady_clock::time_point> next_check;
  /// The batch that is being delivered.
  struct {
    caf::typed_response_promise<delivery> promise;
    std::string body;
    uint64_t attempts = 0;
    /// Of all batches together: numbers the requests.
    uint64_t requests = 0;
    /// The first attempt.
    steady_clock::time_point since;
  } batch;
};

static_assert(!std::is_aggregate_v<webhook_state>);

/// Returns the behavior of a WEBHOOK actor. It posts one batch at a time, so their order
/// is kept, and tries again what may go well later. It never waits.
webhook_actor::behavior_type
webhook_behavior(webhook_self* self, follower_context context, webhook_setup setup);

/// Returns the row of the webhook for the registry.
follower_kind webhook();

} // namespace troupe::followers

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::followers::posted)
