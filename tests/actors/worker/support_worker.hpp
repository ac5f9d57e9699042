#pragma once

#include "actors/worker/worker.hpp"
#include "tests/actors/fixture.hpp"

#include <csignal>
#include <optional>

namespace troupe::testing {

using namespace os;
using namespace worker;

/// A real WORKER between a fake child and stand-ins for the rest. The test plays the
/// broker.
struct worker_fixture : fixture {
  void start() {
    supervisor = make_supervisor(record);
    actor =
        keep(sys.spawn(worker_behavior, context(), worker_identity{0, incarnation_id{7}},
                       supervisor, starter, adopted));
    verify_always<worker_self>(actor);
    // Its end is told as the supervisor hears of it.
    keep(sys.spawn([this](caf::event_based_actor* me) -> caf::behavior {
      me->monitor(actor);
      me->set_down_handler([this](const caf::down_msg& m) { end = to_fault(m.reason); });
      return {[](int) {}};
    }));
    run();
  }

  /// Starts it and has its child say that it is ready.
  void start_ready(const std::string& more = "") {
    start();
    process = boots(0, more);
    process->read();
  }

  /// Gives it a call. What comes of it is in `sink`, under the ticket.
  void give(uint64_t ticket, milliseconds left = 10s);
  /// Nobody waits for the call any more. Counted in `released` when its slot is free.
  /// @param left How long a child that cannot be told may go on with it.
  void cancel(uint64_t ticket, milliseconds left = 0ms);
  /// Gives it a web request whose answer's parts go to `parts_to`.
  void give_web(uint64_t ticket, reply_sink_ptr parts_to);
  /// Gives it a step of a session: the first, or the next after a pause.
  void give_step(uint64_t ticket, const std::string& session,
                 job_start how = job_start::afresh);
  /// Ends the session. Counted in `ended` when its slot is free.
  void end_session(const std::string& session);
  /// The child answers the call with this wire id.
  void answers(const std::string& id, const std::string& payload = "1") {
    writes(0, R"({"kind":"k","request_id":")" + id + R"(","payload":)" + payload + "}");
  }
  /// The child asks, as its answer to the call with this wire id.
  void asks(const std::string& id) {
    writes(0, R"({"kind":"paused","request_id":")" + id
                  + R"(","payload":{"queries":[{"id":"q"}]}})");
  }
  job plain_job(uint64_t ticket, milliseconds left);
  /// Sends it a job under its ticket. What comes of it is in `sink`.
  void send(job j);
  /// Whether the payload of a call is not its ticket, but an array with that.
  bool in_array = false;
  void dies(int code) { exits(0, exited{code}); }

  worker_status status() {
    auto request = ask(actor, atom::status_v);
    return answer_of<worker_status>(request);
  }

  bool has(const std::string& text, const std::string& part) const {
    return text.find(part) != std::string::npos;
  }

  /// Set: its child is that one, and runs already.
  std::optional<detached_worker> adopted;
  std::shared_ptr<supervisor_record> record = std::make_shared<supervisor_record>();
  supervisor_actor supervisor;
  worker_actor actor;
  std::shared_ptr<fake_child> process;
  std::optional<fault> end;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
  /// Tickets in the order their calls were settled.
  std::vector<uint64_t> order;
  std::vector<uint64_t> released;
  std::vector<std::string> ended;

  ~worker_fixture() { actor = nullptr; }
};

} // namespace troupe::testing
