#pragma once

#include "actors/behaviours/plugin_set.hpp"
#include "actors/followers/built_in_followers.hpp"
#include "actors/interfaces/node_actor.hpp"
#include "actors/node/built_in_workers.hpp"
#include "actors/node/node_context.hpp"
#include "actors/os/program_search.hpp"
#include "broker/front/certificates.hpp"
#include "broker/serve/service_defaults.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/load.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <spdlog/logger.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::serve {

/// The sources of the configuration, which a reload reads again.
struct config_source {
  /// Empty: there is no file.
  std::string file;
  std::vector<std::string> overrides;
  /// The protocols that pools may name.
  std::shared_ptr<const wires::wire_registry> wires =
      std::make_shared<const wires::wire_registry>(wires::built_in_wires());
  /// The behaviours that pools and operations may name, with those of plugins once these
  /// are loaded.
  std::shared_ptr<behaviour_registry> behaviours = node::built_in_behaviours();
  std::shared_ptr<behaviours::plugin_set> plugins =
      std::make_shared<behaviours::plugin_set>(behaviours);
  /// The kinds of workers that pools may have.
  std::shared_ptr<const worker_registry> kinds = std::make_shared<const worker_registry>(
      node::built_in_workers(wires, behaviours, os::own_program()));
  /// The behaviours that followers of events may have.
  std::shared_ptr<const follower_registry> followers =
      std::make_shared<const follower_registry>(followers::built_in_followers());
  config::service_defaults defaults = read_service_defaults();

  /// Loads the plugins, too. For one time, before the node starts.
  result<config::file, config::mistake_list> read() const;

  /// As `read`, in a node that runs: what can be read only once is a mistake, and plugins
  /// are those that were loaded.
  result<config::file, config::mistake_list> read_again() const;

  /// Returns what the configuration may name.
  config::known_kinds known() const;

  /// Returns what relative paths in it are relative to.
  std::filesystem::path folder() const;
};

/// The certificates that clients of fronts are shown.
struct shown_certificates {
  /// Null if HTTP is in the clear.
  std::shared_ptr<front::certificates> http = {};
  /// By the name of the web front; those in the clear are not here.
  std::map<std::string, std::shared_ptr<front::certificates>> webs = {};
};

/// Returns the files of `tls` of a front.
front::certificate_files files_of(const config::http_tls& tls);

/// Reads the pools and the followers of a configuration again, for the NODE. Returns
/// them, or what is wrong; then nothing is changed, the level of the log neither.
/// @param before What the node was started with: the rest of it waits for a restart.
/// @param has_pools Whether pools of the file run now. A file without any is refused
/// then, unless it says `allow_no_pools`.
/// @param shown Get the files of `tls` as they are now.
result<node::reread_config, std::string>
reread(const config_source& source, const config::file& before, bool has_pools,
       const shown_certificates& shown, spdlog::logger& log);

/// Has the node read its configuration again, and the log say how that went.
void reload(caf::actor_system& system, const node_actor& node,
            const std::shared_ptr<spdlog::logger>& log);

} // namespace troupe::serve
