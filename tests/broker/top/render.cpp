// Proves what is seen on each page of top, at every size, whatever the node says.
#include "tests/broker/support.hpp"
#include "tests/broker/top/support.hpp"

#include <algorithm>

namespace top_screens {

using namespace troupe;
using namespace troupe::top;
using test::top_user;
using key_name = key::name;

size_t widest_line(const frame& f) {
  size_t widest = 0;
  for (auto& line : f.lines) {
    size_t width = 0;
    for (auto& s : line.spans())
      width += width_of(s.text);
    widest = std::max({widest, width, line.used()});
  }
  return widest;
}

/// Whether nothing on it steers a terminal.
bool is_harmless(const std::string& screen) {
  return std::all_of(
             screen.begin(), screen.end(),
             [](char c) { return c == '\n' || static_cast<unsigned char>(c) >= ' '; })
         && screen.find("\xC2\x9B") == std::string::npos
         && screen.find("\xE2\x80\xAE") == std::string::npos;
}

} // namespace top_screens

BOOST_AUTO_TEST_SUITE(top_screens)

BOOST_AUTO_TEST_CASE(pools_with_what_they_do_per_second) {
  top_user user;
  user.answer(test::two_pools);
  user.pass(std::chrono::seconds{2});
  auto later = std::string{test::two_pools};
  later.replace(later.find("\"calls\":40"), 10, "\"calls\":65");
  user.answer(later);
  BOOST_TEST(
      user.screen(8)
      == "troupe top  alpha 0.1.0, up 3m09s\n"
         "[1 pools] 2 workers  3 calls  4 terminals  5 events  6 nodes\n"
         "POOL  STATE        WORKERS  WAITING  CALLS/S  PROBLEM\n"
         "slow  unavailable      0/1       12      0.0  spawn_failed: no such program\n"
         "text  ready            2/2        0     12.5\n"
         "\n"
         "\n"
         "? help  q quit  / filter  <> sort  p pause  Enter in  Esc out\n");
  BOOST_TEST(user.screen(8, 120).find("slow  unavailable      0/1      0/0       12      "
                                      "0.0      7       3    -    -             spawn")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(workers_as_ps_shows_them) {
  top_user user{page::workers};
  user.answer(test::two_workers);
  BOOST_TEST(user.screen(6, 70)
             == "troupe top  alpha 0.1.0, up 3m07s\n"
                " 1 pools [2 workers] 3 calls  4 terminals  5 events  6 nodes\n"
                "WORKER  STATE  UPTIME  MEMORY  RESTARTS  CURRENT CALL  LAST EXIT\n"
                "text.0  busy    1m05s   10MiB         0  sleep 1s\n"
                "text.1  ready      5s    2MiB         2\n"
                "? help  q quit  / filter  <> sort  p pause  Enter in  Esc out\n");
}

BOOST_AUTO_TEST_CASE(calls_with_their_age_and_the_time_that_is_left) {
  top_user user{page::calls};
  user.answer(test::two_calls);
  BOOST_TEST(user.screen(6)
             == "troupe top  alpha 0.1.0, up 3m07s\n"
                " 1 pools  2 workers [3 calls] 4 terminals  5 events  6 nodes\n"
                "CALL           KIND   STATE      AGE  LEFT  WORKER  FROM\n"
                "text.c3-48213  sleep  running  1m01s     -  text.0  http\n"
                "slow.c4-1      upper  waiting  120ms   29s          worker text.1\n"
                "? help  q quit  / filter  <> sort  p pause  Enter in  Esc out\n");
}

BOOST_AUTO_TEST_CASE(events_with_the_newest_first) {
  top_user user{page::events};
  user.answer(R"({"events":[],"next":1000})");
  user.answer(R"({"events":[
    {"seq":999,"time":"2026-11-26T04:09:01.123Z","kind":"worker_exited","worker":"text.0",
     "pid":4711,"reason":"crash"},
    {"seq":1000,"time":"2026-11-26T04:09:02.456Z","kind":"node_up","node":"beta",
     "version":"0.1.0"}],"next":1000})");
  BOOST_TEST(user.screen(6)
             == "troupe top  alpha 0.1.0, up 3m07s\n"
                " 1 pools  2 workers  3 calls  4 terminals [5 events] 6 nodes\n"
                " SEQ  TIME          KIND           ABOUT   WHAT\n"
                "1000  04:09:02.456  node_up        beta    version=0.1.0\n"
                " 999  04:09:01.123  worker_exited  text.0  pid=4711 reason=crash\n"
                "? help  q quit  / filter  <> sort  p pause  Enter in  Esc out\n");
}

