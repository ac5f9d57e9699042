#pragma once

#include "actors/interfaces/log_record.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/worker/idle_notice.hpp"
#include "actors/worker/recycling.hpp"
#include "actors/worker/stop_ladder.hpp"
#include "actors/worker/worker_phase.hpp"
#include "actors/worker/worker_reports.hpp"

#include <functional>
#include <optional>

namespace troupe::worker {

/// The common part of every kind of worker, whether it has a child or not: its phase, its
/// limits of recycling, and its reports.
class worker_life {
public:
  using milliseconds = std::chrono::milliseconds;

  /// The timers of every kind; a kind numbers its own from `count_`.
  enum class timer : uint8_t {
    age,
    idle,
    memory,
    /// The worker was in use when it was to be recycled.
    unused,
    idle_notice,
    count_,
  };

  /// A worker that is let go without an end counts as ended with the node.
  virtual ~worker_life();
  worker_life() = default;
  worker_life(const worker_life&) = delete;
  worker_life& operator=(const worker_life&) = delete;

  /// Sets who it is.
  void identify(pool_context_ptr context, worker_identity who,
                supervisor_actor supervisor);

  /// Moves along the table of `worker_phase.hpp`; returns whether the event applied.
  bool step(worker_event e) {
    auto before = phase;
    auto applied = worker_transitions.advance(phase, e);
    if (counted_)
      tally().move(counted_as(before), counted_as(phase));
    return applied;
  }

  /// Counts it among the workers of the pool, until its end: there is something now that
  /// lives.
  void count_start();
  void count_late();
  /// Counts a part of a streamed result.
  void count_part(size_t bytes) { tally().add_part(bytes); }
  /// Counts what is not taken of what it sent.
  void count_dropped(metrics::dropped_kind what) { tally().drop(what); }

  /// Watches the limits of recycling from now on.
  void begin_recycling();
  /// Asks to be replaced for this reason, as soon as `may_be_replaced`.
  void reach_limit(end_reason why);
  /// Tells the supervisor each time that nobody used it for so long; 0 for never.
  void set_idle_notice(milliseconds after);

  /// Handles a timer of every kind; returns false if it is one of the kind's own.
  bool on_life_timer(uint64_t number);

  template <class Timer>
  void set_timer(Timer t, milliseconds delay, uint64_t subject = 0) {
    set_timer_number(subject << 8 | static_cast<uint64_t>(t), delay);
  }

  void publish(std::string kind, std::initializer_list<event_member> more) const {
    reports.publish(std::move(kind), more);
  }

  /// Returns the fields of a line of the log about this worker.
  virtual log_fields about(std::string_view event) const;

  /// Ends the actor, which has nothing left to end, with `death`.
  void leave_with(fault death);

  /// Returns what `ps` shows; a kind adds its own facts.
  virtual worker_status status() const;
  /// Adds who the worker is to the details of `f`; a kind adds its last words.
  virtual fault with_diagnostics(fault f) const;

  /// What the pool's actors share.
  pool_context_ptr pool;
  std::string full_name;
  worker_reports reports;

  worker_phase phase = worker_phase::starting;
  stop_ladder ending;
  recycling recycle;
  idle_notice notice;
  worker_counters counters;

protected:
  // -- what differs between the kinds ------------------------------------------------

  /// When it was used last; nothing while it is in use.
  virtual std::optional<steady_clock::time_point> unused_since() const = 0;
  /// Whether it may be replaced now that it is due.
  virtual bool may_be_replaced() const { return true; }
  /// Passes the bytes of memory that it uses to `then`. Only where a pool may have a
  /// limit.
  virtual void sample_memory(std::function<void(uint64_t)> /*then*/) {}

  // -- of its actor --------------------------------------------------------------------

  virtual steady_clock::time_point now() const = 0;
  virtual void set_timer_number(uint64_t number, milliseconds delay) = 0;
  /// Ends the actor.
  virtual void quit(const fault& why) = 0;

private:
  static metrics::living_state counted_as(worker_phase p);
  void count_end(end_reason why);
  /// Where the workers of its loop count.
  worker_tally& tally() const {
    return pool->records.counts->by_loop[reports.who().loop];
  }
  milliseconds left_until_unused_for(milliseconds wanted) const;
  void check_idle_notice();
  void check_idle();
  void check_memory();
  void ask_to_be_recycled();

  /// Whether it is among the workers of `pool_counts`.
  bool counted_ = false;
};

/// Gives `Base`, a `worker_life`, its actor.
template <class Base, class Self>
class life_of_actor : public Base {
public:
  Self* self = nullptr;

  steady_clock::time_point now() const override { return self->clock().now(); }

protected:
  void set_timer_number(uint64_t number, std::chrono::milliseconds delay) override {
    self->delayed_send(self, delay, internal::timer_v, timer_id{number});
  }
  void quit(const fault& why) override { self->quit(to_error(why)); }
};

} // namespace troupe::worker
