#pragma once

#include "actors/interfaces/plugin.hpp"
#include "protocol/base/result.hpp"

#include <caf/fwd.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::behaviours {

/// The plugins of a node. They are loaded before the actor system starts, and stay loaded
/// until the process ends.
class plugin_set {
public:
  /// @param known Gets the behaviours of the plugins. Nobody may read it during `load`.
  explicit plugin_set(std::shared_ptr<behaviour_registry> known)
    : known_(std::move(known)) {}

  /// Loads a plugin. Code of the file runs only if it was built for this node. A plugin
  /// of which one behaviour cannot be taken brings none.
  /// @param path Absolute.
  /// @returns Why it is refused: a sentence that begins with the path.
  result<void, std::string> load(const std::filesystem::path& path);

  /// Registers what the plugins need at the actor system that is about to start.
  void configure(caf::actor_system_config& system) const;

private:
  result<void, std::string> take(plugin_contents contents, const std::string& path);

  std::shared_ptr<behaviour_registry> known_;
  std::vector<std::function<void(caf::actor_system_config&)>> configure_;
};

} // namespace troupe::behaviours
