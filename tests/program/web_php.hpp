#pragma once

#include "tests/program/harness/web_client.hpp"

#include <string>

/// Nodes with an application in PHP behind a web front.
namespace program {

/// Returns a `[web.app]` and its pool `php`, workers of `psr7.php`.
/// @param front Further lines of `[web.app]`.
/// @param pool Further lines of the pool.
inline std::string php_application(const std::string& front = {},
                                   const std::string& pool = {}) {
  return "[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"php\"\n" + front + "\n"
         + pool_of("php", {"php", PSR7_WORKER}, "protocol = \"goridge\"\n" + pool);
}

/// A node with that, and what its workers note.
struct php_node {
  explicit php_node(const std::string& front = {}, const std::string& pool = {})
    : node(php_application(front, "env = { PSR7_NOTES = \"" + folder / "notes" + "\" }\n"
                                      + pool)) {
    node.worker_pid("php.0");
  }

  web_client connect() const { return web_client{web_port(node, "app")}; }

  /// Waits until the workers have noted `what` so many times.
  bool noted(const std::string& what, size_t times = 1) const {
    return eventually([&] {
      size_t n = 0;
      auto text = read_file(folder / "notes");
      for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
        ++n;
      return n >= times;
    });
  }

  temporary_folder folder;
  node_process node;
};

} // namespace program
