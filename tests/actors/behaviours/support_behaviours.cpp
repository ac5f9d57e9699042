#include "tests/actors/behaviours/support_behaviours.hpp"

namespace troupe::testing {

namespace {

caf::result<outcome> take(behaviour_record& r, behaviour_record::self_pointer self,
                          behaviour_call& c) {
  r.calls.push_back(c);
  if (r.answer)
    return r.answer(self, c);
  r.open.push_back(self->make_response_promise<outcome>());
  return r.open.back();
}

cancellable_behaviour_actor::behavior_type
tested_behavior(cancellable_behaviour_self<>* self, const behaviour_context& context,
                const std::shared_ptr<behaviour_record>& r) {
  r->context = context;
  r->self = self;
  return {
      [self, r](behaviour_call& c) { return take(*r, self, c); },
      [r](atom::cancel, ticket_id id) { r->cancelled.push_back(id); },
  };
}

} // namespace

void behaviour_fixture::start() {
  behaviour_kind kind;
  kind.name = "tested";
  kind.place = place;
  kind.thread = behaviour_thread::loop;
  kind.spawn = [this](behaviour_start s) -> spawned_behaviour {
    auto one = s.spawn(tested_behavior, what);
    keep(one);
    if (takes_cancel)
      return one;
    return behaviour_actor{one};
  };
  auto shared = std::make_shared<pool_context>(*context());
  shared->directory = &names;
  actor = keep(sys.spawn(
      behaviours::host_behavior, std::make_shared<const behaviour_kind>(std::move(kind)),
      pool_context_ptr{shared}, worker::worker_identity{0, incarnation_id{7}},
      make_supervisor(record)));
  verify_always<behaviours::host_self>(actor);
  keep(sys.spawn([this](caf::event_based_actor* me) -> caf::behavior {
    me->monitor(actor);
    me->set_down_handler([this](const caf::down_msg& m) { end = to_fault(m.reason); });
    return {[](int) {}};
  }));
  run();
}

void behaviour_fixture::give(uint64_t ticket, const std::string& payload,
                             const reply_sink_ptr& stream) {
  job j;
  j.ticket = ticket_id{ticket};
  j.kind = shared_bytes{std::string{"k"}};
  j.payload = shared_bytes{std::string{payload}};
  j.deadline = now() + 10s;
  j.stream = stream;
  j.tag = tag_id{100 + ticket};
  j.key = "key";
  keep(sys.spawn([this, j, ticket](caf::event_based_actor* me) {
    me->request(actor, caf::infinite, j)
        .then([this, ticket](outcome& o) { sink->settle(tag_id{ticket}, std::move(o)); },
              [this, ticket](caf::error& e) {
                sink->settle(tag_id{ticket}, failure(to_fault(e)));
              });
  }));
  run();
}

void behaviour_fixture::cancel(uint64_t ticket, milliseconds left) {
  keep(sys.spawn([this, ticket, left](caf::event_based_actor* me) {
    me->request(actor, caf::infinite, atom::cancel_v, ticket_id{ticket},
                caf::timespan{left})
        .then([this, ticket](atom::released) { released.push_back(ticket); },
              [](caf::error&) {});
  }));
  run();
}

void behaviour_fixture::answers(outcome result) {
  auto promise = std::move(what->open.front());
  what->open.erase(what->open.begin());
  // The unit that it last ran on is gone, and a promise would use it.
  what->self->context(sys.dummy_execution_unit());
  promise.deliver(std::move(result));
  run();
}

} // namespace troupe::testing
