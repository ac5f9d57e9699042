#pragma once

#include "actors/interfaces/events_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "protocol/base/event_batch.hpp"
#include "protocol/base/limits.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::events {

struct events_state;

using events_self = loop::shared_actor<events_actor, events_state>;

/// The events that a follower wants.
struct event_filter {
  /// Events about these; empty for about any.
  std::vector<std::string> workers;
  /// The worker 0 of each, since a terminal that was spawned is a pool of one.
  std::vector<std::string> first_workers;
  /// Events of these kinds; empty for any.
  std::vector<std::string> kinds;

  bool wants_kind(std::string_view kind) const;
  /// @param subject A pool, a worker (`echo.0`) or nothing.
  bool wants_subject(std::string_view subject) const;
};

/// The state of an EVENTS actor. Followers pull: each asks for what came after the last
/// event it has, so a slow one holds up nobody and costs no memory; what is lost
/// meanwhile is told to it as a gap. All that is remembered is bounded in bytes. What
/// terminals print is remembered apart, for each terminal a bounded amount: it cannot
/// push out what happened to workers.
struct events_state {
  explicit events_state(caf::local_actor*) {}

  /// A caller that waits for the next event.
  struct follower {
    reply_sink_ptr sink;
    tag_id tag;
    sequence_id since;
    event_filter filter;
    /// Whether it waits for an event if there is none yet, and for how long.
    bool waits = true;
    std::optional<steady_clock::time_point> deadline = {};
    /// The follower does not want output that was printed up to here.
    std::optional<sequence_id> output_since = {};
  };

  struct remembered {
    sequence_id seq;
    std::string kind;
    std::string subject;
    /// The complete JSON object. It is written when the event comes in: here the event
    /// leaves the actors, and every follower gets the same text.
    shared_bytes text;

    size_t cost() const noexcept {
      return kind.size() + subject.size() + text.size() + limits::event_overhead;
    }
  };

  /// The numbers of the last events that were forgotten, of one kind.
  struct forgotten {
    sequence_id last;
    std::map<std::string, sequence_id, std::less<>> by_subject;
    /// Of subjects that are too many to be told apart.
    sequence_id by_others;

    void add(sequence_id seq, const std::string& subject);
    /// Returns the last that `filter` may have wanted, 0 for none.
    sequence_id last_for(const event_filter& filter) const;
  };

  struct printed {
    sequence_id seq;
    std::chrono::system_clock::time_point time;
    shared_bytes bytes;
    byte_count offset;

    /// Returns the cost of keeping it: a terminal may print byte by byte.
    size_t cost() const noexcept { return bytes.size() + limits::event_overhead; }
  };

  /// The last output of one terminal.
  struct stream {
    std::deque<printed> parts;
    /// The sum of their costs.
    size_t cost = 0;
    /// The number of the last part that was forgotten.
    sequence_id lost;
  };

  /// An entry of an answer: an event, a part of a terminal's stream or, if neither, a
  /// gap.
  struct found {
    sequence_id seq;
    const remembered* event = nullptr;
    const std::string* terminal = nullptr;
    const printed* part = nullptr;
  };

  void publish(const event& e);
  void publish(stream_part& p);
  /// Keeps an event as long as there is room.
  void remember(remembered r);
  void ask(submission& s);
  /// Answers a call of kind `agents.replay` (events_replay.cpp).
  void replay(submission& s) const;
  /// Answers `f` if there is something after `f.since`, or if it does not wait.
  bool answer(const follower& f);
  /// Returns an element of a batch. @param since What the follower has, for a gap.
  static batch_event tell(const found& x, sequence_id since);
  /// Returns what `f` is to be told after `since`, sorted, at least as much of it as
  /// fills a batch.
  std::vector<found> find_after(const follower& f, sequence_id since) const;
  /// Removes a waiting follower and returns it.
  std::optional<follower> take(const reply_sink_ptr& sink, tag_id tag);
  /// Returns the numbers of the last events that were forgotten, each of another source,
  /// where `f` may have wanted some after `since`: sorted.
  std::vector<sequence_id> gaps_for(const follower& f, sequence_id since) const;
  void forget_oldest_stream();
  /// Numbers what has come in.
  sequence_id next();
  /// Has `check_deadlines` called at `due`.
  void set_check(steady_clock::time_point due);
  /// Settles those that have waited as long as they may.
  void check_deadlines();

  static inline const char* name = "events";

  events_self* self = nullptr;
  std::deque<remembered> ring;
  /// The sum of the costs of all events in the ring.
  size_t ring_cost = 0;
  /// By kind. There are some dozens.
  std::map<std::string, forgotten, std::less<>> lost;
  std::map<std::string, stream, std::less<>> streams;
  /// The number of the last part of streams that were forgotten altogether.
  sequence_id lost_streams;
  /// The number that was given last.
  sequence_id last_seq;
  std::vector<follower> followers;
  /// When `check_deadlines` is called next.
  std::optional<steady_clock::time_point> next_check;
};

/// Returns the behavior of an EVENTS actor.
///
/// A call of kind `events` has the payload `{"since"?,"workers"?,"kinds"?,"wait"?}`;
/// without `since` it means "from now on". With `"wait":false` it is answered at once,
/// if need be with no event: whoever has that answer misses nothing from then on. With
/// `"output_since":n`, or `"now"`, what terminals printed up to there is left out; the
/// answer has the number. Its result is `{"events":[…],"next":n}`: ask with `since` =
/// `next` for those that follow. Each event is `{"seq","time","kind",…}`; where some were
/// forgotten that were wanted, `{"kind":"gap","from","to"}` stands once, in the place of
/// the last of them. What a terminal printed is
/// `{"kind":"worker_stream","name","stream","chunk","offset"}`, with `chunk_base64`
/// besides where it is not UTF-8.
events_actor::behavior_type events_behavior(events_self* self);

} // namespace troupe::events
