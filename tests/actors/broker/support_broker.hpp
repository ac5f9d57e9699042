#pragma once

#include "actors/broker/broker.hpp"
#include "tests/actors/fixture.hpp"

#include <deque>

namespace troupe::testing {

using namespace broker;

/// A real BROKER between a recording sink and stand-ins for workers. A call's payload is
/// its tag, so that a worker's jobs tell which calls they are.
struct broker_fixture : fixture {
  void start() {
    actor = keep(sys.spawn(broker_behavior, context()));
    verify_always<broker_self>(actor);
    run();
  }

  /// A new worker joins. Returns its number, which `worker`, `answer` and `fail` take.
  size_t join(int32_t index, uint32_t window = 1);

  call make(uint64_t tag, int32_t worker = -1) const;
  void submit(std::vector<call> calls);
  void cancel(uint64_t tag) {
    tell(actor, atom::cancel_v, reply_sink_ptr{sink}, tag_id{tag});
  }

  worker_record& worker(size_t n) { return *workers.at(n).record; }
  worker_actor handle(size_t n) { return workers.at(n).actor; }
  incarnation_id incarnation(size_t n) const { return incarnation_id{n + 1}; }
  /// The worker answers the `j`th of all calls it ever took.
  void answer(size_t n, size_t j, std::string payload);
  void fail(size_t n, size_t j, fault why);
  /// The worker gives the last call it took back and wants to be replaced.
  void return_call(size_t n);
  /// The worker dies as the real one does: it fails what is in it, then ends.
  void die(size_t n, const fault& why);
  /// The worker gives back the slots of cancelled calls.
  void release(size_t n);
  /// Returns the tags of the calls that the worker took.
  std::vector<uint64_t> payloads(size_t n);

  queue_status status();
  /// What the broker holds; to be looked at between two messages.
  broker_state& state();

  struct member_record {
    worker_actor actor;
    std::shared_ptr<worker_record> record;
    int32_t index;
  };
  std::deque<member_record> workers;
  broker_actor actor;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();

  ~broker_fixture() { workers.clear(); }
};

} // namespace troupe::testing
