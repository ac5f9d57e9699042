#include "broker/commands/config_warnings.hpp"

#include "actors/interfaces/pool_context.hpp"
#include "actors/os/program_search.hpp"
#include "actors/worker/spawn_spec.hpp"

namespace troupe::commands {

namespace {

namespace fs = std::filesystem;

/// Looks for the folder that a pool's workers start in.
result<void, std::string> find_folder(const config::pool& pool) {
  std::error_code ec;
  if (fs::is_directory(pool.cwd, ec))
    return {};
  return failure("'" + pool.cwd.string() + "' is no folder"
                 + (ec ? ": " + ec.message() : ""));
}

/// Looks for the program of a pool, in the environment of its workers.
result<fs::path, std::string>
find_program(const config::pool& pool, const config::file& read,
             std::shared_ptr<const wires::wire_registry> known) {
  pool_context context;
  context.config = pool;
  context.wires = std::move(known);
  context.node.state_dir = read.node.state_dir.string();
  auto spec = worker::make_spawn_spec(context, 0);
  return os::find_program(spec.argv.front(), os::search_path(spec.env), spec.cwd);
}

} // namespace

config::mistake_list find_warnings(const std::string& file, const config::file& read,
                                   std::shared_ptr<const wires::wire_registry> known) {
  config::mistake_list all;
  for (auto& pool : read.pools) {
    if (pool.command.empty())
      continue;
    auto key = "pool." + pool.name;
    // If the folder is missing, a missing program in it is no second mistake.
    if (auto folder = find_folder(pool); !folder)
      all.push_back({file, 0, key + ".cwd", "warning: " + folder.error()});
    else if (auto program = find_program(pool, read, known); !program)
      all.push_back({file, 0, key + ".command", "warning: " + program.error()});
  }
  return all;
}

} // namespace troupe::commands
