#include "actors/public/embed.hpp"

#include "actors/behaviours/plugin_set.hpp"
#include "actors/followers/built_in_followers.hpp"
#include "actors/node/added_operations.hpp"
#include "actors/node/built_in_workers.hpp"
#include "actors/public/guardian_path.hpp"
#include "actors/public/host_start.hpp"
#include "protocol/base/json_text.hpp"

#include <unistd.h>

namespace troupe {

namespace {

/// Stands for the file where there is none: in messages, and for its folder.
constexpr auto no_file = "configuration";

result<config::file> read_configuration(const embedded_node_options& from,
                                        const config::known_kinds& known) {
  if (!from.file.empty() && !from.config.empty())
    return failure(malformed("expected `config` or `file`, not both"));
  auto read = from.file.empty() ? config::parse(from.config, from.folder / no_file, known,
                                                from.overrides)
                                : config::load(from.file, known, from.overrides);
  if (!read)
    return failure(bad_configuration(read.error()));
  // Without it there is the default, which asks for nothing.
  if (!read->http.listen.empty() && read->http != config::http{})
    return failure(malformed("http: a node in a program has no HTTP; remove [http], or "
                             "set http.listen = \"off\""));
  if (read->socket != config::socket{})
    return failure(malformed(
        "socket: a node in a program has no socket for clients; remove [socket]"));
  if (read->trace != config::trace{})
    return failure(
        malformed("trace: a node in a program records no spans; remove [trace]"));
  return *std::move(read);
}

/// Returns the program of the guardian, if it can be run.
result<std::string> find_guardian(const std::filesystem::path& wanted) {
  auto path = wanted.empty() ? guardian_path() : std::filesystem::absolute(wanted);
  if (::access(path.c_str(), X_OK) != 0)
    return failure(code::unavailable,
                   "cannot run " + path.string()
                       + ", which ends what workers leave behind: install it with the "
                         "library, or name it in `guardian`");
  return path.string();
}

} // namespace

result<embedded_node> embedded_node::start(embedded_node_options options) {
  host_setup setup;
  setup.wires = std::make_shared<const wires::wire_registry>(wires::built_in_wires());
  auto behaviours = node::built_in_behaviours();
  auto plugins = std::make_shared<behaviours::plugin_set>(behaviours);
  setup.behaviours = behaviours;
  setup.kinds = std::make_shared<const worker_registry>(
      node::built_in_workers(setup.wires, behaviours));
  setup.plugins = [plugins](auto& system) { plugins->configure(system); };
  auto followers = followers::built_in_followers();
  config::known_kinds known{setup.kinds->known()};
  known.followers = followers.table();
  known.load_plugin = [plugins](auto& path) { return plugins->load(path); };
  node::add_operations(known, behaviours);
  auto config = read_configuration(options, known);
  if (!config)
    return failure(std::move(config).error());
  auto guardian = find_guardian(options.guardian);
  if (!guardian)
    return failure(std::move(guardian).error());
  auto ready = followers::prepare(config->followers, followers);
  if (!ready)
    return failure(malformed(followers::to_string(ready.error())));
  setup.followers.all = *std::move(ready);
  setup.config = *std::move(config);
  setup.folder =
      config::folder_of(options.file.empty() ? options.folder / no_file : options.file);
  setup.guardian = *std::move(guardian);
  setup.hooks = std::move(options.hooks);
  auto host = start_host(std::move(setup));
  if (!host)
    return failure(std::move(host).error());
  return embedded_node{*std::move(host)};
}

embedded_node::~embedded_node() {
  end();
}

embedded_node::embedded_node(embedded_node&&) noexcept = default;
embedded_node& embedded_node::operator=(embedded_node&&) noexcept = default;

const std::string& embedded_node::name() const noexcept {
  return host().name();
}

void embedded_node::stop(std::chrono::milliseconds patience) {
  host().stop(patience);
}

} // namespace troupe
