#include "actors/broker/broker.hpp"

/// How a BROKER ends: nobody waits in vain.
namespace troupe::broker {

void broker_state::fail_all(const fault& why) {
  fail_waiting(why);
  watch.looks.fail_all(why);
  auto now = self->clock().now();
  running.for_each([&](size_t i, running_call& f) {
    if (f.abandoned)
      return;
    settle_run(f, failure(why), now);
    running.abandon(i);
  });
  watch.searches.end();
  for (auto& p : std::exchange(drained, {}))
    p.deliver(atom::drain_v);
  held.fail_all(why, step_settler());
  workers.for_each([](worker_set::entry& e) {
    if (e.retired)
      e.retired->deliver(atom::retire_v);
  });
}

/// Whoever has found a broker in the directory has sent it the call by then.
static constexpr auto time_to_refuse = std::chrono::seconds{1};

void broker_state::refuse_the_last() {
  admission.set_condition(no_such_pool(pool->config.name));
  watch.counted_with_other.reset(); // what is gone is no part of another pool
  note_load();
  self->clock().schedule_message(
      self->clock().now() + time_to_refuse, self->ctrl(),
      caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                caf::exit_msg{self->address(), caf::exit_reason::kill}));
}

} // namespace troupe::broker
