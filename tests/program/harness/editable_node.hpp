#pragma once

#include "tests/program/harness/node_process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace program {

/// A node whose file the test may write again.
struct editable_node {
  explicit editable_node(const std::string& pools)
    : node(pools, {.config_folder = folder.path()}) {
    std::ifstream in{file()};
    auto text = std::string{std::istreambuf_iterator<char>{in}, {}};
    head = text.substr(0, text.find("[pool."));
  }

  std::string file() const { return folder.path() + "/troupe.toml"; }

  void write(const std::string& pools) const { std::ofstream{file()} << head << pools; }

  /// Returns the answer of an operation, good or bad.
  reply ask(const std::string& kind, const std::string& payload = "null") const {
    return node.connect().call("$node", kind, payload);
  }

  bool log_says(const std::string& text) const {
    return eventually([&] { return node.errors().find(text) != std::string::npos; });
  }

  /// Returns a pool whose workers start when the test opens the gate of each.
  std::string gated(const std::string& name, const std::string& keys) const {
    auto script = "touch " + folder / "at-$0; until [ -e " + folder / "open-$0"
                  + " ]; do sleep 0.02; done; exec " PUPPET_BINARY;
    return pool_of(name, {"sh", "-c", script, "{worker}"}, keys);
  }

  bool waits_at_gate(const std::string& worker) const {
    return eventually([&] { return std::filesystem::exists(folder / ("at-" + worker)); });
  }

  void open_gate(const std::string& worker) const {
    write_file(folder / ("open-" + worker), "");
  }

  bool has_queue_limit(const std::string& number) const {
    auto line = "troupe_queue_limit{pool=\"a\"} " + number + "\n";
    return node.http().get("/metrics").body.text.find(line) != std::string::npos;
  }

  temporary_folder folder;
  node_process node;
  std::string head;
};

} // namespace program
