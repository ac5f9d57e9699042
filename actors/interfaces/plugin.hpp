#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/build_identity.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <vector>

/// A plugin: a shared library with behaviours, which a node loads (`node.plugins`).
namespace troupe {

/// What a plugin brings.
struct plugin_contents {
  /// They run on threads of their own, whatever they say of `thread`. A name that is
  /// there already is refused.
  std::vector<behaviour_kind> behaviours;
  /// Registers what the plugin needs at an actor system before that starts, such as its
  /// message types; may be empty. The numbers of its types are from 2000 on.
  std::function<void(caf::actor_system_config&)> configure = {};
};

/// The symbol `troupe_plugin` of a plugin. `TROUPE_PLUGIN` defines it.
struct plugin_descriptor {
  build_identity built_with;
  plugin_contents (*contents)();
};

} // namespace troupe

/// Makes a shared library a plugin. Stands once, outside of all namespaces.
/// @param contents A function without parameters that returns `troupe::plugin_contents`.
/// It is called once in each process that loads the plugin.
#define TROUPE_PLUGIN(contents)                                                          \
  extern "C" {                                                                           \
  [[gnu::visibility("default")]] extern const troupe::plugin_descriptor troupe_plugin;   \
  }                                                                                      \
  constinit const troupe::plugin_descriptor troupe_plugin = {{}, contents}
