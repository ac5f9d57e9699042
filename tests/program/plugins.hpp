#pragma once

#include "tests/program/harness/node_process.hpp"

#include <string>

/// Nodes with the plugin of `plugins/faulty.cpp`.
namespace program {

/// For `node_options::node_keys`.
inline std::string loads(const std::string& plugin = FAULTY_PLUGIN) {
  return "plugins = [\"" + plugin + "\"]";
}

/// Returns a pool `f` of the plugin's behaviour, and one of Troupe's own beside it.
inline std::string faulty_pool(const std::string& keys = {}) {
  return "[pool.f]\nbehaviour = \"faulty\"\n" + keys
         + "\n[pool.other]\nbehaviour = \"echo\"\n";
}

/// Whether the pool `f` answers again.
inline bool answers_again(const node_process& node, milliseconds limit = patience) {
  return eventually(
      [&] { return node.connect().call("f", "echo", "1")["payload"] == "1"; }, limit);
}

} // namespace program
