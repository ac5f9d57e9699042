#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "actors/loop/coordinator.hpp"
#include "actors/loop/pinned.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

/// For tests with real loops: real threads and real time, but nothing waits without a
/// deadline.
namespace troupe::testing {

using namespace loop;

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Beyond this, what a test waits for does not come.
inline constexpr auto patience = 10s;

struct loop_config : caf::actor_system_config {
  loop_config() {
    add_message_types<caf::id_block::troupe>();
    use_loop_clock(*this, 2);
  }
};

/// Counts, on any thread, and lets one wait for the count.
class tally {
public:
  void add() {
    std::lock_guard lock{mutex_};
    ++count_;
    changed_.notify_all();
  }
  /// Waits until it has counted to `n`; returns whether it has.
  bool reaches(size_t n) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return count_ >= n; });
  }
  size_t count() {
    std::lock_guard lock{mutex_};
    return count_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t count_ = 0;
};

/// Waits for a value.
template <class T>
T get(std::future<T> f) {
  BOOST_REQUIRE((f.wait_for(patience) == std::future_status::ready));
  return f.get();
}

/// A loop on a thread of its own.
class running_loop {
public:
  explicit running_loop(caf::actor_system& system, std::chrono::microseconds spin = 0us,
                        event_loop::failure_handler failed = {})
    : home(system, spin, std::move(failed))
    , thread_([this] { home.run(); }) {}

  ~running_loop() { stop(); }
  running_loop(const running_loop&) = delete;
  running_loop& operator=(const running_loop&) = delete;

  void stop() {
    home.stop();
    if (thread_.joinable())
      thread_.join();
  }

  /// Runs `f` on the loop's thread and returns what it returns.
  template <class F>
  auto run(F f) {
    auto task = std::make_shared<std::packaged_task<decltype(f())()>>(std::move(f));
    home.post([task] { (*task)(); });
    return get(task->get_future());
  }

  std::thread::id thread() const { return thread_.get_id(); }

  event_loop home;

private:
  std::thread thread_;
};

struct loop_fixture {
  loop_config cfg;
  caf::actor_system system{cfg};
  running_loop first{system};
  running_loop second{system};

  /// A loop must outlive its actors.
  ~loop_fixture() { system.await_all_actors_done(); }
};

} // namespace troupe::testing
