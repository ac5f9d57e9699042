#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "actors/worker/idle_notice.hpp"
#include "actors/worker/recycling.hpp"
#include "actors/worker/stop_ladder.hpp"
#include "actors/worker/worker_phase.hpp"
#include "actors/worker/worker_reports.hpp"

#include <caf/typed_actor.hpp>

#include <functional>

namespace troupe::worker {

/// The common part of every kind of worker: takes its one child in, recycles it, ends
/// it step by step, and reports. WORKER and TERMINAL derive from it.
class worker_base {
public:
  using milliseconds = std::chrono::milliseconds;

  /// The timers of every kind; a kind numbers its own from `count_`.
  enum class timer : uint8_t {
    terminate,
    kill,
    give_up,
    age,
    idle,
    memory,
    /// The worker was in use when it was to be recycled.
    unused,
    idle_notice,
    count_,
  };

  virtual ~worker_base() = default;

  /// Sets who it is.
  void identify(pool_context_ptr context, worker_identity who,
                supervisor_actor supervisor, os::launcher_ptr launcher);

  /// Moves along the table of `worker_phase.hpp`; returns whether the event applied.
  bool step(worker_event e) { return worker_transitions.advance(phase, e); }

  /// Takes the child that was started. Returns false if there is none, or if it was to
  /// end before it was there: nothing else is to be done then.
  bool take_child(os::launch_result& r);

  // -- ending (worker_base_ending.cpp) --------------------------------------------

  /// Ends the child: it is asked, gets SIGTERM, then SIGKILL.
  void stop(end_reason why);
  /// Kills the process group; the actor ends when the child is reaped.
  void kill(end_reason why, fault cause);
  /// Kills the child because the node ends.
  void end_with_node();
  /// SIGKILL, and if that does not help the node goes on without the child.
  void end_by_force();
  /// Publishes the end of the child, and returns how it ended.
  worker_end report_end(const os::exit_status& status) const;
  /// Ends the actor, whose child is gone, with `death`.
  void leave_with(fault death);

  // -- upkeep (worker_base_upkeep.cpp) ---------------------------------------------

  /// Watches the limits of recycling from now on.
  void begin_recycling();
  /// Asks to be replaced for this reason, as soon as `may_be_replaced`.
  void reach_limit(end_reason why);
  /// Tells the supervisor each time that nobody used it for so long; 0 for never.
  void set_idle_notice(milliseconds after);

  /// Handles a timer of every kind; returns false if it is one of the kind's own.
  bool on_base_timer(uint64_t number);

  template <class Timer>
  void set_timer(Timer t, milliseconds delay, uint64_t subject = 0) {
    set_timer_number(subject << 8 | static_cast<uint64_t>(t), delay);
  }

  void publish(std::string kind, std::initializer_list<event_member> more) const {
    reports.publish(std::move(kind), more);
  }

  /// Returns what `ps` shows; a kind adds its own facts.
  virtual worker_status status() const;
  /// Adds who the child is to the details of `f`; a kind adds its last words.
  virtual fault with_diagnostics(fault f) const;

  /// What the pool's actors share.
  pool_context_ptr pool;
  std::string full_name;
  worker_reports reports;
  os::launcher_ptr starter;

  worker_phase phase = worker_phase::starting;
  os::child_ptr process;
  pid_t pid = -1;
  stop_ladder ending;
  recycling recycle;
  idle_notice notice;
  worker_counters counters;

protected:
  // -- what differs between the kinds ------------------------------------------------

  /// Tells the child, in its own way, to end within `soft`.
  virtual void ask_to_end(end_reason why, milliseconds soft) = 0;
  /// The child is to end before it was there.
  virtual void end_unstarted() {}
  /// Fails all calls with `why`.
  virtual void fail_calls(const fault& why) = 0;
  virtual void on_exited(const os::exit_status& status) = 0;
  /// When it was used last; nothing while it is in use.
  virtual std::optional<steady_clock::time_point> unused_since() const = 0;
  /// Whether it may be replaced now that it is due.
  virtual bool may_be_replaced() const { return true; }

  // -- of its actor --------------------------------------------------------------------

  virtual steady_clock::time_point now() const = 0;
  virtual void set_timer_number(uint64_t number, milliseconds delay) = 0;
  /// Passes the bytes of memory that the child and its children use to `then`.
  virtual void sample_memory(std::function<void(uint64_t)> then) = 0;
  /// Ends the actor.
  virtual void quit(const fault& why) = 0;

private:
  milliseconds left_until_unused_for(milliseconds wanted) const;
  void check_idle_notice();
  void check_idle();
  void check_memory();
  void ask_to_be_recycled();
  void send_signal(int number);
  void give_up();
};

/// Gives `worker_base` its actor.
template <class Self>
class worker_base_of : public worker_base {
public:
  Self* self = nullptr;

  steady_clock::time_point now() const override { return self->clock().now(); }

protected:
  void set_timer_number(uint64_t number, milliseconds delay) override {
    self->delayed_send(self, delay, internal::timer_v, timer_id{number});
  }
  void sample_memory(std::function<void(uint64_t)> then) override {
    self->request(pool->sampler, caf::infinite, atom::sample_v, int32_t{pid},
                  os::tree_facts::memory)
        .then([then = std::move(then)](const os::tree_usage& uses) { then(uses.memory); },
              [](caf::error&) {}); // the node ends
  }
  void quit(const fault& why) override { self->quit(to_error(why)); }
};

} // namespace troupe::worker
