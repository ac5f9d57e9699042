#include "tests/actors/worker/support_worker.hpp"

#include "protocol/web/web_frame.hpp"

namespace troupe::testing {

void worker_fixture::give(uint64_t ticket, milliseconds left) {
  send(plain_job(ticket, left));
}

void worker_fixture::give_web(uint64_t ticket, reply_sink_ptr parts_to) {
  auto j = plain_job(ticket, 10s);
  j.payload = web::join({R"({"method":"GET"})", "body"});
  j.form = payload_form::web;
  j.tag = tag_id{ticket};
  j.stream = std::move(parts_to);
  send(std::move(j));
}

void worker_fixture::give_step(uint64_t ticket, const std::string& session,
                               job_start how) {
  auto j = plain_job(ticket, 10s);
  j.session = shared_bytes{session};
  j.start = how;
  send(std::move(j));
}

void worker_fixture::end_session(const std::string& session) {
  keep(sys.spawn([this, session](caf::event_based_actor* me) {
    me->request(actor, caf::infinite, atom::end_session_v, session)
        .then([this, session](atom::released) { ended.push_back(session); },
              [](caf::error&) {});
  }));
  run();
}

job worker_fixture::plain_job(uint64_t ticket, milliseconds left) {
  job j;
  j.ticket = ticket_id{ticket};
  j.kind = shared_bytes{std::string{"k"}};
  j.payload = shared_bytes{in_array ? "[" + std::to_string(ticket) + "]"
                                    : std::to_string(ticket)};
  j.deadline = now() + left;
  return j;
}

void worker_fixture::send(job j) {
  keep(sys.spawn([this, j = std::move(j)](caf::event_based_actor* me) {
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
