#pragma once

#include "actors/interfaces/node_actor.hpp"
#include "actors/os/spawner.hpp"
#include "broker/serve/node_news.hpp"
#include "broker/serve/stop_sequence.hpp"

#include <caf/actor_system.hpp>
#include <spdlog/logger.h>

#include <functional>
#include <memory>

namespace troupe::serve {

/// The life of a node on the main thread, from the making of its pools until no worker is
/// left. Signals are acted on at every moment: SIGTERM or SIGINT drain the node, a second
/// one ends its workers at once, a third one ends the process whatever it waits for. An
/// order of an operator drains the node, too, and is no signal.
class node_life {
public:
  /// What the node does beside its workers.
  struct hooks {
    /// Lets clients in and tells them; may throw, and the node ends then.
    std::function<void()> announce;
    /// Takes back what `announce` left in the file system; for a node that cannot end in
    /// order.
    std::function<void()> hide;
    /// Opens the file of the log anew, if there is one.
    std::function<void()> reopen_log;
  };

  node_life(caf::actor_system& system, node_actor node, signals& sig, node_news& news,
            os::spawner& processes, std::shared_ptr<spdlog::logger> log, hooks then);

  /// Returns the exit status of the program: not 0 if something failed.
  int run();

private:
  /// Acts on what others told; returns whether the life is over.
  bool hear(node_news::news what);
  void obey_order();
  void obey_signal(int number);
  void drain();
  /// Kills what is left. @pre `drain` was called.
  void end_at_once();
  void fail(const std::string& why);

  caf::actor_system& system_;
  node_actor node_;
  signals& signals_;
  node_news& news_;
  os::spawner& processes_;
  std::shared_ptr<spdlog::logger> log_;
  hooks hooks_;
  stop_sequence stops_;
  bool failed_ = false;
};

} // namespace troupe::serve
