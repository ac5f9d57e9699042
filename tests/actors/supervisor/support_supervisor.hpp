#pragma once

#include "actors/supervisor/supervisor.hpp"
#include "tests/actors/fixture.hpp"

#include <csignal>
#include <functional>
#include <utility>

namespace troupe::testing {

using namespace os;
using namespace supervisor;

/// A SUPERVISOR whose data are verified after every message.
class verified_supervisor : public supervisor_self {
public:
  verified_supervisor(caf::actor_config& cfg, pool_context_ptr pool, broker_actor broker,
                      launcher_ptr starter, bool verifies)
    : supervisor_self(cfg)
    , init_([this, pool, broker, starter] {
      return supervisor_behavior(this, pool, broker, starter);
    })
    , verifies_(verifies) {}

  /// The test scheduler has an actor take one message at a time.
  resume_result resume(caf::execution_unit* unit, size_t max) override {
    auto result = supervisor_self::resume(unit, max);
    if (verifies_ && result != done) // then there are no data any more
      if (auto wrong = state.verify())
        BOOST_ERROR("the supervisor's data do not fit together: " << *wrong);
    return result;
  }

protected:
  behavior_type make_behavior() override { return std::exchange(init_, nullptr)(); }

private:
  std::function<behavior_type()> init_;
  bool verifies_;
};

/// A real SUPERVISOR with real workers, whose children are fake, and a stand-in for its
/// broker. Launches count up over all incarnations: the first worker of a pool of two is
/// launch 0, the second launch 1, the first replacement launch 2.
struct supervisor_fixture : fixture {
  void start() {
    actor =
        sys.spawn<verified_supervisor>(context(), make_broker(record), starter, verifies);
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
  /// Whether the data of the supervisor are verified after every message, which takes
  /// longer the more workers there are.
  bool verifies = true;
  bool ended = false;

  ~supervisor_fixture() { actor = nullptr; }
};

} // namespace troupe::testing
