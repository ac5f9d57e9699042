// A node whose pools may have one more behaviour: `puppet` does what the kind of a call
// says. `behaviour_node serve -c FILE` is `troupe serve -c FILE`.
#include "actors/behaviours/built_in_behaviours.hpp"
#include "actors/node/built_in_workers.hpp"
#include "actors/os/guardian_process.hpp"
#include "broker/serve/inherited_state.hpp"
#include "broker/serve/server.hpp"
#include "protocol/base/json_writer.hpp"

#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using namespace troupe;

struct puppet_state;

using puppet_self = cancellable_behaviour_self<puppet_state>;

struct puppet_state {
  explicit puppet_state(caf::local_actor*) {}

  caf::result<outcome> run(behaviour_call& c);
  void cancel(ticket_id id);

  static inline const char* name = "puppet";

  puppet_self* self = nullptr;
  /// Calls that wait for a cancel, and whether that ends them.
  std::map<ticket_id, std::pair<caf::typed_response_promise<outcome>, bool>> open;
  uint64_t calls = 0;
  uint64_t cancelled = 0;
};

/// `never` ends when it is cancelled, `stubborn` does not; `throw` and `quit` end the
/// worker; `stats` answers what was counted; all else is answered with its payload.
caf::result<outcome> puppet_state::run(behaviour_call& c) {
  auto kind = c.kind.view();
  ++calls;
  if (kind == "throw")
    throw std::runtime_error{"as it was told"};
  if (kind == "quit")
    self->quit();
  if (kind == "never" || kind == "stubborn" || kind == "quit") {
    auto promise = self->make_response_promise<outcome>();
    open.emplace(c.id, std::pair{promise, kind == "never"});
    return promise;
  }
  if (kind == "stats")
    return outcome{shared_bytes{
        json_object_writer{}.add("calls", calls).add("cancelled", cancelled).object()}};
  return outcome{std::move(c.payload)};
}

void puppet_state::cancel(ticket_id id) {
  ++cancelled;
  auto i = open.find(id);
  if (i == open.end() || !i->second.second)
    return;
  auto promise = std::move(i->second.first);
  open.erase(i);
  promise.deliver(to_error({code::cancelled}));
}

cancellable_behaviour_actor::behavior_type puppet_behavior(puppet_self* self,
                                                           const behaviour_context&) {
  self->state.self = self;
  return {
      [self](behaviour_call& c) { return self->state.run(c); },
      [self](atom::cancel, ticket_id id) { self->state.cancel(id); },
  };
}

behaviour_kind puppet() {
  return {.name = "puppet",
          .description = "does what the kind of a call says",
          .spawn = [](behaviour_start start) { return start.spawn(puppet_behavior); }};
}

} // namespace

int main(int argc, char** argv) {
  if (os::is_guardian(argc, argv))
    return os::run_guardian(argv);
  if (argc != 4 || !serve::settle_inherited_state())
    return 1;
  auto known = std::make_shared<behaviour_registry>(behaviours::built_in_behaviours());
  known->add(puppet());
  serve::config_source source;
  source.file = argv[3];
  source.kinds = std::make_shared<const worker_registry>(
      node::built_in_workers(source.wires, known));
  auto read = source.read();
  if (!read) {
    for (auto& m : read.error())
      std::cerr << to_string(m) << '\n';
    return 1;
  }
  return serve::serve(*std::move(read), std::move(source), {});
}
