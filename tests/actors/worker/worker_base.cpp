#include "actors/worker/worker_base.hpp"

#include "protocol/base/limits.hpp"
#include "tests/actors/fixture.hpp"

#include <csignal>

using namespace troupe;
using namespace troupe::worker;
using namespace troupe::testing;

namespace worker_bases {

using numbers = std::vector<uint64_t>;
using signal_list = std::vector<int>;

/// A kind of worker without an actor: the test turns its clock.
class bare_worker : public worker_base {
public:
  void ask_to_end(end_reason, milliseconds) override { ++asked; }
  void fail_calls(const fault& why) override { failed.push_back(why.message); }
  void on_exited(const exit_status& status) override {
    process.reset();
    leave_with({code::worker_died, to_string(status), {.end = report_end(status)}});
  }
  std::optional<steady_clock::time_point> unused_since() const override { return used; }
  bool may_be_replaced() const override { return may_go; }
  steady_clock::time_point now() const override { return clock; }
  void set_timer_number(uint64_t number, milliseconds delay) override {
    timers.emplace(clock + delay, number);
  }
  void sample_memory(std::function<void(uint64_t)> then) override { then(memory); }
  void quit(const fault& why) override { left = why; }

  void advance(milliseconds by) {
    auto until = clock + by;
    while (!timers.empty() && timers.begin()->first <= until) {
      clock = timers.begin()->first;
      auto number = timers.begin()->second;
      timers.erase(timers.begin());
      BOOST_TEST(on_base_timer(number));
    }
    clock = until;
  }

  int asked = 0;
  std::vector<std::string> failed;
  std::optional<steady_clock::time_point> used;
  bool may_go = true;
  uint64_t memory = 0;
  steady_clock::time_point clock{1h};
  std::multimap<steady_clock::time_point, uint64_t> timers;
  std::optional<fault> left;
};

struct base_fixture : fixture {
  base_fixture() {
    pool.stop_timeout = 2s;
    pool.recycle.jitter = 0;
  }

  void begin() {
    w.identify(context(), worker_identity{0, incarnation_id{7}}, make_supervisor(record),
               starter);
    launch_result r{child_ptr{child}};
    taken = w.take_child(r);
    w.begin_recycling();
  }
  void advance(milliseconds by) {
    w.advance(by);
    run();
  }

  std::shared_ptr<supervisor_record> record = std::make_shared<supervisor_record>();
  std::shared_ptr<fake_child> child = std::make_shared<fake_child>(1000);
  bare_worker w;
  bool taken = false;
};

} // namespace worker_bases

BOOST_FIXTURE_TEST_SUITE(worker_bases, base_fixture)

BOOST_AUTO_TEST_CASE(a_child_that_could_not_be_started_ends_its_actor) {
  w.identify(context(), worker_identity{0, incarnation_id{7}}, make_supervisor(record),
             starter);
  launch_result r = failure(code::worker_died, "no such file");
  BOOST_TEST(!w.take_child(r));
  BOOST_TEST(w.left.value().message == "no such file");
  BOOST_TEST((w.phase == worker_phase::dead));
}

BOOST_AUTO_TEST_CASE(a_child_that_is_not_wanted_any_more_is_killed_as_it_comes) {
  w.kill(end_reason::shutdown, {code::shutting_down});
  begin();
  BOOST_TEST(!taken);
  BOOST_TEST(child->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  run();
  BOOST_TEST(count_events("worker_started") == 1u); // since its exit will be told
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_end_is_asked_terminated_killed_and_given_up) {
  begin();
  BOOST_TEST(taken);
  w.stop(end_reason::restart);
  w.stop(end_reason::shutdown); // it is being stopped
  BOOST_TEST(w.asked == 1);
  advance(999ms);
  BOOST_TEST(child->signals.empty());
  advance(1ms);
  BOOST_TEST((child->signals == signal_list{SIGTERM}));
  advance(2s);
  BOOST_TEST((child->signals == signal_list{SIGTERM, SIGKILL}));
  BOOST_TEST(!w.left);
  advance(kill_grace);
  BOOST_TEST(w.failed.size() == 1u);
  BOOST_TEST((w.left.value().details.end->reason == end_reason::restart));
  BOOST_TEST(logged("does not end after SIGKILL").size() == 1u);
  run();
  BOOST_TEST(count_events("worker_exited") == 1u);
}

BOOST_AUTO_TEST_CASE(a_child_that_closed_its_output_and_lives_on_is_killed) {
  begin();
  w.set_timer(worker_base::timer::kill, 1s);
  advance(1s);
  BOOST_TEST((child->signals == signal_list{SIGKILL}));
  w.on_exited(signalled{SIGKILL});
  BOOST_TEST((w.left.value().details.end->reason == end_reason::disconnected));
  BOOST_TEST((w.left->what == code::worker_died));
}

BOOST_AUTO_TEST_CASE(what_a_worker_counted_is_told_last) {
  begin();
  w.counters.calls = 3;
  w.kill(end_reason::heartbeat, {code::timeout, "too slow"});
  w.on_exited(signalled{SIGKILL});
  run();
  BOOST_TEST(record->counted.calls == 3u);
  BOOST_TEST(w.left.value().message == "too slow");
  BOOST_TEST((w.left->what == code::timeout));
}

BOOST_AUTO_TEST_CASE(one_that_somebody_is_at_asks_when_nobody_is) {
  pool.recycle.age = 5s;
  begin();
  w.may_go = false;
  advance(5s);
  advance(10s);
  BOOST_TEST(record->recycled.empty());
  w.may_go = true;
  advance(std::chrono::ceil<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled == numbers{7}, boost::test_tools::per_element());
  w.reach_limit(end_reason::jobs);
  advance(1min);
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_grows_asks_when_it_is_too_large) {
  pool.recycle.memory = 100;
  begin();
  w.memory = 99;
  advance(std::chrono::ceil<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled.empty());
  w.memory = 100;
  advance(std::chrono::ceil<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_is_idle_from_its_last_use_and_not_while_it_is_in_use) {
  pool.recycle.idle = 5s;
  begin();
  advance(20s);
  BOOST_TEST(record->recycled.empty());
  w.used = w.clock - 3s;
  w.set_idle_notice(4s);
  advance(1s);
  BOOST_TEST(record->idle == numbers{7}, boost::test_tools::per_element());
  advance(4s);
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
