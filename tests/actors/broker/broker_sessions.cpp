#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::wires;
using namespace troupe::testing;

namespace sessions_in_brokers {

struct session_fixture : broker_fixture {
  call step(uint64_t tag) {
    auto c = make(tag);
    c.session = shared_bytes{std::string{"s"}};
    return c;
  }
  /// The worker asks, as its answer to the `j`th call that it took.
  void pause(size_t n, size_t j) {
    auto& w = workers.at(n);
    instruct(w.actor, w.record, [j, r = w.record](worker_actor::pointer) {
      r->jobs.at(j).answer.deliver(
          outcome{shared_bytes{std::string{"?"}}, {}, step_result::paused, {}});
    });
  }
  /// The next step; what comes of it is in `sink` under `tag`.
  void resume(uint64_t tag) {
    auto c = step(tag);
    keep(sys.spawn([this, c, tag](caf::event_based_actor* me) {
      me->request(actor, caf::infinite, atom::resume_session_v, c)
          .then([this, tag](outcome& o) { sink->settle(tag_id{tag}, std::move(o)); },
                [this, tag](caf::error& e) {
                  sink->settle(tag_id{tag}, failure(to_fault(e)));
                });
    }));
    run();
  }
  /// The session is on record; how the watch ends is in `watched`.
  void watch() {
    keep(sys.spawn([this](caf::event_based_actor* me) {
      me->request(actor, caf::infinite, atom::watch_session_v, std::string{"s"})
          .then([this](atom::watch_session) { watched.push_back({}); },
                [this](caf::error& e) { watched.push_back(to_fault(e)); });
    }));
    run();
  }
  /// A worker joins that an earlier node has left, with these sessions in it.
  void take_over(const std::vector<std::string>& sessions) {
    auto record = std::make_shared<worker_record>();
    auto w = make_worker(record);
    workers.push_back({w, record, 0});
    tell(actor, atom::join_v, member{w, 0, incarnation_id{workers.size()}, 1, sessions});
  }
  void forget() { tell(actor, atom::end_session_v, std::string{"s"}); }

  std::vector<fault> watched;
};

const fault death{
    code::worker_died, "it died", {.end = worker_end{end_reason::signal, signalled{9}}}};

} // namespace sessions_in_brokers

BOOST_FIXTURE_TEST_SUITE(sessions_in_brokers, session_fixture)

BOOST_AUTO_TEST_CASE(the_worker_of_a_paused_session_is_kept_for_it) {
  pool.size = 2;
  start();
  join(0);
  join(1);
  submit({step(1)});
  size_t own = worker(0).jobs.empty() ? 1 : 0;
  pause(own, 0);
  BOOST_TEST(sink->result(1) == "?");
  BOOST_TEST(status().in_flight == 0u);
  submit({make(2), make(3)});
  BOOST_TEST(worker(own).jobs.size() == 1u);
  BOOST_TEST(worker(1 - own).jobs.size() == 1u);
  resume(4);
  BOOST_REQUIRE(worker(own).jobs.size() == 2u);
  BOOST_TEST((worker(own).jobs[1].what.start == job_start::resumed));
  BOOST_TEST(worker(own).jobs[1].what.session.view() == "s");
  answer(own, 1, "\"end\"");
  BOOST_TEST(sink->result(4) == "\"end\"");
  BOOST_TEST(worker(own).jobs.size() == 3u); // the call that waited
}

BOOST_AUTO_TEST_CASE(what_is_asked_outside_of_a_session_frees_the_worker) {
  start();
  join(0);
  submit({make(1), make(2)});
  pause(0, 0);
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_death_of_a_paused_sessions_worker_is_told_with_its_cause) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  watch();
  BOOST_TEST(watched.empty());
  die(0, death);
  BOOST_REQUIRE(watched.size() == 1u);
  BOOST_TEST((watched[0] == death));
  resume(2);
  BOOST_TEST(sink->error(2).what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_death_before_anybody_watched_is_told_to_who_asks_next) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  die(0, death);
  watch();
  BOOST_REQUIRE(watched.size() == 1u);
  BOOST_TEST((watched[0] == death));
}

BOOST_AUTO_TEST_CASE(a_watch_ends_when_the_session_goes_on) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  watch();
  resume(2);
  BOOST_REQUIRE(watched.size() == 1u);
  BOOST_TEST((watched[0].what == code::none));
}

