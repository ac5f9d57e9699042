#include "actors/interfaces/request_with_timeout.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <vector>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::testing;

namespace loop_clocks {

struct no_state {
  explicit no_state(caf::local_actor*) {}
};

/// Answers when it is told to, or never.
using callee = caf::typed_actor<caf::replies_to<uint64_t>::with<uint64_t>,
                                caf::reacts_to<atom::stop>>;
using caller =
    caf::typed_actor<caf::reacts_to<atom::connected>, caf::reacts_to<internal::work_due>,
                     caf::reacts_to<atom::stop>>;
template <class Handle>
using pinned = pinned_actor<Handle, no_state>;

callee::behavior_type answers(pinned<callee>* self) {
  return {[](uint64_t n) { return n; }, [=](atom::stop) { self->quit(); }};
}

/// Owes its answers for ever.
callee::behavior_type is_silent(pinned<callee>* self) {
  auto owed = std::make_shared<std::vector<caf::typed_response_promise<uint64_t>>>();
  return {[=](uint64_t) {
            owed->push_back(self->make_response_promise<uint64_t>());
            return owed->back();
          },
          [=](atom::stop) {
            owed->clear();
            self->quit();
          }};
}

/// What a caller met, and how late; read it after `done` has counted.
struct record {
  std::vector<caf::error> errors;
  std::vector<uint64_t> answers;
  std::vector<steady_clock::duration> waited;
  tally done;
};

/// Correlates `count` requests with `timeout` when it is started.
caller::behavior_type asks(pinned<caller>* self, const callee& whom, uint64_t count,
                           std::chrono::milliseconds timeout, record* out) {
  return {[=](atom::connected) {
            for (uint64_t i = 0; i < count; ++i) {
              auto began = steady_clock::now();
              request_with_timeout<uint64_t>(
                  self, whom, timeout, i,
                  [=](uint64_t n) {
                    out->answers.push_back(n);
                    out->done.add();
                  },
                  [=](caf::error& e) {
                    out->errors.push_back(std::move(e));
                    out->waited.push_back(steady_clock::now() - began);
                    out->done.add();
                  });
            }
          },
          [](internal::work_due) {}, [=](atom::stop) { self->quit(); }};
}

struct fixture : loop_fixture {
  record seen;

  size_t timers(running_loop& l) {
    return l.run([&] { return l.home.clock().size(); });
  }
  size_t timers() { return timers(first); }

  template <class... Handles>
  void end(const Handles&... actors) {
    (caf::anon_send(actors, atom::stop_v), ...);
  }
};

} // namespace loop_clocks

BOOST_FIXTURE_TEST_SUITE(loop_clocks, fixture)

BOOST_AUTO_TEST_CASE(a_request_that_is_not_answered_times_out_when_it_is_due) {
  auto silent = spawn_on(second.home, is_silent);
  auto a = spawn_on(first.home, asks, silent, 1, 50ms, &seen);
  caf::anon_send(a, atom::connected_v);
  BOOST_TEST(seen.done.reaches(1));
  BOOST_REQUIRE(seen.errors.size() == 1u);
  BOOST_TEST((seen.errors[0] == caf::sec::request_timeout));
  BOOST_TEST((seen.waited[0] >= 50ms));
  BOOST_TEST((seen.waited[0] < 1s));
  BOOST_TEST(timers() == 0u);
  end(silent, a);
}

BOOST_AUTO_TEST_CASE(the_timeout_of_an_answered_request_is_taken_back) {
  auto other = spawn_on(second.home, answers);
  auto a = spawn_on(first.home, asks, other, 1000, 1h, &seen);
  caf::anon_send(a, atom::connected_v);
  BOOST_TEST(seen.done.reaches(1000));
  BOOST_TEST(seen.answers.size() == 1000u);
  BOOST_TEST(timers() == 0u);
  end(other, a);
}

