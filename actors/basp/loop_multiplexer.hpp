#pragma once

#include "actors/loop/loop.hpp"

#include <caf/io/network/default_multiplexer.hpp>

#include <atomic>
#include <mutex>
#include <vector>

namespace troupe::basp {

/// Has CAF's brokers run on a loop, as actors of the loop. It opens no connections: they
/// are handed over by `network`.
class loop_multiplexer : public caf::io::network::default_multiplexer {
public:
  using super = caf::io::network::default_multiplexer;

  using super::super;
  ~loop_multiplexer() override;

  /// From now on brokers run on `home`. Until then they wait. Thread-safe.
  void attach(loop::event_loop& home);

  /// From now on brokers wait again, until CAF runs them for the last time when the
  /// system ends. @pre The loop's thread has ended, or is the caller.
  void detach();

  // CAF calls these.
  void exec_later(caf::resumable* job) override;
  bool try_run_once() override;
  caf::expected<caf::io::scribe_ptr> new_tcp_scribe(const std::string& host,
                                                    uint16_t port) override;
  caf::expected<caf::io::doorman_ptr> new_tcp_doorman(uint16_t port, const char* in,
                                                      bool reuse_addr) override;

private:
  std::atomic<loop::event_loop*> home_{nullptr};
  /// Holds the loop while another thread hands a job to it.
  std::mutex mutex_;
  /// What is to run while there is no loop. CAF's own way is a pipe, which blocks when it
  /// is full.
  std::vector<caf::resumable*> waiting_;
};

} // namespace troupe::basp
