#include "tests/actors/worker/support_worker.hpp"

namespace troupe::testing {

void worker_fixture::give(uint64_t ticket, milliseconds left) {
  send_job(ticket, left, {}, job_start::afresh);
}

void worker_fixture::give_step(uint64_t ticket, const std::string& session,
                               job_start how) {
  send_job(ticket, 10s, shared_bytes{session}, how);
}

void worker_fixture::end_session(const std::string& session) {
  keep(sys.spawn([this, session](caf::event_based_actor* me) {
    me->request(actor, caf::infinite, atom::end_session_v, session)
        .then([this, session](atom::released) { ended.push_back(session); },
              [](caf::error&) {});
  }));
  run();
}

void worker_fixture::send_job(uint64_t ticket, milliseconds left, shared_bytes session,
                              job_start how) {
  job j;
  j.ticket = ticket_id{ticket};
  j.kind = shared_bytes{std::string{"k"}};
  j.payload = shared_bytes{in_array ? "[" + std::to_string(ticket) + "]"
                                    : std::to_string(ticket)};
  j.deadline = now() + left;
  j.session = std::move(session);
  j.start = how;
  keep(sys.spawn([this, j](caf::event_based_actor* me) {
    me->request(actor, caf::infinite, j)
        .then(
            [this, t = j.ticket](outcome& o) {
              order.push_back(t);
              sink->settle(tag_id{uint64_t{t}}, std::move(o));
            },
            [this, t = j.ticket](caf::error& e) {
              order.push_back(t);
              sink->settle(tag_id{uint64_t{t}}, failure(to_fault(e)));
            });
  }));
  run();
}

void worker_fixture::cancel(uint64_t ticket, milliseconds left) {
  keep(sys.spawn([this, ticket, left](caf::event_based_actor* me) {
    me->request(actor, caf::infinite, atom::cancel_v, ticket_id{ticket},
                caf::timespan{left})
        .then([this, ticket](atom::released) { released.push_back(ticket); },
              [](caf::error&) {});
  }));
  run();
}

} // namespace troupe::testing
