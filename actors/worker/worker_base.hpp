#pragma once

#include "actors/worker/worker_life.hpp"
#include "protocol/config/pool_copy.hpp"

#include <caf/typed_actor.hpp>

#include <functional>

namespace troupe::worker {

/// The common part of the kinds of workers that have a child: takes the child in and ends
/// it step by step. WORKER and TERMINAL derive from it.
class worker_base : public worker_life {
public:
  /// The timers of a child; a kind numbers its own from `count_`.
  enum class timer : uint8_t {
    terminate = static_cast<uint8_t>(worker_life::timer::count_),
    kill,
    give_up,
    count_,
  };

  /// Sets who it is.
  void identify(pool_context_ptr context, worker_identity who,
                supervisor_actor supervisor, os::launcher_ptr launcher);

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

  /// Handles a timer that is not a kind's own; returns false if it is.
  bool on_base_timer(uint64_t number);

  log_fields about(std::string_view event) const override;
  worker_status status() const override;
  fault with_diagnostics(fault f) const override;

  os::launcher_ptr starter;

  os::child_ptr process;
  pid_t pid = -1;

protected:
  /// The child is gone: lets go of it.
  void drop_child();

  // -- of its actor --------------------------------------------------------------------

  /// The child runs, or has ended and has used so much CPU time.
  virtual void report_begin() {}
  virtual void report_cpu(milliseconds /*used*/) {}

  // -- what differs between the kinds ------------------------------------------------

  /// Tells the child, in its own way, to end within `soft`.
  virtual void ask_to_end(end_reason why, milliseconds soft) = 0;
  /// The child is to end before it was there.
  virtual void end_unstarted() {}
  /// Fails all calls with `why`.
  virtual void fail_calls(const fault& why) = 0;
  virtual void on_exited(const os::exit_status& status) = 0;

private:
  void send_signal(int number);
  void give_up();
};

/// Gives `worker_base` its actor.
template <class Self>
class worker_base_of : public life_of_actor<worker_base, Self> {
protected:
  void sample_memory(std::function<void(uint64_t)> then) override {
    this->self
        ->request(this->pool->observed.sampler, caf::infinite, atom::sample_v,
                  int32_t{this->pid})
        .then([then = std::move(then)](const os::tree_usage& uses) { then(uses.memory); },
              [](caf::error&) {}); // the node ends
  }

  void report_begin() override {
    this->self->send(this->pool->observed.sampler, atom::spawned_v, tree());
  }

  void report_cpu(std::chrono::milliseconds used) override {
    this->self->send(this->pool->observed.sampler, atom::exited_v, tree(),
                     caf::timespan{used});
  }

private:
  worker_tree tree() const {
    return {this->pid, this->self->id(), this->pool->observed.activity,
            config::counted_as(this->pool->config)};
  }
};

} // namespace troupe::worker