BOOST_AUTO_TEST_CASE(terminals_and_nodes) {
  top_user user{page::terminals};
  user.answer(R"({"success":true,"agents":[{"name":"al ice","worker":"x.0","pid":7,
    "rows":20,"cols":70,"last_activity_ms":3000,"pending_messages":0,
    "delivery_mode":"auto","cli":"sh"}]})");
  BOOST_TEST(user.shows("al ice  x.0       7  70x20    3s        0  auto  sh"),
             user.screen());
  user.type("6");
  user.answer(R"([{"node":"alpha","self":true,"state":"up","version":"0.1.0",
    "since":"S","rtt_ms":null,"pools":{"text":{}}}])");
  BOOST_TEST(user.shows("alpha  up     0.1.0    S               -           text"),
             user.screen());
}

BOOST_AUTO_TEST_CASE(what_was_asked_and_what_came_of_it_stands_on_the_last_line) {
  top_user user;
  user.answer(test::two_pools);
  user.type("R");
  BOOST_TEST(user.screen(4).ends_with("\nrestart slow? [y/N]\n"), user.screen(4));
  user.type("n");
  BOOST_TEST(user.screen(4).ends_with("\nnothing is changed\n"), user.screen(4));
  user.type("/wor");
  BOOST_TEST(user.screen(4).ends_with("\nfilter: wor_\n"), user.screen(4));
  BOOST_TEST(user.shows("(none that the filter shows)"));
}

BOOST_AUTO_TEST_CASE(open_orders_are_told_until_they_end) {
  top_user user;
  user.answer(test::two_pools);
  user.m.open_orders = {"stop text.0", "scale slow to 2"};
  BOOST_TEST(user.screen(4).ends_with("\nstop text.0 …, scale slow to 2 …\n"));
  user.type("R"); // others can be given
  BOOST_TEST(user.screen(4).ends_with("\nrestart slow? [y/N]\n"));
  user.type("n");
  user.m.open_orders = {"stop text.0"};
  user.m.notice = "scale slow to 2: done";
  BOOST_TEST(user.screen(4).ends_with("\nscale slow to 2: done; stop text.0 …\n"));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_gone_and_one_that_is_silent_are_told_apart) {
  top_user user;
  user.answer(test::two_pools);
  user.data.waiting_since = user.data.now;
  user.pass(std::chrono::seconds{1});
  BOOST_TEST(!user.shows("no answer"));
  user.pass(std::chrono::seconds{4});
  BOOST_TEST(user.shows("no answer for 5s"));
  user.data.waiting_since.reset();
  user.fail(code::node_down, "the connection broke");
  BOOST_TEST(user.shows("the node is gone: trying again"));
  BOOST_TEST(user.shows("\nnode_down: the connection broke\n"));
  BOOST_TEST(user.shows("text  ready")); // what was last known
}

BOOST_AUTO_TEST_CASE(an_operation_that_an_old_node_has_not_is_told) {
  top_user user{page::calls};
  user.fail(code::not_found, "no operation calls");
  BOOST_TEST(user.shows("not_found: no operation calls"));
  user.type("1");
  user.answer(test::two_pools);
  BOOST_TEST(!user.shows("not_found"));
  BOOST_TEST(user.shows("text  ready"));
}

