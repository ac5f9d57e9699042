#pragma once

#include "actors/loop/descriptor.hpp"
#include "actors/loop/flushable.hpp"
#include "actors/loop/loop_load.hpp"
#include "actors/loop/poll_time.hpp"
#include "actors/loop/poller.hpp"
#include "actors/loop/timers.hpp"

#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace troupe::loop {

/// One I/O thread: descriptors, actors (it is a CAF execution unit), timers, and the
/// writes at the end of each turn. What I/O brings is handled by the actors there and
/// then, without a hand-off to another thread, because hand-offs, not messages, are what
/// a call costs. Everything that runs here must return soon: a slow handler stalls all of
/// the loop's descriptors.
///
/// Members are for the loop's own thread, except those marked thread-safe.
class event_loop : public caf::execution_unit {
public:
  /// Is told, on the loop's thread, what work on the loop has thrown. May be called over
  /// and over: a descriptor that stays ready is handled again.
  using failure_handler = std::function<void(const char* why)>;

  /// @param spin The longest to poll after the last event before blocking
  /// (poll_time.hpp).
  /// @param failed Without one, `run` passes on what is thrown.
  event_loop(caf::actor_system& system, std::chrono::microseconds spin,
             failure_handler failed = {});
  ~event_loop() override;

  /// Runs turns on the calling thread until `stop`. That thread is the loop's own.
  void run();

  /// Makes `run` return after the present turn. Thread-safe.
  void stop();

  /// Runs `work` on the loop's thread. Thread-safe; may allocate, never blocks long.
  void post(std::function<void()> work);

  /// Runs `work` in the next turn, after whatever else is ready: for work that goes on
  /// when others have had their turn. For the loop's thread only.
  void next_turn(std::function<void()> work) { deferred_.push_back(std::move(work)); }

  /// Schedules an actor (CAF calls it). Thread-safe, unlike CAF's own units.
  void exec_later(caf::resumable* job) override;

  /// Has `what` flushed at the end of this turn; asking twice is asking once.
  void flush_later(std::shared_ptr<flushable> what);

  /// The descriptors of the loop.
  poller& descriptors() noexcept { return poller_; }

  timers& clock() noexcept { return timers_; }

  /// How busy it is.
  const loop_load& load() const noexcept { return load_; }

  /// Space for one read, shared by all descriptors: valid until the handler returns.
  std::span<char> scratch() noexcept { return scratch_; }

  /// Returns the loop whose thread is calling, or nullptr. This is how CAF's clock finds
  /// the wheel of the actor that runs.
  static event_loop* current() noexcept;

private:
  /// Whether something is left to do without an event.
  bool has_work() const;
  /// Runs `f` and tells `failed_` what it throws.
  template <class F>
  void guarded(F f);
  void look();
  void turn();
  void wait();
  size_t block(timers::time_point now, const std::optional<timers::time_point>& due);
  void run_actors();
  void take_inbox();
  void run_deferred();
  void flush_listed();
  void flush_held();
  void wake();

  poller poller_;
  descriptor wakeups_;
  poll_time spin_;
  /// The last wait ended with a timer and nothing else.
  bool was_woken_by_timer_ = false;
  loop_load load_;
  failure_handler failed_;
  timers timers_;
  std::vector<char> scratch_;
  std::atomic<bool> stopped_{false};

  std::deque<caf::resumable*> actors_;
  std::vector<std::shared_ptr<flushable>> listed_;
  std::vector<std::shared_ptr<flushable>> held_;
  size_t turns_held_ = 0;
  std::chrono::steady_clock::time_point held_since_;
  std::deque<std::function<void()>> deferred_;

  /// Work that other threads have handed over.
  std::mutex mutex_;
  std::vector<caf::resumable*> foreign_actors_;
  std::vector<std::function<void()>> posted_;
  std::atomic<bool> has_inbox_{false};
};

} // namespace troupe::loop
