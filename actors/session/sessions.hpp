#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/node_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/session/session.hpp"
#include "actors/session/session_counts.hpp"
#include "actors/session/session_registry.hpp"
#include "protocol/config/config.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <spdlog/logger.h>

#include <map>
#include <set>
#include <span>
#include <string_view>

namespace troupe::session {

struct sessions_state;

using sessions_self = loop::shared_actor<sessions_actor, sessions_state>;

/// The sockets by which clients reach one session alone.
class session_acceptors {
public:
  virtual ~session_acceptors() = default;

  /// Opens the acceptor of a session; one that is open stays so. May be called on any
  /// thread.
  virtual void open(const std::string& id) = 0;

  /// Closes it, if it is open. May be called on any thread.
  virtual void close(const std::string& id) = 0;

  /// Opens an acceptor for each of these pools, where sessions begin, and closes those of
  /// others.
  virtual void serve_pools(const std::set<std::string>& names) = 0;
};

/// What SESSIONS works with. All of it outlives the actor.
struct sessions_context {
  const troupe::directory* directory = nullptr;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
  config::session config;
  std::shared_ptr<session_registry> registry;
  std::shared_ptr<session_acceptors> acceptors;
};

/// A change of a session that is not on record because the registry could not be
/// written.
struct unsaved_change {
  enum class kind : uint8_t {
    /// The worker has ended a step. Its result is told only when it is on record.
    step,
    /// The session has ended by an error. That is told at once.
    end,
    /// The session is to be removed from the record.
    removal,
  };

  kind what = kind::step;
  session_entry after;
  std::string event;
  std::string payload;
};

/// The state of a SESSIONS actor. A step of a session is a call to the broker of
/// its pool; between two steps the broker keeps the worker for it, and says when that is
/// gone. What happens is on record before anybody is told of it.
struct sessions_state {
  explicit sessions_state(caf::local_actor*);

  // -- operations (sessions_operations.cpp) ----------------------------------------

  /// A kind of calls, and the function that runs it: `run` or `run_on`.
  struct operation {
    /// E.g. `session.run`.
    std::string_view kind;
    void (sessions_state::*run)(pending_call) = nullptr;
    /// If the call is about one session, which must exist.
    void (sessions_state::*run_on)(pending_call, session_entry&) = nullptr;
  };

  /// All operations: a new one is a row of this table.
  static std::span<const operation> operations();
  /// Runs the operation that a call names.
  void operate(pending_call c);
  void run(pending_call c);
  void go_on(pending_call c, session_entry& s);
  void stop(pending_call c, session_entry& s);
  void list(pending_call c);
  void describe(pending_call c, session_entry& s);
  void tell_history(pending_call c, session_entry& s);
  /// Returns the session that the payload names; settles `c` if there is none.
  session_entry* find(pending_call& c);

  // -- all of them (sessions.cpp) --------------------------------------------------

  /// Takes in what an earlier node left.
  void restore(std::vector<session_entry> left);
  /// The node stops: paused sessions whose workers do not outlive it are lost, and
  /// whoever follows events hears so before the node has gone.
  void end_paused();
  /// Makes room for one more session, or returns why there is none.
  result<> make_room();
  /// Forgets a session that is taken off the record, or returns why it is not.
  result<> remove(const std::string& id);
  /// Returns the session if its present step is that, or nullptr.
  session_entry* find(const std::string& id, uint64_t step);
  /// Returns which rule of the data is broken, if any. True between any two messages.
  /// For tests.
  std::optional<std::string> verify() const;

  // -- steps (sessions_steps.cpp) --------------------------------------------------

  /// Has the worker run a step; its end is told to `on_result` or `on_error`.
  void send_step(session_entry& s, call next);
  void on_result(const std::string& id, uint64_t step, outcome& result);
  void on_error(const std::string& id, uint64_t step, const caf::error& error);
  /// The worker asks.
  void pause(session_entry& s, const outcome& asked);
  void conclude(session_entry& s, const outcome& result);
  /// The worker did not take the answers and asks as before.
  void take_back(session_entry& s, fault why);
  /// Has the broker say when the worker of a paused session is gone.
  void watch(session_entry& s);
  /// Ends it with an error; who waits is told.
  void fail(session_entry& s, session_event e, fault why);
  /// Has the worker told that the session has ended.
  void let_go(const session_entry& s);
  /// Has the session be as `after`, which its worker brought about, once that is on
  /// record; until then, it is told as `running`.
  void take_step(session_entry& s, session_entry after, std::string_view event,
                 std::string_view payload);
  void become(session_entry& s, session_entry after, std::string_view event);
  /// Settles the call that waits for the step that ended.
  void answer(session_entry& s);

  // -- the record (sessions_record.cpp) ---------------------------------------------

  /// Puts how `s` stands, and what brought it there, on record, or returns why it is
  /// not.
  result<> save(session_entry& s, std::string_view event, std::string_view payload);
  void publish(const session_entry& s, std::string_view event);
  /// Remembers what could not be written, to be tried again.
  void put_off(unsaved_change change);
  void save_unsaved();

  // -- timers (sessions_timers.cpp) ------------------------------------------------

  void check();
  /// Ends what was idle for too long; returns when to look again.
  steady_clock::time_point end_idle();
  void set_timer(steady_clock::duration after);

  /// Returns what it has counted, for METRICS.
  metrics_snapshot_ptr measure() const;

  static inline const char* name = "sessions";

  sessions_self* self = nullptr;
  sessions_context context;
  std::map<std::string, session_entry, std::less<>> all;
  /// The changes that the registry did not take, by session.
  std::map<std::string, unsaved_change, std::less<>> unsaved;
  /// When the next look is due; none without a timer.
  std::optional<steady_clock::time_point> timer_due;
  /// The node is going: what becomes of workers from now on says nothing of sessions.
  bool ending = false;
  session_counts counts;
};

/// Returns the behavior of a SESSIONS actor.
/// @param left The sessions of an earlier node, as they are on record.
sessions_actor::behavior_type sessions_behavior(sessions_self* self,
                                                sessions_context context,
                                                std::vector<session_entry> left);

} // namespace troupe::session