BOOST_AUTO_TEST_CASE(all_facts_of_a_row) {
  top_user user{page::workers};
  user.answer(test::two_workers);
  user.press(key_name::enter);
  BOOST_TEST(user.shows("> facts text.0"));
  BOOST_TEST(user.shows("\ncurrent.kind       sleep\n"), user.screen(24));
  BOOST_TEST(user.shows("\npid                4711\n"), user.screen(24));
  user.answer("[]");
  BOOST_TEST(user.shows("It is not there any more."));
}

BOOST_AUTO_TEST_CASE(a_log_is_read_from_its_end) {
  top_user user{page::workers};
  user.answer(test::two_workers);
  user.type("l");
  user.answer(R"({"lines":["one","two\tcolumns","three","four","five"],"earlier":2})");
  BOOST_TEST(user.screen(6)
             == "troupe top  alpha 0.1.0, up 3m07s" + std::string(39, ' ')
                    + "4-6 of 6\n"
                      " 1 pools [2 workers] 3 calls  4 terminals  5 events  6 nodes  > "
                      "log text.0\n"
                      "three\n"
                      "four\n"
                      "five\n"
                      "? help  q quit  / filter  <> sort  p pause  Enter in  Esc out\n");
  user.press(key_name::home);
  BOOST_TEST(user.shows("\none\ntwo    columns\n-- that worker has ended"),
             user.screen());
}

BOOST_AUTO_TEST_CASE(text_of_others_steers_nothing_and_breaks_no_line) {
  top_user user{page::workers};
  std::string evil = R"(x\u001b[2J\u0007\n\u009b1m\u202eabc\u0301\u0301)";
  user.answer(R"([{"name":"text.0","state":")" + evil + R"(","pid":1,"current":{"kind":")"
              + evil + R"(","age_ms":1}}])");
  BOOST_TEST(is_harmless(user.screen(24)), user.screen(24));
  user.press(key_name::enter);
  BOOST_TEST(is_harmless(user.screen(24)), user.screen(24));
  user.type("l");
  user.answer(R"({"lines":[")" + evil + R"("],"earlier":0})");
  BOOST_TEST(is_harmless(user.screen(24)), user.screen(24));
  user.fail(code::internal, "\x1b[2J\n\xff");
  BOOST_TEST(is_harmless(user.screen(24)), user.screen(24));
}

BOOST_AUTO_TEST_CASE(wide_characters_stay_in_their_columns) {
  top_user user{page::terminals};
  user.answer(
      R"({"agents":[{"name":"日本語","worker":"a.0"},{"name":"abc","worker":"b.0"}]})");
  BOOST_TEST(user.shows("\n日本語  a.0"), user.screen());
  BOOST_TEST(user.shows("\nabc     b.0"), user.screen());
}

