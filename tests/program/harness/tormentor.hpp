#pragma once

#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <random>
#include <string>
#include <utility>

namespace program {

/// What befalls the pools of a node while clients call them. A test says what and when.
/// For one thread.
class tormentor {
public:
  /// @param file The configuration of the node.
  tormentor(const node_process& node, std::string file)
    : node_(node)
    , file_(std::move(file))
    , text_(read_file(file_)) {}

  /// Returns a number below `n` at random.
  unsigned roll(unsigned n) { return static_cast<unsigned>(dice_() % n); }

  /// Kills a worker, and stops one of four. One that is being replaced is left alone.
  void maim(const std::string& worker) {
    auto pid = static_cast<pid_t>(ask("worker", named(worker)).number("payload.pid"));
    if (pid > 0)
      ::kill(pid, roll(4) == 0 ? SIGSTOP : SIGKILL);
  }

  /// Has the last pool of the file changed, and the file read again.
  void reload() {
    std::ofstream{file_} << text_ << "\nenv = { ROUND = \"" << ++reloads_ << "\" }\n";
    ask("reload", "null");
  }

  void restart(const std::string& pool) { ask("restart", named(pool)); }
  void scale(const std::string& pool, unsigned size) {
    ask("scale", named(pool, ",\"size\":" + std::to_string(size)));
  }

private:
  static std::string named(const std::string& name, const std::string& more = {}) {
    return "{\"name\":\"" + name + '"' + more + '}';
  }

  /// What it asks may fail under such conditions; what it may not do is hang.
  reply ask(const std::string& what, const std::string& payload) const {
    auto r = node_.connect().call("$node", what, payload, "\"timeout_ms\":15000");
    BOOST_TEST(!r.text.empty());
    return r;
  }

  const node_process& node_;
  std::string file_;
  std::string text_;
  std::mt19937 dice_{std::random_device{}()};
  int reloads_ = 0;
};

} // namespace program
