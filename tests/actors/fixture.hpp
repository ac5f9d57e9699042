#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/child_mail.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/interfaces/worker_actor.hpp"
#include "actors/interfaces/worker_registry.hpp"
#include "tests/actors/stand_ins.hpp"
#include "tests/protocol/support.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace troupe {

/// For Boost.Test.
inline std::ostream& operator<<(std::ostream& out, shown_state s) {
  return out << word_for(s);
}

} // namespace troupe

/// Deterministic tests of actors: CAF's test scheduler, its fake clock, and stand-ins for
/// everything beyond the actor under test. Nothing here waits for real time.
namespace troupe::testing {

using namespace os;

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// Returns the members of an event as clients get them, without braces.
std::string to_text(const event_members& members);

struct deterministic_config : caf::actor_system_config {
  deterministic_config();
};

struct fixture {
  fixture();
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture();

  // -- time ----------------------------------------------------------------------

  /// Runs all actors until nothing is left to do; the clock stands still.
  void run();
  /// Moves the clock on in steps of 1 ms, so that each timer fires at its own time.
  void advance(milliseconds d);
  steady_clock::time_point now() const { return sched.clock().now(); }

  // -- actors --------------------------------------------------------------------

  /// Has the actor killed at the end of the test: one that holds a promise of its own
  /// would never go, and the actor system waits for all.
  template <class Handle>
  Handle keep(Handle h) {
    kept.push_back(caf::actor_cast<caf::strong_actor_ptr>(h));
    return h;
  }

  /// Sends a request and runs; the answer is collected with `answer_of`.
  template <class Handle, class... Ts>
  auto ask(const Handle& to, Ts&&... xs) {
    auto handle = self->request(to, caf::infinite, std::forward<Ts>(xs)...);
    run();
    return handle;
  }

  template <class R, class Handle>
  R answer_of(Handle& handle) {
    R out{};
    handle.receive([&](R& x) { out = std::move(x); },
                   [](caf::error& e) {
                     BOOST_ERROR("an answer was expected: " << to_fault(e).message);
                   });
    return out;
  }

  /// Returns the fault that a request was answered with.
  template <class R, class Handle>
  fault fault_of(Handle& handle) {
    fault out;
    handle.receive([](R&) { BOOST_ERROR("a fault was expected"); },
                   [&](caf::error& e) { out = to_fault(e); });
    return out;
  }

  /// Returns whether an answer is there. Requests answer in any order, so a test that
  /// asks this has one open request only.
  bool has_answer() { return self->has_next_message(); }

  /// Sends without waiting for anything, then runs.
  template <class Handle, class... Ts>
  void tell(const Handle& to, Ts&&... xs) {
    caf::anon_send(to, std::forward<Ts>(xs)...);
    run();
  }

  /// Has the state of the actor verified after each message that it takes, up to the
  /// first mistake.
  /// @tparam Self The type of its self pointer.
  template <class Self, class Handle>
  void verify_always(const Handle& actor) {
    auto me = static_cast<Self*>(caf::actor_cast<caf::abstract_actor*>(actor));
    after_message[me] = [this, me, actor] { // which keeps the actor
      if (!verifies || me->getf(caf::abstract_actor::is_terminated_flag))
        return; // one that has ended has no state any more
      if (auto wrong = me->state.verify()) {
        verifies = false;
        BOOST_ERROR("the state of " << me->name()
                                    << " does not fit together: " << *wrong);
      }
    };
  }

  worker_actor make_worker(const std::shared_ptr<worker_record>& r);
  broker_actor make_broker(const std::shared_ptr<broker_record>& r);
  supervisor_actor make_supervisor(const std::shared_ptr<supervisor_record>& r);
  /// Has the stand-in do something as itself: promises want to be kept on their actor.
  void instruct(const worker_actor& w, const std::shared_ptr<worker_record>& r,
                std::function<void(worker_actor::pointer)> what);

  /// What an earlier node has left to the pool; to be set before the start.
  std::vector<detached_worker> detached_workers;
  pool_context_ptr context() { return context(pool); }
  pool_context_ptr context(const config::pool& config);

  /// Returns what the actors of `pool` have counted.
  pool_counts& counted() { return *context()->records.counts; }

  /// Returns how many events of this kind were published.
  size_t count_events(const std::string& kind) const;

  // -- children, by the number of their launch ------------------------------------

  /// The child runs. Returns it.
  std::shared_ptr<fake_child> started(size_t i);
  void not_started(size_t i, const std::string& why);
  /// The child writes to its stdout; a line break is added.
  void writes(size_t i, const std::string& line);
  /// The child writes to its stderr.
  void complains(size_t i, const std::string& text);
  void exits(size_t i, exit_status status);
  /// The child runs and says that it is ready; `more` are further members of its answer.
  std::shared_ptr<fake_child> boots(size_t i, const std::string& more = "");

  size_t launches() const { return starter->launches.size(); }
  /// The actor that owns the child.
  worker_actor owner(size_t i);

  /// What was logged: `level message` a line.
  std::ostringstream log_text;
  deterministic_config cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched;
  caf::scoped_actor self{sys, true};
  std::vector<caf::strong_actor_ptr> kept;
  std::shared_ptr<std::vector<event>> published = std::make_shared<std::vector<event>>();
  events_actor events;
  sampler_actor sampler;
  std::shared_ptr<fake_launcher> starter = std::make_shared<fake_launcher>();
  /// By the name of the pool.
  std::map<std::string, pool_counts_ptr> counts;
  /// For `context`; a pool named `p` that needs no program.
  config::pool pool;
  size_t starts_at_once = SIZE_MAX;
  /// The kinds of workers that it may have; nullptr: those that come with Troupe.
  std::shared_ptr<const worker_registry> kinds;
  std::vector<std::function<void()>> cleanups;
  /// What is called after each message that an actor took.
  std::map<const caf::resumable*, std::function<void()>> after_message;
  /// Whether `verify_always` does so, which takes longer the more calls or workers there
  /// are.
  bool verifies = true;
  /// Returns the lines of the log that contain `part`.
  std::vector<std::string> logged(const std::string& part) const;
};

} // namespace troupe::testing
