// Proves what counts as a turn of a loop, and that waiting does not.
#include "actors/loop/loop_load.hpp"

#include "tests/actors/loop/support_loop.hpp"

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::testing;

namespace loads_of_loops {

/// Times in microseconds.
struct load_fixture {
  static loop_load::time_point at(int us) {
    return loop_load::time_point{} + std::chrono::hours{1}
           + std::chrono::microseconds{us};
  }
  load_fixture() { load.start(at(0)); }
  size_t turns() const { return load.turns().count(); }
  int64_t busy() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(load.turns().sum())
        .count();
  }

  loop_load load;
};

} // namespace loads_of_loops

BOOST_FIXTURE_TEST_SUITE(loads_of_loops, load_fixture)

BOOST_AUTO_TEST_CASE(a_turn_lasts_from_the_event_that_ends_the_wait_to_the_next_wait) {
  load.begin_wait(at(10));
  load.look(at(520), at(500)); // its handlers have taken until now
  load.begin_wait(at(550));
  BOOST_TEST(turns() == 2u);
  BOOST_TEST(busy() == 10 + 50);
}

BOOST_AUTO_TEST_CASE(turns_without_a_wait_follow_each_other) {
  load.begin_wait(at(0));
  load.look(at(110), at(100));
  load.look(at(150), at(140));
  load.look(at(170), at(160));
  load.begin_wait(at(180));
  BOOST_TEST(turns() == 4u);
  BOOST_TEST(busy() == 80);
}

BOOST_AUTO_TEST_CASE(a_timer_begins_a_turn_when_the_loop_looks) {
  load.begin_wait(at(100));
  load.look(at(900), at(50)); // no event since
  load.begin_wait(at(930));
  BOOST_TEST(busy() == 100 + 30);
}

BOOST_AUTO_TEST_CASE(another_thread_begins_a_turn_before_the_loop_looks) {
  load.begin_wait(at(100));
  load.end_wait(at(800));
  load.look(at(900), at(50));
  load.begin_wait(at(930));
  BOOST_TEST(busy() == 100 + 130);
}

BOOST_FIXTURE_TEST_CASE(work_on_a_loop_is_counted_and_its_sleep_is_not, loop_fixture) {
  auto begun = steady_clock::now();
  std::promise<void> done;
  first.home.post([&] {
    std::this_thread::sleep_for(20ms);
    done.set_value();
  });
  get(done.get_future());
  auto load_now = [&] {
    std::promise<metrics::duration_histogram> told;
    auto result = told.get_future();
    first.home.post([&] { told.set_value(first.home.load().turns()); });
    return get(std::move(result));
  };
  std::this_thread::sleep_for(100ms); // in which the loop has nothing to do
  auto load = load_now();
  BOOST_TEST((load.sum() >= 20ms));
  BOOST_TEST((load.sum() <= steady_clock::now() - begun - 50ms));
  BOOST_TEST(load.count() >= 1u);
}

BOOST_AUTO_TEST_SUITE_END()