BOOST_AUTO_TEST_CASE(every_size_is_filled_and_never_exceeded) {
  for (auto view : {page::pools, page::workers, page::calls}) {
    top_user user{view};
    user.answer(view == page::pools     ? test::two_pools
                : view == page::workers ? test::two_workers
                                        : test::two_calls);
    for (auto keys : {"", "?", "l"}) {
      user.type(keys);
      for (size_t rows = 0; rows < 14; ++rows)
        for (size_t columns = 0; columns < 90; columns += 7) {
          auto f = render(user.m, user.data, {rows, columns});
          BOOST_TEST(f.lines.size() == (columns > 0 ? rows : 0u));
          BOOST_TEST(widest_line(f) <= columns);
        }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_tiny_screen_has_a_row_and_the_prompt) {
  top_user user;
  user.answer(test::two_pools);
  user.press(key_name::down);
  user.type("K");
  BOOST_TEST(user.screen(5, 20)
             == "troupe top  alpha 0.\n"
                "POOL  STATE        W\n"
                "slow  unavailable\n"
                "text  ready\n"
                "stop text? [y/N]\n");
}

BOOST_AUTO_TEST_CASE(what_a_row_has_no_room_for_stands_below_the_table) {
  top_user user;
  std::string why = "dies.0 exited with code 3 before it was ready";
  std::string said = "ModuleNotFoundError: No module named torch, which is needed here";
  user.answer(R"([{"name":"dies","state":"unavailable","size":1,"workers":0,"slots":0,
    "waiting":0,"in_flight":0,"abandoned":0,"calls":7,"errors":0,
    "error":{"code":"unavailable","message":"the workers of pool dies keep dying: )"
              + why + R"(","cause":{"code":"handshake_failed","message":")" + why
              + R"(","stderr":["Traceback",")" + said + R"("]}}}])");
  auto screen = user.screen(24);
  // The cause, and not what all pools with one have in common.
  BOOST_TEST(screen.find("dies  unavailable      0/1        0  handshake_failed")
                 != std::string::npos,
             screen);
  BOOST_TEST(screen.find("\ndies: PROBLEM handshake_failed: " + why) != std::string::npos,
             screen);
  BOOST_TEST(screen.find("torch, which is needed") != std::string::npos, screen);
  BOOST_TEST(screen.find("CALLS 7") != std::string::npos, screen);
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_entered_says_why_it_is_so) {
  top_user user;
  user.answer(test::two_pools);
  user.press(key_name::enter);
  user.answer(R"({"name":"slow","state":"unavailable","protocol":"json-lines","size":1,
    "slots":0,"in_flight":0,"abandoned":0,"waiting":12,"calls":7,"errors":3,
    "error":{"code":"spawn_failed","message":"no such program"},
    "workers":[{"name":"slow.0","state":"dead"}]})");
  BOOST_TEST(user.shows("slow unavailable  protocol json-lines  size 1  running 0/0"),
             user.screen(24));
  BOOST_TEST(user.shows("\nspawn_failed: no such program\nWORKER "), user.screen(24));
}

BOOST_AUTO_TEST_CASE(long_facts_and_lines_go_on_in_the_next_line) {
  top_user user{page::workers};
  user.answer(R"([{"name":"text.0","state":"dead","message":"one two three four"}])");
  user.type("i");
  BOOST_TEST(user.screen(10, 20).find("message  one two\n         three four\n")
                 != std::string::npos,
             user.screen(10, 20));
  user.type("l");
  user.answer(R"({"lines":["one two three four five"],"earlier":0})");
  BOOST_TEST(user.screen(10, 20).find("\none two three four\n  five\n")
                 != std::string::npos,
             user.screen(10, 20));
}

BOOST_AUTO_TEST_CASE(the_last_page_is_full_and_its_place_is_told) {
  top_user user{page::workers};
  std::string all;
  for (int i = 10; i < 30; ++i)
    all += (all.empty() ? "" : ",") + std::string{R"({"name":"w.)"} + std::to_string(i)
           + "\"}";
  user.answer('[' + all + ']');
  BOOST_TEST(user.screen(10).find(" 1-6 of 20\n") != std::string::npos);
  user.press(key_name::end);
  auto screen = user.screen(10);
  BOOST_TEST(screen.find(" 15-20 of 20\n") != std::string::npos, screen);
  BOOST_TEST(screen.find("\nw.24 ") != std::string::npos, screen);
  BOOST_TEST(screen.find("\n\n") == std::string::npos, screen);
}

BOOST_AUTO_TEST_CASE(the_selected_row_is_on_the_screen) {
  top_user user{page::workers};
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += (all.empty() ? "" : ",") + std::string{R"({"name":"w.)"} + std::to_string(i)
           + "\"}";
  user.answer('[' + all + ']');
  for (int i = 0; i < 50; ++i) {
    BOOST_TEST(user.shows("\nw." + std::to_string(i) + ' ', 10), i);
    user.press(key_name::down);
  }
}

BOOST_AUTO_TEST_SUITE_END()
