#include "tests/broker/support.hpp"

#include "broker/commands/event_text.hpp"
#include "broker/commands/status_table.hpp"

#include <boost/json/parse.hpp>

#include <sstream>

using troupe::commands::event_text;
using troupe::commands::look;
using troupe::commands::table;

namespace tables {

std::string text_of(const table& t, bool colour = false) {
  std::ostringstream out;
  t.print(out, colour);
  return out.str();
}

} // namespace tables

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(columns_are_aligned_and_no_line_ends_in_spaces) {
  table t{{{"NAME"}, {"N", true}, {"LAST"}}};
  t.add({std::string{"caf\xC3\xA9 one"}, std::string{"7"}, std::string{}});
  t.add({std::string{"b"}, std::string{"1234"}, std::string{"x"}});
  BOOST_TEST(text_of(t)
             == "NAME         N  LAST\n"
                "caf\xC3\xA9 one     7\n"
                "b         1234  x\n");
}

BOOST_AUTO_TEST_CASE(a_table_without_rows_is_its_head) {
  BOOST_TEST(text_of(table{{{"A"}, {"B"}}}) == "A  B\n");
}

BOOST_AUTO_TEST_CASE(colours_take_no_room) {
  table t{{{"A"}, {"B"}}};
  t.add({{"xx", look::bad}, {"y", look::plain}});
  BOOST_TEST(text_of(t, true)
             == "\x1b[1mA\x1b[0m   \x1b[1mB\x1b[0m\n\x1b[31mxx\x1b[0m  y\n");
}

BOOST_AUTO_TEST_CASE(a_cell_is_one_line_without_escapes) {
  table t{{{"A"}}};
  t.add({std::string{"a\n\x1b[2J"}});
  BOOST_TEST(text_of(t) == "A\na\\n\\x1b[2J\n");
}

BOOST_AUTO_TEST_CASE(pools_show_their_load_and_their_problem) {
  auto pools = boost::json::parse(R"([
    {"name":"echo","state":"ready","size":2,"workers":2,"slots":2,"waiting":3,
     "in_flight":0,"abandoned":1,"calls":10,"errors":0,
     "totals":{"calls":10,"late":4,"stray":0},"error":null},
    {"name":"x","state":"unavailable","size":1,"workers":0,"slots":0,"waiting":0,
     "in_flight":0,"calls":1,"errors":1,"error":{"code":"spawn_failed","message":"no x"}}])");
  BOOST_TEST(
      text_of(troupe::commands::pool_table(pools.as_array()))
      == "POOL  STATE        WORKERS  RUNNING  WAITING  CALLS  ERRORS  LATE  STRAY  "
         "PROBLEM\n"
         "echo  ready            2/2      1/2        3     10       0     4      0\n"
         "x     unavailable      0/1      0/0        0      1       1               "
         "spawn_failed: no x\n");
}

BOOST_AUTO_TEST_CASE(workers_show_their_call_and_how_the_last_one_ended) {
  auto workers = boost::json::parse(R"([
    {"name":"e.0","state":"busy","pid":123,"in_flight":3,"calls":10,"memory":10485760,"cpu":3.14E0,
     "current":{"kind":"up","age_ms":1500,"abandoned":false},"restarts":0,"uptime_ms":65000,"last_exit":null},
    {"name":"e.1","state":"dead","pid":null,"in_flight":0,"calls":0,"memory":0,
     "current":null,"restarts":2,"uptime_ms":0,
     "last_exit":{"code":"worker_died","message":"m","reason":"signal","signal":9,
                  "signal_name":"SIGKILL","age_ms":65000}},
    {"last_exit":{"code":"worker_died","reason":"crash","exit_code":3,"age_ms":999}},
    {"last_exit":{"code":"worker_died","reason":"crash","exit_code":null,"age_ms":999}},
    {"last_exit":{"code":"timeout","reason":"timeout","signal":9,"signal_name":"SIGKILL",
                  "age_ms":7200000}},
    {"last_exit":{"code":"none","reason":"reload","exit_code":0,"age_ms":2000}},
    {"last_exit":{"code":"spawn_failed","age_ms":1000}},
    {"last_exit":{"code":"worker_died","reason":"crash","exit_code":3,"age_ms":86400000}},
    7])");
  BOOST_TEST(
      text_of(troupe::commands::worker_table(workers.as_array()))
      == "WORKER  STATE  PID  UPTIME  MEMORY   CPU  CALLS  RESTARTS  CURRENT CALL  "
         "LAST EXIT\n"
         "e.0     busy   123   1m05s   10MiB  3.1%     10         0  up 1s +2\n"
         "e.1     dead     -       -       -     -      0         2                "
         "signal (SIGKILL) 1m05s ago\n"
         "                 -       -       -     -                                 "
         "crash (exit 3) 999ms ago\n"
         "                 -       -       -     -                                 "
         "crash 999ms ago\n"
         "                 -       -       -     -                                 "
         "timeout 2h00m ago\n"
         "                 -       -       -     -                                 "
         "reload 2s ago\n"
         "                 -       -       -     -                                 "
         "spawn_failed 1s ago\n"
         "                 -       -       -     -\n"
         "                 -       -       -     -\n");
}

BOOST_AUTO_TEST_CASE(an_event_is_one_line) {
  BOOST_TEST(event_text(R"({"seq":1,"time":"T","kind":"worker_exited","worker":"e.0",)"
                        R"("expected":true,"text":"two words","o":{"a":[1]},"e":""})")
             == R"(T worker_exited seq=1 worker=e.0 expected=true text="two words" )"
                R"(o={"a":[1]} e="")");
  BOOST_TEST(event_text(R"({"seq":4,"kind":"gap","from":1,"to":4})")
             == "- gap seq=4 from=1 to=4");
}

BOOST_AUTO_TEST_SUITE_END()
