#pragma once

#include "actors/loop/loop.hpp"
#include "protocol/config/config.hpp"

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace troupe::node {

/// Returns how many loops a node has: what is configured, else what its cores suggest, or
/// what one of `pools` is to be spread over.
size_t choose_loops(const config::node& node, const std::vector<config::pool>& pools);

/// Returns how long the loops poll at most: what is configured, and nothing where the
/// node may use one core only.
std::chrono::microseconds choose_spin(const config::node& node);

/// The loops and their threads; joined when it goes.
class loop_threads {
public:
  /// Throws std::system_error, with no thread left behind.
  /// @param spin, failed As of `loop`; each loop's thread calls the latter.
  loop_threads(caf::actor_system& system, size_t count, std::chrono::microseconds spin,
               const loop::event_loop::failure_handler& failed);
  ~loop_threads();
  loop_threads(const loop_threads&) = delete;
  loop_threads& operator=(const loop_threads&) = delete;

  std::vector<loop::event_loop*> all() const;

private:
  void end();

  std::vector<std::unique_ptr<loop::event_loop>> loops_;
  std::vector<std::thread> threads_;
};

} // namespace troupe::node
