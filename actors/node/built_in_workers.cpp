#include "actors/node/built_in_workers.hpp"

#include "actors/behaviours/behaviour_workers.hpp"
#include "actors/behaviours/built_in_behaviours.hpp"
#include "actors/terminal/terminal_kind.hpp"
#include "actors/worker/process_kind.hpp"

namespace troupe::node {

std::shared_ptr<behaviour_registry> built_in_behaviours() {
  return std::make_shared<behaviour_registry>(behaviours::built_in_behaviours());
}

worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires) {
  return built_in_workers(std::move(wires), built_in_behaviours());
}

worker_registry built_in_workers(std::shared_ptr<const wires::wire_registry> wires,
                                 std::shared_ptr<const behaviour_registry> behaviours,
                                 std::string host_program) {
  worker_registry all;
  all.add(worker::process_kind(std::move(wires)));
  all.add(terminal::terminal_kind());
  all.add(behaviours::behaviour_workers(std::move(behaviours), std::move(host_program)));
  return all;
}

} // namespace troupe::node
