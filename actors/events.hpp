#pragma once

#include "actors/interfaces.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <optional>
#include <vector>

namespace troupe {

struct events_state;

using events_self = shared_actor<events_actor, events_state>;

/// The state of an EVENTS actor. Followers pull: each asks for what came after the last
/// event it has, so a slow one holds up nobody and costs no memory; what the ring has
/// lost meanwhile is told to it as a gap.
struct events_state {
  explicit events_state(caf::local_actor*);

  /// A caller that waits for the next event.
  struct follower {
    reply_sink_ptr sink;
    uint64_t tag = 0;
    uint64_t since = 0;
  };

  void publish(const event& e);
  void ask(submission& s);
  /// Answers `f` if there is something after `f.since`.
  bool answer(const follower& f);
  /// Removes a waiting follower and returns it.
  std::optional<follower> take(const reply_sink_ptr& sink, uint64_t tag);

  static inline const char* name = "events";

  events_self* self = nullptr;
  /// Complete JSON objects; the first has the sequence number `first`.
  std::deque<std::string> ring;
  uint64_t first = 1;
  std::vector<follower> followers;
};

/// Returns the behavior of an EVENTS actor.
///
/// A call of kind `events` has the payload `{"since": n}`; absent, it means "from now
/// on". Its result is `{"events":[…],"next":n}`: ask with `since` = `next` for those that
/// follow. Each event is `{"seq","time","kind",…}`; lost ones stand as
/// `{"kind":"gap","from","to"}`.
events_actor::behavior_type events(events_self* self);

} // namespace troupe
