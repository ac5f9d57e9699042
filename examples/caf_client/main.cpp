// A program with actors of its own joins a cluster. A pool of the cluster is one more
// actor to it. Usage: caf_client NODE POOL KIND PAYLOAD…
#include <troupe/client.hpp>
#include <troupe/pool_actor.hpp>

#include <caf/all.hpp>

#include <iostream>

namespace {

/// Asks the pool for each text, all at once, and prints the answers in the order in which
/// they come.
void ask(caf::event_based_actor* self, const troupe::pool_actor& pool,
         const std::string& kind, const std::vector<std::string>& payloads) {
  for (auto& payload : payloads)
    self->request(pool, caf::infinite, kind, payload)
        .then(
            [self, payload](const std::string& result) {
              caf::aout(self) << payload << " -> " << result << "\n";
            },
            [self, payload](const caf::error& e) {
              auto why = troupe::to_fault(e);
              caf::aout(self) << payload << " -> " << to_string(why.what) << ": "
                              << why.message << "\n";
            });
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: caf_client NODE POOL KIND PAYLOAD...\n";
    return 2;
  }
  troupe::cluster_client_options options;
  options.nodes = {argv[1]};
  auto client = troupe::cluster_client::join(std::move(options));
  if (!client) {
    std::cerr << client.error().message << "\n";
    return 1;
  }
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto pool = troupe::spawn_pool_actor(system, *client, argv[2]);
  // The last handle of it is the actor's: without one the system could end.
  system.spawn(ask, std::move(pool), std::string{argv[3]},
               std::vector<std::string>{argv + 4, argv + argc});
  system.await_all_actors_done();
}
