#include "tests/actors/loop/support_loop.hpp"

#include <set>
#include <vector>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::testing;

namespace pinned_actors {

struct no_state {
  explicit no_state(caf::local_actor*) {}
};

/// Adds what it is sent; answers with the sum. Ends when it is asked to check.
using adder = caf::typed_actor<caf::reacts_to<uint64_t>,
                               caf::replies_to<atom::status>::with<uint64_t>,
                               caf::reacts_to<internal::work_due>>;

/// Where an actor's handlers ran. Its own thread is the only writer; read it after
/// `done` has counted.
struct footprints {
  std::set<std::thread::id> threads;
  /// Whether `event_loop::current` was ever a loop, and which.
  std::set<event_loop*> loops;
  tally done;
};
using footprints_ptr = std::shared_ptr<footprints>;

template <class Self>
adder::behavior_type add(Self* self, const footprints_ptr& seen) {
  auto step = [seen] {
    seen->threads.insert(std::this_thread::get_id());
    seen->loops.insert(event_loop::current());
  };
  auto sum = std::make_shared<uint64_t>(0);
  step();
  return {
      [=](uint64_t n) {
        step();
        *sum += n;
        seen->done.add();
      },
      [=](atom::status) {
        step();
        return *sum;
      },
      [=](internal::work_due) {
        step();
        self->quit();
        seen->done.add();
      },
  };
}

adder::behavior_type pinned_adder(pinned_actor<adder, no_state>* self,
                                  const footprints_ptr& seen) {
  return add(self, seen);
}

adder::behavior_type shared_adder(shared_actor<adder, no_state>* self,
                                  const footprints_ptr& seen) {
  return add(self, seen);
}

/// An actor of no loop that passes on what it gets.
caf::behavior forward(caf::event_based_actor*, const adder& to) {
  return {[=](uint64_t n) { caf::anon_send(to, n); }};
}

using threads = std::set<std::thread::id>;

struct fixture : loop_fixture {
  footprints_ptr seen = std::make_shared<footprints>();
};

} // namespace pinned_actors

BOOST_FIXTURE_TEST_SUITE(pinned_actors, fixture)

BOOST_AUTO_TEST_CASE(a_pinned_actor_runs_on_its_loop_whoever_sends) {
  constexpr uint64_t each = 2000;
  auto a = spawn_on(first.home, pinned_adder, seen);
  // From a thread of the scheduler, from another loop, from its own, and from outside.
  auto middle = system.spawn(forward, a);
  std::vector<std::thread> outside;
  for (int t = 0; t < 2; ++t)
    outside.emplace_back([&] {
      for (uint64_t i = 0; i < each; ++i) {
        caf::anon_send(a, uint64_t{1});
        caf::anon_send(middle, uint64_t{1});
      }
    });
  for (auto* l : {&first.home, &second.home})
    l->post([&] {
      for (uint64_t i = 0; i < each; ++i)
        caf::anon_send(a, uint64_t{1});
    });
  for (auto& t : outside)
    t.join();
  BOOST_TEST(seen->done.reaches(6 * each));
  caf::anon_send(a, internal::work_due_v);
  BOOST_TEST(seen->done.reaches(6 * each + 1));
  BOOST_TEST((seen->threads == threads{first.thread()}));
  BOOST_TEST((seen->loops == std::set<event_loop*>{&first.home}));
  caf::anon_send_exit(middle, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(a_request_to_a_pinned_actor_is_answered_to_any_asker) {
  auto a = spawn_on(first.home, pinned_adder, seen);
  caf::anon_send(a, uint64_t{41});
  caf::scoped_actor self{system, true};
  self->request(a, patience, atom::status_v)
      .receive([](uint64_t sum) { BOOST_TEST(sum == 41u); },
               [](caf::error&) { BOOST_ERROR("no answer"); });
  caf::anon_send(a, internal::work_due_v);
  BOOST_TEST(seen->done.reaches(2));
}

BOOST_AUTO_TEST_CASE(what_a_pinned_actor_spawns_is_pinned_to_the_same_loop) {
  auto parent = [](pinned_actor<adder, no_state>* self,
                   const footprints_ptr& of_child) -> adder::behavior_type {
    auto child = self->spawn(pinned_adder, of_child);
    return {[=](uint64_t n) { caf::anon_send(child, n); },
            [](atom::status) { return uint64_t{0}; },
            [=](internal::work_due) {
              caf::anon_send(child, internal::work_due_v);
              self->quit();
            }};
  };
  auto a = spawn_on(first.home, parent, seen);
  caf::anon_send(a, uint64_t{1});
  caf::anon_send(a, internal::work_due_v);
  BOOST_TEST(seen->done.reaches(2));
  BOOST_TEST((seen->threads == threads{first.thread()}));
}

BOOST_AUTO_TEST_CASE(a_shared_actor_never_runs_on_a_loop) {
  constexpr uint64_t each = 1000;
  auto a = system.spawn(shared_adder, seen);
  for (auto* l : {&first.home, &second.home})
    l->post([&] {
      for (uint64_t i = 0; i < each; ++i)
        caf::anon_send(a, uint64_t{1});
    });
  BOOST_TEST(seen->done.reaches(2 * each));
  caf::anon_send(a, internal::work_due_v);
  BOOST_TEST(seen->done.reaches(2 * each + 1));
  BOOST_TEST(seen->threads.count(first.thread()) == 0u);
  BOOST_TEST(seen->threads.count(second.thread()) == 0u);
  BOOST_TEST((seen->loops == std::set<event_loop*>{nullptr}));
}

BOOST_AUTO_TEST_CASE(a_shared_actor_that_is_spawned_on_a_loop_does_not_run_there) {
  auto a = first.run([&] { return system.spawn(shared_adder, seen); });
  first.run([&] {
    caf::anon_send(a, internal::work_due_v);
    return true;
  });
  BOOST_TEST(seen->done.reaches(1));
  BOOST_TEST(seen->threads.count(first.thread()) == 0u);
}

BOOST_AUTO_TEST_CASE(two_loops_actors_send_each_other_everything_once) {
  constexpr uint64_t rounds = 5000;
  // Each sends the other one less, until nothing is left.
  using player = caf::typed_actor<caf::reacts_to<uint64_t, caf::strong_actor_ptr>>;
  auto play = [](pinned_actor<player, no_state>* self,
                 const footprints_ptr& out) -> player::behavior_type {
    return {[=](uint64_t left, const caf::strong_actor_ptr& other) {
      out->done.add();
      if (left > 0)
        caf::anon_send(caf::actor_cast<player>(other), left - 1,
                       caf::actor_cast<caf::strong_actor_ptr>(self));
      if (left <= 1)
        self->quit();
    }};
  };
  auto a = spawn_on(first.home, play, seen);
  auto b = spawn_on(second.home, play, seen);
  caf::anon_send(a, rounds, caf::actor_cast<caf::strong_actor_ptr>(b));
  BOOST_TEST(seen->done.reaches(rounds + 1));
  BOOST_TEST(seen->done.count() == rounds + 1);
}

BOOST_AUTO_TEST_SUITE_END()
