#pragma once

#include "actors/cluster/byte_window.hpp"
#include "actors/cluster/caller_windows.hpp"
#include "actors/cluster/calls_away.hpp"
#include "actors/cluster/link_life.hpp"
#include "actors/cluster/link_outbox.hpp"
#include "actors/cluster/part_receipts.hpp"
#include "actors/cluster/peer_actors.hpp"
#include "actors/cluster/peer_counts.hpp"
#include "actors/cluster/turn_end.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/loop/wake_ups.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::cluster {

/// One end of a connection, as LINK introduces itself.
struct link_end {
  std::string node;
  node_incarnation incarnation;
  gate_actor gate;
};

/// What a LINK works with.
struct link_context {
  link_end own;
  link_end peer;
  route_actor route;
  peer_observer_actor observer;
  /// A peer that was silent for so long is down.
  std::chrono::milliseconds failure_timeout{5000};
  /// Returns when a byte last came from the peer: a message may take longer than a beat.
  /// May be empty. Called on the loop's thread.
  std::function<steady_clock::time_point()> last_byte = {};
  /// What this node's version adds to each message.
  std::string more = {};
  /// Returns the largest `max_frame` that the peer has said it reckons with. May be
  /// empty: `limits::peer_frame`. Called on the loop's thread.
  std::function<uint64_t()> peer_frame = {};
  /// How many calls the peer takes at a time.
  size_t calls_open = limits::link_calls_open;
  /// See `caller_windows`. Called on the loop's thread.
  caller_windows::slots_of slots = {};
  /// Of the peer. Never null.
  std::shared_ptr<peer_counts> counts = std::make_shared<peer_counts>();
};

/// What a LINK sends no more of than the peer takes, and what it has taken itself.
struct link_traffic {
  /// Calls.
  byte_window out;
  /// Outcomes and parts.
  byte_intake in;
};

struct link_state;

using link_self = loop::pinned_actor<link_actor, link_state>;

/// The state of a LINK actor.
struct link_state {
  explicit link_state(caf::local_actor*);
  ~link_state();

  /// Returns whether the present message is of the peer that this LINK is for: another
  /// one may have learned its address.
  bool is_from_peer() const;
  /// Returns whether it is of another node.
  bool is_from_afar() const;

  // -- calls (link_calls.cpp) -----------------------------------------------------

  void submit(routed_call&& c);
  void go_down_unread(const std::string& what);
  /// Returns why a call of so many bytes is not taken now, if it is not.
  std::optional<fault> why_full(const pending_call& c, size_t bytes) const;
  void cancel(const reply_sink_ptr& sink, tag_id tag);
  void forget(const reply_sink_ptr& sink);
  /// Calls of this caller that were held leave, as many as may now.
  void release(const reply_sink_ptr& sink);
  /// Takes a call out that nobody waits for any more, and tells the peer.
  /// @param how As what it counts, if it was sent.
  routed_call withdraw(link_call_id id, code how);
  void on_outcomes(link_outcomes& m);
  void on_outcome(link_outcome& o);
  void on_chunks(link_chunks& m);
  /// Ends calls whose time is over and sets the timer for the next.
  void check_deadlines();
  void set_deadline_timer();
  /// Gives calls to ROUTE that may run elsewhere.
  void hand_back(routed_calls calls, const fault& why);

  // -- operators (link_listing.cpp) -----------------------------------------------

  caf::result<open_calls> list_calls(call_query wanted);
  /// Looks at some more of the open calls, for those who ask.
  void search_calls();
  /// Returns what is known of the call. @pre It is open.
  open_call describe(call_number number, link_call_id id);
  /// Takes a call back for its caller.
  caf::result<open_call> cancel_for_operator(call_number number);

  // -- the connection (link_connection.cpp) ----------------------------------------

  /// Sends the peer a message, with what this version adds to it.
  template <class Message>
  void tell(Message m) {
    m.more += context.more;
    self->send(context.peer.gate, std::move(m));
  }
  /// Introduces this LINK, and begins to beat.
  void open();
  /// Sends what this turn has brought.
  void flush();
  void heard();
  void beat();
  void on_beat(const link_beat& m);
  /// The peer is gone: whatever is open ends or goes elsewhere.
  void go_down(const fault& why);
  /// Tells CLUSTER how the link is.
  void report(const fault& why = {}, std::chrono::nanoseconds round_trip = {});
  /// Settles all that is open: the node ends.
  void fail_all(const fault& why);

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

  static inline const char* name = "link";

  static constexpr timer_id beat_timer{1};
  static constexpr timer_id deadline_timer{2};

  link_self* self = nullptr;
  link_context context;
  calls_away away;
  caller_windows callers;
  link_outbox outbox;
  link_traffic traffic;
  std::optional<link_life> life;
  /// Shared with the flows of streamed results, which other threads may use.
  std::shared_ptr<part_receipts> receipts;
  /// The peer is told at the end of the turn.
  std::vector<link_call_id> cancelled;
  std::shared_ptr<turn_end> out;
  loop::wake_ups deadlines;
  /// Answers to no call that is open: it was cancelled, or its time was over.
  uint64_t late = 0;
};

/// Returns the behavior of a LINK actor: the calls for one peer, while one connection to
/// it lasts. It ends when the peer is down.
/// @param self The pinned self pointer.
/// @param context What it works with.
link_actor::behavior_type link_behavior(link_self* self, link_context context);

} // namespace troupe::cluster
