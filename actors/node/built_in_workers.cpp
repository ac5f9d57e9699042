#include "actors/node/built_in_workers.hpp"

#include "actors/terminal/terminal_kind.hpp"
#include "actors/worker/process_kind.hpp"

namespace troupe::node {

worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires) {
  worker_registry all;
  all.add(worker::process_kind(std::move(wires)));
  all.add(terminal::terminal_kind());
  return all;
}

} // namespace troupe::node
