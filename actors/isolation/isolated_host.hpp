#pragma once

#include "actors/behaviours/isolated_setup.hpp"
#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/isolation/worker_lines.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace troupe::isolation {

/// The node as an isolated behaviour sees it, and what the reader of the node's lines
/// tells it.
using isolated_host_actor = behaviour_host_actor::extend_with<caf::typed_actor<
    // From the reader: a line of the node, without its end.
    caf::reacts_to<atom::output, shared_bytes>,
    // From the reader: there are no more lines.
    caf::reacts_to<atom::leave>>>;

/// What an ISOLATED HOST works with.
struct isolated_surroundings {
  /// Its behaviour.
  std::shared_ptr<const behaviour_kind> kind;
  behaviours::isolated_setup setup;
  /// Writes a line to the node. May wait: a node that reads nothing slows its worker
  /// down.
  std::function<void(const std::string& line)> write;
  /// Is told once that the behaviour has ended, with the words of a failure; empty if it
  /// ended in order.
  std::function<void(std::string words)> ended;
};

/// The state of an ISOLATED HOST actor.
struct isolated_host_state {
  using self_pointer = isolated_host_actor::stateful_pointer<isolated_host_state>;

  explicit isolated_host_state(caf::local_actor*) {}

  // -- lines of the node ---------------------------------------------------------

  void take(const said::other&) {}
  void take(const said::hello& h);
  void take(const said::run& r);
  void take(const said::cancel& c);
  void take(const said::ping& p);
  void take(said::answer& a);
  void take(const said::shutdown&) { stop(); }
  /// No more lines come: answers to the behaviour's own calls neither.
  void close();

  // -- the behaviour ---------------------------------------------------------------

  void start(const said::hello& place);
  void settle(ticket_id ticket, call_result result);
  /// Settles the call, unless the error is that of a behaviour that has ended.
  void fail(ticket_id ticket, const caf::error& error);
  void on_down(const caf::error& reason);
  /// Ends the behaviour once all calls have ended.
  void stop();
  /// Calls `then` once the behaviour has taken all that came before.
  template <class Then>
  void when_it_answers(Then then);

  // -- what the behaviour says --------------------------------------------------------

  caf::result<outcome> call_pool(const pool_call& c);
  void cancel_named(tag_id name);
  caf::result<atom::writable> forward(const result_chunk& c);
  void publish(const shared_bytes& payload);

  static inline const char* name = "isolated-host";

  struct own_call {
    caf::typed_response_promise<outcome> promise;
    tag_id name;
  };

  self_pointer self = nullptr;
  isolated_surroundings with;
  std::optional<spawned_behaviour> behaviour;
  bool stopping = false;
  /// No more lines come.
  bool closed = false;
  /// The calls of the node by their tickets, and the other way around.
  std::map<ticket_id, shared_bytes> calls;
  std::unordered_map<std::string, ticket_id> tickets;
  uint64_t last_ticket = 0;
  std::map<std::string, own_call> own_calls;
  uint64_t last_own = 0;
};

static_assert(!std::is_aggregate_v<isolated_host_state>);

/// Returns the behavior of an ISOLATED HOST actor: a worker process around one behaviour.
/// It writes where it is told to, which may wait: it needs a thread of its own.
isolated_host_actor::behavior_type
isolated_host_behavior(isolated_host_state::self_pointer self,
                       isolated_surroundings with);

} // namespace troupe::isolation