BOOST_AUTO_TEST_CASE(a_request_that_waits_holds_one_timer_of_its_own_loop) {
  auto silent = spawn_on(second.home, is_silent);
  auto a = spawn_on(first.home, asks, silent, 3, 1h, &seen);
  caf::anon_send(a, atom::connected_v);
  // A second round trip through both loops: by then the requests have been sent.
  first.run([] { return true; });
  BOOST_TEST(timers(first) == 3u);
  BOOST_TEST(timers(second) == 0u);
  // An hour is not waited for: what is left goes with its actor.
  end(a);
  first.run([] { return true; });
  BOOST_TEST(timers(first) == 0u);
  end(silent);
}

BOOST_AUTO_TEST_CASE(requests_of_two_callers_time_out_apart_from_each_other) {
  auto silent = spawn_on(second.home, is_silent);
  record later;
  auto a = spawn_on(first.home, asks, silent, 2, 20ms, &seen);
  auto b = spawn_on(first.home, asks, silent, 2, 1h, &later);
  caf::anon_send(b, atom::connected_v);
  caf::anon_send(a, atom::connected_v);
  BOOST_TEST(seen.done.reaches(2));
  BOOST_TEST(timers() == 2u);
  BOOST_TEST(first.run([&] { return later.errors.size(); }) == 0u);
  end(silent, a, b);
}

BOOST_AUTO_TEST_CASE(an_actor_off_the_loops_has_its_timeouts_from_cafs_clock) {
  auto silent = spawn_on(second.home, is_silent);
  auto a = system.spawn([&](caf::event_based_actor* self) {
    auto began = steady_clock::now();
    self->request(silent, 30ms, uint64_t{1})
        .then([](uint64_t) {},
              [&, began](caf::error& e) {
                seen.errors.push_back(std::move(e));
                seen.waited.push_back(steady_clock::now() - began);
                seen.done.add();
              });
  });
  BOOST_TEST(seen.done.reaches(1));
  BOOST_REQUIRE(seen.errors.size() == 1u);
  BOOST_TEST((seen.errors[0] == caf::sec::request_timeout));
  BOOST_TEST((seen.waited[0] >= 30ms));
  end(silent);
}

BOOST_AUTO_TEST_CASE(a_delayed_message_arrives_when_it_is_due_and_in_time) {
  auto fun = [&](pinned<caller>* self) -> caller::behavior_type {
    auto began = steady_clock::now();
    for (auto delay : {30ms, 10ms})
      self->delayed_send(self, delay, internal::work_due_v);
    return {[](atom::connected) {},
            [&, began](internal::work_due) {
              seen.waited.push_back(steady_clock::now() - began);
              seen.done.add();
            },
            [=](atom::stop) { self->quit(); }};
  };
  auto a = spawn_on(first.home, fun);
  BOOST_TEST(seen.done.reaches(2));
  BOOST_TEST((seen.waited[0] >= 10ms));
  BOOST_TEST((seen.waited[0] < 1s));
  BOOST_TEST((seen.waited[1] >= 30ms));
  BOOST_TEST((seen.waited[1] < 1s));
  BOOST_TEST(timers() == 0u);
  end(a);
}

BOOST_AUTO_TEST_CASE(a_timer_fires_although_the_loop_is_never_out_of_messages) {
  // It sends to itself without end, so the loop never comes to rest.
  auto fun = [&](pinned<caller>* self) -> caller::behavior_type {
    self->delayed_send(self, 30ms, internal::work_due_v);
    return {[=](atom::connected) { self->send(self, atom::connected_v); },
            [&, self](internal::work_due) {
              self->quit();
              seen.done.add();
            },
            [](atom::stop) {}};
  };
  auto a = spawn_on(first.home, fun);
  caf::anon_send(a, atom::connected_v);
  BOOST_TEST(seen.done.reaches(1));
}

BOOST_AUTO_TEST_SUITE_END()