BOOST_AUTO_TEST_CASE(a_forgotten_session_gives_its_worker_back_once_that_has_ended_it) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  submit({make(2)});
  BOOST_TEST(worker(0).jobs.size() == 1u);
  forget();
  BOOST_TEST(worker(0).jobs.size() == 2u);
  resume(3);
  BOOST_TEST(sink->error(3).what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_forgotten_while_it_runs_or_waits_is_cancelled) {
  start();
  join(0);
  submit({step(1), step(2)});
  forget();
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(sink->error(2).what == code::cancelled);
  BOOST_TEST(worker(0).cancelled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_step_that_the_worker_does_not_take_leaves_the_session_as_it_was) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  resume(2);
  fail(0, 1, {code::bad_request, "no"});
  BOOST_TEST(sink->error(2).what == code::bad_request);
  resume(3);
  BOOST_TEST(worker(0).jobs.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_step_too_long_for_the_pool_leaves_the_session_as_it_was) {
  pool.max_frame = 2;
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  resume(1000);
  BOOST_TEST(sink->error(1000).what == code::bad_request);
  resume(3);
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_retiring_worker_stays_until_its_session_has_ended) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  auto retired = ask(actor, atom::retire_v, incarnation(0));
  BOOST_TEST(!has_answer());
  resume(2);
  answer(0, 1, "1");
  BOOST_TEST(has_answer());
  answer_of<atom::retire>(retired);
}

BOOST_AUTO_TEST_CASE(a_paused_session_holds_up_no_drain_and_goes_on_no_more) {
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  auto drained = ask(actor, atom::drain_v);
  answer_of<atom::drain>(drained);
  resume(2);
  BOOST_TEST(sink->error(2).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_session_is_never_run_again_elsewhere) {
  pool.size = 2;
  start();
  join(0);
  submit({step(1)});
  pause(0, 0);
  join(1);
  resume(2);
  fail(0, 1, {code::unavailable, "ending"});
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(worker(1).jobs.empty());
}

// -- sessions of an earlier node -------------------------------------------------

BOOST_AUTO_TEST_CASE(a_step_waits_for_the_worker_that_an_earlier_node_has_left) {
  detached_workers = {{0, {55, 5, "/s", "/l"}, {"s"}}};
  start();
  resume(1);
  watch();
  BOOST_TEST(sink->count(1) == 0u);
  BOOST_TEST(watched.empty());
  take_over({"s"});
  BOOST_REQUIRE(worker(0).jobs.size() == 1u);
  BOOST_TEST((worker(0).jobs[0].what.start == job_start::resumed));
  submit({make(2)});
  BOOST_TEST(worker(0).jobs.size() == 1u);
  answer(0, 0, "\"end\"");
  BOOST_TEST(sink->result(1) == "\"end\"");
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_place_is_kept_in_a_worker_that_was_taken_over) {
  detached_workers = {{0, {55, 5, "/s", "/l"}, {"s"}}};
  start();
  take_over({"s"});
  submit({make(2)});
  BOOST_TEST(worker(0).jobs.empty());
  resume(1);
  BOOST_TEST(worker(0).jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_worker_that_does_not_come_is_told) {
  detached_workers = {{0, {55, 5, "/s", "/l"}, {"s"}}};
  start();
  resume(1);
  watch();
  tell(actor, atom::lose_sessions_v, std::vector<std::string>{"s", "other"}, death);
  BOOST_TEST(sink->error(1).what == code::worker_died);
  BOOST_REQUIRE(watched.size() == 1u);
  BOOST_TEST((watched[0] == death));
}

BOOST_AUTO_TEST_CASE(a_step_that_waits_for_a_worker_ends_with_its_session) {
  detached_workers = {{0, {55, 5, "/s", "/l"}, {"s"}}};
  start();
  resume(1);
  forget();
  BOOST_TEST(sink->error(1).what == code::cancelled);
}

BOOST_AUTO_TEST_CASE(a_session_that_ended_before_its_worker_came_is_ended_there) {
  detached_workers = {{0, {55, 5, "/s", "/l"}, {"s"}}};
  start();
  forget();
  take_over({"s"});
  submit({make(2)});
  BOOST_TEST(worker(0).jobs.size() == 1u); // the place is free again
}

BOOST_AUTO_TEST_SUITE_END()
