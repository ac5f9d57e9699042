#include "tests/actors/terminal/support_terminal.hpp"

#include "protocol/base/limits.hpp"

#include <unistd.h>

using namespace troupe;
using namespace troupe::terminal;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

BOOST_FIXTURE_TEST_SUITE(terminal_upkeep, terminal_fixture)

BOOST_AUTO_TEST_CASE(a_program_that_is_old_is_replaced) {
  pool.recycle.age = 5s;
  start();
  advance(5s - 1ms);
  BOOST_TEST(record->recycled.empty());
  advance(1ms);
  BOOST_TEST(record->recycled == numbers{7}, boost::test_tools::per_element());
  BOOST_TEST(count_events("worker_recycling") == 1u);
  advance(10s);
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(nobody_who_drives_loses_the_program_to_its_age) {
  pool.recycle.age = 1s;
  start();
  give("resize", R"({"rows":30,"cols":90,"session_id":"a"})");
  advance(10s);
  BOOST_TEST(record->recycled.empty());
  give("resize", R"({"release":true,"session_id":"a"})");
  advance(std::chrono::duration_cast<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_who_drives_and_is_gone_keeps_it_no_longer_than_the_lease) {
  pool.recycle.age = 1s;
  start();
  give("resize", R"({"rows":30,"cols":90,"session_id":"a"})");
  advance(2s);
  sched.clock().current_time += limits::resize_lease;
  advance(std::chrono::duration_cast<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(neither_messages_that_wait_nor_what_was_typed_are_lost_to_its_age) {
  pool.recycle.age = 1s;
  start();
  give("mode", R"({"mode":"manual_flush"})");
  give("send", R"({"message":"hello"})");
  advance(5s);
  BOOST_TEST(record->recycled.empty());
  give("flush");
  advance(100ms);
  BOOST_TEST(reads() == "hello\r");
  prints("hello");
  types("x");
  advance(5s);
  BOOST_TEST(record->recycled.empty());
  BOOST_TEST(reads() == "x");
  advance(std::chrono::duration_cast<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_program_is_idle_when_nothing_is_typed_nor_printed) {
  pool.recycle.idle = 3s;
  start();
  advance(2s);
  prints("x");
  advance(2s);
  types("x");
  reads();
  advance(2s);
  give("snapshot"); // looking at it is no use of it
  advance(1s - 1ms);
  BOOST_TEST(record->recycled.empty());
  advance(1ms);
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_program_that_has_grown_is_replaced) {
  pool.recycle.memory = 1024 * 1024; // this test has more
  start(::getpid());
  BOOST_TEST(record->recycled.empty());
  advance(std::chrono::duration_cast<milliseconds>(limits::memory_check));
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_too_many_of_an_elastic_pool_says_when_nobody_uses_it) {
  start();
  tell(actor, atom::report_idle_v, caf::timespan{2s});
  give("resize", R"({"rows":30,"cols":90,"session_id":"a"})");
  advance(5s);
  BOOST_TEST(record->idle.empty());
  give("resize", R"({"release":true,"session_id":"a"})");
  advance(4s);
  BOOST_TEST(!record->idle.empty());
  BOOST_TEST(record->idle.front() == 7u);
  tell(actor, atom::report_idle_v, caf::timespan{0});
  auto said = record->idle.size();
  advance(10s);
  BOOST_TEST(record->idle.size() == said);
}

BOOST_AUTO_TEST_SUITE_END()
