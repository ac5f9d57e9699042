#include "actors/terminal/terminal_kind.hpp"

#include "actors/terminal/terminal.hpp"
#include "protocol/config/terminal_workers.hpp"

namespace troupe::terminal {

startable_kind terminal_kind() {
  startable_kind k;
  k.kind = config::terminal_workers();
  k.spawn = [](caf::local_actor& parent, worker_start s) -> worker_actor {
    return parent.spawn(terminal_behavior, std::move(s.pool),
                        worker::worker_identity{s.index, s.incarnation},
                        std::move(s.supervisor), std::move(s.starter));
  };
  return k;
}

} // namespace troupe::terminal
