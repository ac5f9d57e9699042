#pragma once

#include "actors/supervisor/supervisor.hpp"
#include "tests/actors/fixture.hpp"

#include <csignal>

namespace troupe::testing {

using namespace os;
using namespace supervisor;

/// A real SUPERVISOR with real workers, whose children are fake, and a stand-in for its
/// broker. Launches count up over all incarnations: the first worker of a pool of two is
/// launch 0, the second launch 1, the first replacement launch 2.
struct supervisor_fixture : fixture {
  void start() {
    actor = sys.spawn(supervisor_behavior, context(), make_broker(record),
                      os::launcher_ptr{starter});
    verify_always<supervisor_self>(actor);
    kept.insert(kept.begin(), caf::actor_cast<caf::strong_actor_ptr>(actor));
    keep(sys.spawn([this](caf::event_based_actor* me) -> caf::behavior {
      me->monitor(actor);
      me->set_down_handler([this](const caf::down_msg&) { ended = true; });
      return {[](int) {}};
    }));
    run();
  }

  /// Starts it and makes all its workers ready.
  void start_ready() {
    start();
    for (size_t i = 0; i < pool.size; ++i)
      boots(i);
    advance(1ms); // those that live are older than what comes
  }

  void dies(size_t i, int status = 1) { exits(i, exited{status}); }

  fake_child& process(size_t i) { return *starter->launches.at(i).child; }
  /// Returns whether the worker was told to stop.
  bool told_to_stop(size_t i) {
    return process(i).written.find("\"shutdown\"") != std::string::npos;
  }
  /// Returns the name of the worker that launch `i` was for, as its handshake gave it.
  std::string name_of(size_t i);

  pool_status status() {
    auto request = ask(actor, atom::status_v);
    return answer_of<pool_status>(request);
  }

  std::shared_ptr<broker_record> record = std::make_shared<broker_record>();
  supervisor_actor actor;
  bool ended = false;

  ~supervisor_fixture() { actor = nullptr; }
};

} // namespace troupe::testing
