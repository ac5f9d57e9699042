#pragma once

#include "actors/os/alarm.hpp"
#include "actors/os/child_ends.hpp"
#include "actors/os/child_owner.hpp"
#include "actors/os/preload_order.hpp"
#include "protocol/preload/preload_message.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace troupe::os {

class preloaded;

/// Decides which preloaded processes there are, and hears of them.
class preload_keeper {
public:
  virtual ~preload_keeper() = default;
  /// It forks from now on.
  virtual void on_ready(preloaded& which) = 0;
  /// It forks no more, and was not asked to end.
  virtual void on_lost(preloaded& which, bool was_ready) = 0;
};

/// A worker that is to be forked.
struct fork_request {
  spawn_spec spec;
  /// Names the request for `withdraw`.
  const void* key = nullptr;
  /// Is called once, on the loop's thread.
  std::function<void(result<spawned_process>)> done;
};

/// A process that has loaded a program and forks workers off, each when it is asked
/// (protocol/preload.md). Forked processes are children of the node. Keeps itself alive
/// until the process has ended. For the loop's thread.
class preloaded : public child_owner, public std::enable_shared_from_this<preloaded> {
public:
  using clock = std::chrono::steady_clock;

  preloaded(loop::event_loop& loop, spawner& s,
            std::shared_ptr<const preload_order> order, preload_observer_ptr observer,
            preload_keeper& keeper);

  /// Starts the process after `delay`. Call once.
  void start(std::chrono::milliseconds delay);

  /// Has a worker forked, as soon as the program is loaded.
  void fork(fork_request r);

  /// Takes a request back; returns false if it was sent already, or is none.
  bool withdraw(const void* key);

  /// Ends the process once all that was asked of it is done. Its keeper hears nothing of
  /// it any more.
  void retire();

  /// Kills the process. Nobody hears of it any more.
  void drop();

  const preload_order& order() const noexcept { return *order_; }
  const std::shared_ptr<const preload_order>& shared_order() const noexcept {
    return order_;
  }
  bool is_ready() const noexcept { return phase_ == phase::ready; }
  clock::time_point ready_since() const noexcept { return ready_since_; }

  // -- of its process --------------------------------------------------------------

  void spawned(launch_result) override {}
  void connected() override {}
  void output(uint8_t, shared_bytes) override {}
  void log(shared_bytes bytes) override;
  void written() override {}
  void ended(const exit_status& how) override;

private:
  enum class phase : uint8_t {
    /// Is to be started after a delay.
    delayed,
    loading,
    ready,
    /// Nothing more is asked of the process, which may live on for a moment.
    over,
  };

  /// A worker that the process was asked to fork.
  struct sent_request {
    fork_request what;
    child_ends ends;
    /// Of the expected child.
    uint64_t number = 0;
    clock::time_point due;
  };

  void launch();
  void on_spawned(spawn_result& r);
  // -- requests (preloaded_requests.cpp) ---------------------------------------------

  void on_socket(uint32_t events);
  void on_hang_up();
  void take(std::string_view packet);
  void on_forked(const preload::forked& answer);
  void on_failed(const preload::failed& answer);
  void send_waiting();
  /// Returns false if the socket takes no more now.
  bool send(fork_request& r);

  void end_if_done();
  void on_alarm();
  void set_alarm();
  /// Kills it because of `why`.
  void give_up(code what, const std::string& why);
  /// It forks no more: all that is asked of it fails.
  void close(const fault& why);
  /// Returns a fault with the end of what it has written.
  fault explain(code what, const std::string& why) const;

  loop::event_loop& loop_;
  spawner& spawner_;
  std::shared_ptr<const preload_order> order_;
  preload_observer_ptr observer_;
  /// Null once it wants to hear no more.
  preload_keeper* keeper_;
  phase phase_ = phase::delayed;
  bool retiring_ = false;
  /// When the present phase ends, if it may not last.
  std::optional<clock::time_point> due_;
  clock::time_point began_;
  clock::time_point ready_since_;
  alarm alarm_;
  loop::descriptor socket_;
  child_ptr process_;
  pid_t pid_ = -1;
  /// Why it is over; `code::none` if that was wanted.
  fault cause_;
  std::string last_output_;
  std::deque<fork_request> waiting_;
  /// By their numbers, which grow.
  std::map<uint64_t, sent_request> sent_;
  uint64_t last_id_ = 0;
};

} // namespace troupe::os
