#include "broker/commands/config_warnings.hpp"

#include "actors/interfaces/pool_context.hpp"
#include "actors/os/program_search.hpp"
#include "actors/worker/spawn_spec.hpp"

namespace troupe::commands {

namespace {

namespace fs = std::filesystem;

/// Returns what is wrong with the folder that a pool's workers start in.
std::string wrong_folder(const config::pool& pool) {
  std::error_code ec;
  if (fs::is_directory(pool.cwd, ec))
    return {};
  return "'" + pool.cwd.string() + "' is no folder" + (ec ? ": " + ec.message() : "");
}

/// Returns what is wrong with the program of a pool, in the environment of its workers.
std::string wrong_program(const config::pool& pool, const config::file& read) {
  pool_context context;
  context.config = pool;
  context.wires = std::make_shared<const wires::wire_registry>(wires::built_in_wires());
  context.state_dir = read.node.state_dir.string();
  auto spec = worker::make_spawn_spec(context, 0);
  auto found = os::find_program(spec.argv.front(), os::search_path(spec.env), spec.cwd);
  auto why = std::get_if<std::string>(&found);
  return why ? *why : std::string{};
}

} // namespace

std::vector<config::mistake> find_warnings(const std::string& file,
                                           const config::file& read) {
  std::vector<config::mistake> all;
  for (auto& pool : read.pools) {
    if (pool.command.empty())
      continue;
    auto key = "pool." + pool.name;
    // Where the folder is missing, so is what is looked for in it.
    if (auto wrong = wrong_folder(pool); !wrong.empty())
      all.push_back({file, 0, key + ".cwd", "warning: " + wrong});
    else if (wrong = wrong_program(pool, read); !wrong.empty())
      all.push_back({file, 0, key + ".command", "warning: " + wrong});
  }
  return all;
}

} // namespace troupe::commands
