#include "tests/actors/worker/support_worker.hpp"

#include "protocol/base/limits.hpp"

#include <unistd.h>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

namespace worker_upkeep_rules {

using numbers = std::vector<uint64_t>;
using signal_list = std::vector<int>;

struct upkeep_fixture : worker_fixture {
  upkeep_fixture() { pool.recycle.jitter = 0; }

  void call(uint64_t ticket) {
    give(ticket);
    answers("0." + std::to_string(ticket));
  }

  /// Returns how many pings the child has got since the last time.
  size_t pings() {
    auto text = process->read();
    size_t n = 0;
    for (auto at = text.find("\"ping\""); at != std::string::npos;
         at = text.find("\"ping\"", at + 1))
      ++n;
    return n;
  }
  void answers_ping(int number) {
    writes(0, R"({"kind":"pong","request_id":"ping.)" + std::to_string(number) + "\"}");
  }
};

} // namespace worker_upkeep_rules

BOOST_FIXTURE_TEST_SUITE(worker_upkeep_rules, upkeep_fixture)

// -- recycling -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(after_so_many_calls_it_asks_once_to_be_replaced_and_works_on) {
  pool.recycle.jobs = 3;
  pool.recycle.age = 2s;
  start_ready();
  call(1);
  call(2);
  BOOST_TEST(record->recycled.empty());
  call(3);
  BOOST_TEST(record->recycled == numbers{7}, boost::test_tools::per_element());
  call(4);
  call(5);
  advance(2s); // a second reason
  BOOST_TEST(record->recycled.size() == 1u);
  BOOST_TEST(sink->result(5) == "1");
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(its_age_counts_from_ready) {
  pool.recycle.age = 2s;
  start();
  started(0);
  advance(1s); // it takes its time to start
  writes(0, R"({"kind":"ready","payload":{"protocol":1}})");
  advance(1999ms);
  BOOST_TEST(record->recycled.empty());
  advance(1ms);
  BOOST_TEST(record->recycled == numbers{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_call_puts_off_the_end_of_an_idle_worker) {
  pool.recycle.idle = 2s;
  start_ready();
  advance(1500ms);
  give(1);
  advance(3s); // long, but not idle
  BOOST_TEST(record->recycled.empty());
  answers("0.1");
  advance(1999ms);
  BOOST_TEST(record->recycled.empty());
  advance(1ms);
  BOOST_TEST(record->recycled == numbers{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(its_memory_is_looked_at_and_compared) {
  for (uint64_t most : {uint64_t{1}, UINT64_MAX / 2}) {
    worker_fixture f;
    f.pool.recycle.jitter = 0;
    f.pool.recycle.memory = most;
    f.start();
    // A process that exists, and uses some: this one.
    f.tell(f.owner(0), atom::spawned_v,
           launch_result{child_ptr{std::make_shared<fake_child>(::getpid())}});
    f.writes(0, R"({"kind":"ready","payload":{"protocol":1}})");
    f.advance(limits::memory_check - 1ms);
    BOOST_TEST(f.record->recycled.empty());
    f.advance(1ms);
    BOOST_TEST(f.record->recycled.size() == (most == 1 ? 1u : 0u));
  }
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_being_stopped_does_not_ask) {
  pool.recycle.age = 2s;
  start_ready();
  tell(actor, atom::stop_v, end_reason::shutdown);
  advance(3s);
  BOOST_TEST(record->recycled.empty());
}

BOOST_AUTO_TEST_CASE(jitter_only_shortens_a_limit_and_never_to_nothing) {
  pool.recycle.jitter = 1;
  pool.recycle.jobs = 1;
  start_ready();
  call(1);
  BOOST_TEST(record->recycled.size() == 1u);
}

// -- heartbeats ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_idle_child_that_answers_its_pings_is_left_alone) {
  pool.heartbeat = {1s, 400ms};
  start_ready(R"(,"capabilities":["ping"])");
  for (int i = 1; i <= 5; ++i) {
    advance(1s);
    BOOST_TEST(pings() == 1u);
    answers_ping(i);
  }
  advance(400ms);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(an_idle_child_that_misses_a_ping_is_killed_and_counts_as_dead) {
  pool.heartbeat = {1s, 400ms};
  start_ready(R"(,"capabilities":["ping"])");
  advance(1399ms);
  BOOST_TEST(process->signals.empty());
  advance(1ms);
  BOOST_TEST(process->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  give(1);
  BOOST_TEST(sink->error(1).what == code::unavailable);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(end.value().what == code::worker_died);
  BOOST_TEST(has(end->message, "did not answer a ping"));
}

BOOST_AUTO_TEST_CASE(a_child_that_works_is_not_pinged_until_it_is_idle_again) {
  pool.heartbeat = {1s, 400ms};
  start_ready(R"(,"capabilities":["ping"])");
  give(1);
  process->read();
  advance(5s);
  BOOST_TEST(pings() == 0u);
  BOOST_TEST(process->signals.empty());
  answers("0.1");
  advance(1s);
  BOOST_TEST(pings() == 1u);
}

BOOST_AUTO_TEST_CASE(a_child_that_cannot_ping_is_not_pinged) {
  pool.heartbeat = {1s, 400ms};
  start_ready();
  advance(5s);
  BOOST_TEST(pings() == 0u);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_SUITE_END()
