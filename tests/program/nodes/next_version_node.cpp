// A node of a later version of the protocol between nodes, which says more in each
// message than this one knows: `next_version_node 1 serve …` is `troupe serve …` of the
// next version, with 2 of the one after it.
#include "actors/os/guardian_process.hpp"
#include "broker/commands/commands.hpp"
#include "broker/serve/inherited_state.hpp"

#include <cstdint>
#include <iostream>
#include <string>

namespace {

troupe::hello::spoken_versions versions_ahead(uint32_t steps) {
  troupe::hello::spoken_versions v;
  v.range.newest += steps;
  v.range.oldest = v.range.newest - 1;
  v.more = "what version " + std::to_string(v.range.newest) + " adds\n" + '\0';
  return v;
}

} // namespace

int main(int argc, char** argv) {
  if (troupe::os::is_guardian(argc, argv))
    return troupe::os::run_guardian(argv);
  if (argc < 2 || !troupe::serve::settle_inherited_state())
    return troupe::commands::exit_code::failed;
  troupe::commands::command_context context{std::cin, std::cout, std::cerr};
  context.versions = versions_ahead(static_cast<uint32_t>(std::stoul(argv[1])));
  return troupe::commands::run_program(argc - 1, argv + 1, context);
}
