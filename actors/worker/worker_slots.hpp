#pragma once

#include "actors/interfaces/worker_actor.hpp"
#include "actors/loop/wake_ups.hpp"
#include "protocol/base/rare.hpp"
#include "protocol/wires/wire.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::worker {

/// The receiver of the parts of a streamed result.
struct call_stream {
  /// Null where the caller does not want them.
  reply_sink_ptr sink;
  tag_id tag;
  std::shared_ptr<stream_flow> flow;
};

/// A position for one call in a worker. On the wire a call is named by its slot and by
/// how often the slot was used before, so that no answer can reach another call's caller.
struct call_slot {
  enum class use : uint8_t {
    free,
    /// A caller waits for the answer.
    running,
    /// Between two steps of a session: nothing runs, and the slot is kept for the next.
    paused,
    /// The caller has left; the child has not given the slot back.
    abandoned,
  };

  use state = use::free;
  wires::slot_id id;
  ticket_id ticket;
  steady_clock::time_point started;
  steady_clock::time_point deadline;
  /// The lines of stderr that there were before.
  uint64_t lines_before = 0;
  ancestors_ptr ancestors;
  shared_bytes kind;
  /// Of a step of a session: its id.
  shared_bytes session;
  call_stream stream;
  caf::typed_response_promise<outcome> answer;
  /// To tell when the slot is free again, where the caller gave up.
  caf::typed_response_promise<atom::released> released;
  /// Of an abandoned one: how long the child may take to end it.
  std::optional<steady_clock::time_point> due;
  /// Of an abandoned one: whether the child need not answer, so that the slot is free
  /// when it is due.
  bool may_stay_unanswered = false;
  /// As the worker got it.
  trace_context_ptr trace;
  /// As in `call`.
  shared_bytes request_id;
};

/// Returns the ancestors of a call that is made for the one in `parent`, a slot of a
/// worker of `pool`.
ancestors_ptr with_ancestor(const call_slot& parent, const std::string& pool);

/// The slots of one worker: `window` of them, found by wire id without a search.
class worker_slots {
public:
  /// Sets the number of slots, which are made when the first is wanted. @pre None is in
  /// use.
  /// @param generation What they count from: where the child may still answer calls of
  /// others, a number that those will not have had.
  void resize(uint32_t window, uint32_t generation = 0);

  /// Returns a free slot as running, under a generation of its own, or nullptr.
  call_slot* take(ticket_id ticket);

  /// Returns the slot that `id` names if that use of it has not ended, or nullptr.
  call_slot* find(wires::slot_id id);

  /// Returns the slot with `ticket` that is running, or nullptr.
  call_slot* find_running(ticket_id ticket);

  /// Returns the slot with `ticket` that is in use, or nullptr. O(slots): for reports.
  const call_slot* look_for(ticket_id ticket) const;

  /// Returns the slot that is paused for `session`, or nullptr.
  call_slot* find_paused(std::string_view session);

  /// Keeps a running slot for the next step of its session.
  void pause(call_slot& s);

  /// Takes a free slot for a session that paused under an earlier node; returns it, or
  /// nullptr.
  call_slot* hold(shared_bytes session);

  /// Runs the next step in a paused slot, under a generation of its own.
  void resume(call_slot& s, ticket_id ticket);

  /// Frees a slot.
  void free(call_slot& s);

  size_t running() const noexcept { return running_; }
  size_t paused() const noexcept { return paused_; }
  size_t used() const noexcept { return slots_.size() - free_.size(); }
  /// Returns how many the child works on, whether or not anybody waits.
  size_t active() const noexcept { return used() - paused_; }
  size_t abandoned() const noexcept { return active() - running_; }

  /// Marks a running or paused slot as abandoned.
  void abandon(call_slot& s);

  /// Sets how long an abandoned slot may stay taken, in place of what was set before.
  void set_due(call_slot& s, steady_clock::time_point due);

  /// Lets all that are due before `least` stay taken until then.
  void put_off(steady_clock::time_point least);

  /// Returns the earliest of these moments.
  std::optional<steady_clock::time_point> next_due() const;

  /// Returns the same if a timer must be set for it, which then counts as set.
  std::optional<steady_clock::time_point> next_wake_up();

  /// Returns a slot that was due by `now` and that the child need not answer, or nullptr.
  call_slot* find_unanswered(steady_clock::time_point now);

  /// Returns whether slots were due by `now`. Each is due once.
  bool take_due(steady_clock::time_point now);

  /// Returns the used slots in the order their calls were taken.
  std::vector<call_slot*> by_age();

  /// Returns whether the reader of a streamed result is behind.
  bool any_flow_is_full() const;

  /// Returns the running slot taken first, or nullptr.
  const call_slot* oldest() const;

  /// Returns the slot taken first of those that the child works on, whether or not
  /// anybody waits, or nullptr.
  const call_slot* oldest_active() const;

  /// Returns which rule of the data is broken, if any: each slot is where its state says,
  /// and nowhere else. For tests.
  std::optional<std::string> verify() const;

private:
  /// None as long as none was wanted.
  std::vector<call_slot> slots_;
  std::vector<uint32_t> free_;
  uint32_t window_ = 0;
  uint32_t first_generation_ = 0;
  size_t running_ = 0;
  size_t paused_ = 0;
  using tickets = boost::unordered_flat_map<ticket_id, uint32_t, std::hash<ticket_id>>;

  /// The slots that are running, from the first search on: most workers are never asked.
  rare<tickets> by_ticket_;
  /// By session: the slots that are paused.
  std::map<std::string, uint32_t, std::less<>> by_session_;
  /// The slots that are abandoned, by when they are due.
  std::set<std::pair<steady_clock::time_point, uint32_t>> due_;
  /// The timers for these.
  loop::wake_ups wake_ups_;

  void make_slots();
  void run(call_slot& s, ticket_id ticket);
  void leave_state(call_slot& s);
};

} // namespace troupe::worker
