#include "actors/loop/coordinator.hpp"

#include "actors/loop/loop.hpp"
#include "actors/loop/turn_clock.hpp"
#include "protocol/base/limits.hpp"

#include <caf/actor_cast.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/scheduler/coordinator.hpp>

namespace troupe::loop {

namespace {

/// Timers of actors on a loop go to the loop, all others to CAF's clock.
class loop_clock : public caf::detail::thread_safe_actor_clock {
public:
  using base = caf::detail::thread_safe_actor_clock;

  explicit loop_clock(base& fallback)
    : fallback_(fallback) {}

  time_point now() const noexcept override { return turn_clock::now(); }

  void set_request_timeout(time_point t, caf::abstract_actor* self,
                           caf::message_id id) override {
    if (auto l = event_loop::current())
      l->clock().set_request_timeout(never_early(t),
                                     caf::actor_cast<caf::strong_actor_ptr>(self), id);
    else
      fallback_.set_request_timeout(t, self, id);
  }

  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override {
    if (auto l = event_loop::current())
      l->clock().cancel_request_timeout(self->id(), id);
    else
      fallback_.cancel_request_timeout(self, id);
  }

  void cancel_timeouts(caf::abstract_actor* self) override {
    if (auto l = event_loop::current())
      l->clock().cancel_request_timeouts(self->id());
    fallback_.cancel_timeouts(self);
  }

  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override {
    if (auto l = event_loop::current())
      l->clock().schedule_message(never_early(t), std::move(receiver),
                                  std::move(content));
    else
      fallback_.schedule_message(t, std::move(receiver), std::move(content));
  }

  void schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override {
    fallback_.schedule_message(t, std::move(target), std::move(sender),
                               std::move(content));
  }

  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                            uint64_t id) override {
    fallback_.set_ordinary_timeout(t, self, type, id);
  }

  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                         uint64_t id) override {
    fallback_.set_multi_timeout(t, self, type, id);
  }

  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override {
    fallback_.cancel_ordinary_timeout(self, type);
  }

  void cancel_all() override { fallback_.cancel_all(); }

private:
  /// The actor has counted from a moment that may be a little past.
  static time_point never_early(time_point t) { return t + turn_clock::age(); }

  base& fallback_;
};

/// CAF's coordinator with another clock in front.
class loop_coordinator : public caf::scheduler::coordinator<caf::policy::work_sharing> {
public:
  using super = caf::scheduler::coordinator<caf::policy::work_sharing>;

  explicit loop_coordinator(caf::actor_system& system)
    : super(system)
    , clock_(super::clock()) {}

  caf::detail::thread_safe_actor_clock& clock() noexcept override { return clock_; }

  static caf::actor_system::module* make(caf::actor_system& system) {
    return new loop_coordinator(system); // CAF takes ownership
  }

private:
  loop_clock clock_;
};

} // namespace

void use_loop_clock(caf::actor_system_config& cfg, size_t threads) {
  cfg.set("scheduler.max-threads", threads);
  // Without a limit an actor with a full mailbox keeps its thread from all others.
  cfg.set("scheduler.max-throughput", limits::actor_messages);
  cfg.module_factories.push_back(&loop_coordinator::make);
}

} // namespace troupe::loop
