#include "actors/supervisor/worker_loops.hpp"

#include "tests/actors/loop/support_loop.hpp"
#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::supervisor;
using namespace troupe::testing;

namespace loops_of_workers {

/// Notes on which loop it is told what.
struct told_launcher : launcher {
  using record = std::vector<std::pair<std::string, loop::event_loop*>>;

  /// @param notes_end Whether its own end is noted, too.
  explicit told_launcher(record& to, const bool& notes_end)
    : to_(to)
    , notes_end_(notes_end) {}
  ~told_launcher() override {
    if (notes_end_)
      note("gone");
  }
  void launch(spawn_spec, child_owner_ptr) override {}
  void renew() override { note("renew"); }
  void revert() override { note("revert"); }
  void rest() override { note("rest"); }

private:
  void note(const char* what) { to_.emplace_back(what, loop::event_loop::current()); }

  record& to_;
  const bool& notes_end_;
};

/// A pool on the loop `first` of two.
struct two_loops_fixture : loop_fixture {
  worker_loops make() {
    return {{&first.home, &second.home}, [this](loop::event_loop& one) {
              made.push_back(&one);
              return std::make_shared<told_launcher>(told[&one], gone);
            }};
  }

  bool gone = false;
  std::vector<loop::event_loop*> made;
  std::map<loop::event_loop*, told_launcher::record> told;
};

/// A SUPERVISOR whose workers only note where they were started.
struct placing_fixture : supervisor_fixture {
  placing_fixture() {
    worker_registry all;
    startable_kind k;
    k.kind.traits.kind = pool.workers.kind;
    k.spawn = [this](caf::local_actor&, worker_start s) {
      numbers.push_back(s.loop_number);
      caf::anon_send(s.supervisor, atom::ready_v, s.incarnation, worker_info{});
      return workers.emplace_back(make_worker(taken));
    };
    all.add(std::move(k));
    kinds = std::make_shared<const worker_registry>(std::move(all));
    pool.size = 2;
  }
  ~placing_fixture() { workers.clear(); }

  void start_on_two() {
    worker_loops loops{{&one, &other}, [this](loop::event_loop&) { return starter; }};
    actor = sys.spawn(supervisor_behavior, context(), make_broker(record), loops);
    kept.insert(kept.begin(), caf::actor_cast<caf::strong_actor_ptr>(actor));
    run();
  }

  /// They do not run: nobody lives there.
  loop::event_loop one{sys, 0us};
  loop::event_loop other{sys, 0us};
  std::vector<size_t> numbers;
  std::vector<worker_actor> workers;
  std::shared_ptr<worker_record> taken = std::make_shared<worker_record>();
};

} // namespace loops_of_workers

BOOST_AUTO_TEST_SUITE(loops_of_workers)

BOOST_FIXTURE_TEST_CASE(workers_take_turns_on_as_many_loops_as_the_pool_says,
                        two_loops_fixture) {
  auto loops = make();
  auto place = [&](int32_t index, uint32_t spread) {
    auto& p = loops.place_of(index, spread);
    BOOST_TEST(p.number == (p.loop == &second.home ? 1u : 0u));
    return p.loop;
  };
  for (int32_t i = 0; i < 4; ++i)
    BOOST_TEST(place(i, 1) == &first.home);
  BOOST_TEST(made.size() == 1u);
  for (int32_t i = 0; i < 4; ++i)
    BOOST_TEST(place(i, 2) == (i % 2 == 0 ? &first.home : &second.home));
  BOOST_TEST((made == std::vector<loop::event_loop*>{&first.home, &second.home}));
  // There are no more.
  BOOST_TEST(place(2, 3) == &first.home);
}

BOOST_FIXTURE_TEST_CASE(each_launcher_is_told_on_its_own_loop, two_loops_fixture) {
  auto loops = make();
  loops.renew(); // there is none yet
  loops.place_of(0, 2);
  loops.place_of(1, 2);
  first.run([&] {
    loops.renew();
    loops.revert();
    loops.rest();
    return true;
  });
  second.run([] { return true; }); // after what was posted there
  for (auto one : {&first.home, &second.home})
    BOOST_TEST(
        (told[one]
         == told_launcher::record{{"renew", one}, {"revert", one}, {"rest", one}}));
}

BOOST_FIXTURE_TEST_CASE(launchers_of_loops_that_are_left_rest, two_loops_fixture) {
  auto loops = make();
  loops.place_of(0, 2);
  loops.place_of(1, 2);
  first.run([&] {
    loops.rest(1);
    return true;
  });
  second.run([] { return true; });
  BOOST_TEST(told[&first.home].empty());
  BOOST_TEST((told[&second.home] == told_launcher::record{{"rest", &second.home}}));
}

BOOST_FIXTURE_TEST_CASE(each_launcher_goes_on_its_own_loop, two_loops_fixture) {
  std::optional<worker_loops> loops = make();
  loops->place_of(0, 2);
  loops->place_of(1, 2);
  gone = true;
  first.run([&] {
    loops.reset();
    return true;
  });
  second.run([] { return true; });
  for (auto one : {&first.home, &second.home})
    BOOST_TEST((told[one] == told_launcher::record{{"gone", one}}));
}

BOOST_FIXTURE_TEST_CASE(without_a_loop_they_are_where_their_supervisor_is,
                        two_loops_fixture) {
  told_launcher::record to;
  worker_loops loops{std::make_shared<told_launcher>(to, gone)};
  auto& place = loops.place_of(5, 3);
  BOOST_TEST(place.loop == nullptr);
  BOOST_TEST(place.number == 0u);
  BOOST_TEST(place.starter != nullptr);
}

BOOST_FIXTURE_TEST_CASE(a_reload_spreads_the_workers_of_a_pool, placing_fixture) {
  start_on_two();
  BOOST_TEST((numbers == std::vector<size_t>{0, 0}));
  pool.loops = 2;
  tell(actor, atom::reload_v, context(), reload_scope::where_different);
  BOOST_TEST((numbers == std::vector<size_t>{0, 0, 0, 1}));
  BOOST_TEST(record->joined.size() == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
