#pragma once

#include "actors/terminal/terminal.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/terminal_workers.hpp"
#include "tests/actors/fixture.hpp"

#include <deque>

namespace troupe::testing {

using namespace os;
using namespace terminal;
using namespace worker;

/// A child on a terminal: it takes what is typed when the test says so.
class fake_program : public fake_child {
public:
  using fake_child::fake_child;
  void commit() override {}
  uint64_t lost_input() const override { return lost; }
  void resize(uint16_t rows, uint16_t columns) override {
    sizes.emplace_back(rows, columns);
  }
  void read_output(bool on) override { is_read = on; }
  bool kernel_echoes() const override { return cooked; }

  uint64_t lost = 0;
  bool is_read = true;
  /// The kernel edits lines and echoes.
  bool cooked = false;
  std::vector<std::pair<int, int>> sizes;
};

/// A real TERMINAL, with its SCREEN, around a fake program. The test plays the broker.
struct terminal_fixture : fixture {
  terminal_fixture() {
    config::terminal_workers().apply_to(pool);
    pool.window = 16;
    pool.recycle.jitter = 0;
    pool.terminal.settle = 300ms;
    pool.terminal.boot = 0ms; // most tests are about programs that are up
    pool.terminal.pace = 100ms;
  }
  ~terminal_fixture() { actor = nullptr; }

  void start(pid_t pid = 1000) {
    supervisor = make_supervisor(record);
    auto shared = std::make_shared<pool_context>(*context());
    shared->records.crashes = records_of_terminals;
    actor = keep(sys.spawn(terminal_behavior, pool_context_ptr{shared},
                           worker_identity{0, incarnation_id{7}}, supervisor, starter));
    verify_always<terminal_self>(actor);
    run();
    program = std::make_shared<fake_program>(pid);
    tell(actor, atom::spawned_v, launch_result{child_ptr{program}});
  }

  /// Gives it a call; what comes of it is in `sink`, under the ticket that is returned.
  uint64_t give(const std::string& kind, const std::string& payload = "null") {
    job j;
    j.ticket = ticket_id{++tickets};
    j.kind = shared_bytes{kind};
    j.payload = shared_bytes{payload};
    j.deadline = now() + 1h;
    keep(sys.spawn([this, j](caf::event_based_actor* me) {
      me->request(actor, caf::infinite, j)
          .then([this, t = j.ticket](
                    outcome& o) { sink->settle(tag_id{uint64_t{t}}, std::move(o)); },
                [this, t = j.ticket](caf::error& e) {
                  sink->settle(tag_id{uint64_t{t}}, failure(to_fault(e)));
                });
    }));
    run();
    return tickets;
  }
  void cancel(uint64_t ticket) {
    keep(sys.spawn([this, ticket](caf::event_based_actor* me) {
      me->request(actor, caf::infinite, atom::cancel_v, ticket_id{ticket},
                  caf::timespan{0})
          .then([](atom::released) {}, [](caf::error&) {});
    }));
    run();
  }
  uint64_t types(const std::string& text) {
    return give("input", "{\"data\":" + json_string(text) + "}");
  }

  /// Gives it a call and returns a member of its result.
  std::string of(const std::string& member, const std::string& kind,
                 const std::string& payload = "null") {
    auto result = sink->result(give(kind, payload));
    if (result.empty())
      return {};
    auto value = json_text::find(result, member).value_or("");
    return json_text::as_text(value).value_or(std::string{value});
  }

  /// The program reads all that was typed, or the first `n` bytes. Returns them.
  std::string reads(size_t n = SIZE_MAX) {
    auto& box = program->outbox();
    auto text = box.substr(0, n);
    box.erase(0, text.size());
    tell(actor, atom::written_v);
    return text;
  }
  /// Nothing that is typed can reach the program any more.
  void hangs_up() {
    program->lost += program->outbox().size();
    program->outbox().clear();
    tell(actor, atom::written_v);
  }
  void prints(const std::string& text) {
    tell(actor, atom::output_v, shared_bytes{text});
  }
  void ends(int code) { tell(actor, atom::exited_v, exit_status{exited{code}}); }

  /// Returns the kinds of the events that tell what became of messages, in their order.
  std::vector<std::string> deliveries() const {
    std::vector<std::string> all;
    for (auto& e : *published)
      if (e.kind.starts_with("delivery_"))
        all.push_back(e.kind.substr(9));
    return all;
  }

  std::shared_ptr<supervisor_record> record = std::make_shared<supervisor_record>();
  supervisor_actor supervisor;
  /// Null: nothing is recorded.
  std::shared_ptr<crash_record> records_of_terminals;
  terminal_actor actor;
  std::shared_ptr<fake_program> program;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
  uint64_t tickets = 0;
};

} // namespace troupe::testing
