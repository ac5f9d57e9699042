// Proves what top asks a node, and what it makes of the answers.
#include "tests/broker/support.hpp"
#include "tests/broker/top/support.hpp"

#include "broker/top/sorting.hpp"

namespace top_data {

using namespace troupe;
using namespace troupe::top;
using test::top_user;

} // namespace top_data

BOOST_AUTO_TEST_SUITE(top_data)

BOOST_AUTO_TEST_CASE(a_node_is_asked_first_who_it_is) {
  model m;
  node_data data;
  BOOST_TEST((next_question(m, data) == question{"health"}));
  top_user user;
  BOOST_TEST((next_question(user.m, user.data) == question{"pools"}));
  user.answer(test::two_pools);
  user.fail(code::node_down, "gone");
  BOOST_TEST((next_question(user.m, user.data) == question{"health"}));
}

BOOST_AUTO_TEST_CASE(events_go_on_where_they_were_and_leave_out_what_terminals_print) {
  top_user user{page::events};
  BOOST_TEST(next_question(user.m, user.data).payload
             == R"({"wait":false,"output_since":9223372036854775807})");
  user.answer(R"({"events":[],"next":1000})");
  BOOST_TEST(next_question(user.m, user.data).payload
             == R"({"since":750,"wait":false,"output_since":9223372036854775807})");
  user.answer(R"({"events":[{"seq":999,"kind":"a"}],"next":999})");
  user.answer(R"({"events":[{"seq":1001,"kind":"b"}],"next":1001})");
  BOOST_TEST(user.data.events.size() == 2u);
  BOOST_TEST(next_question(user.m, user.data).payload.find("\"since\":1001") == 1u);
}

BOOST_AUTO_TEST_CASE(a_node_that_was_started_anew_counts_from_the_beginning) {
  top_user user{page::events};
  user.answer(R"({"events":[],"next":10})");
  user.answer(R"({"events":[{"seq":9,"kind":"a"}],"next":10})");
  user.fail(code::node_down, "gone");
  user.answer(R"({"name":"alpha","version":"0.1.0","uptime_ms":5})");
  BOOST_TEST(user.data.events.empty());
  BOOST_TEST(!user.data.last_event);
}

BOOST_AUTO_TEST_CASE(only_the_last_events_are_kept) {
  top_user user{page::events};
  user.answer(R"({"events":[],"next":0})");
  for (int i = 0; i < 1100; ++i)
    user.answer(R"({"events":[{"seq":)" + std::to_string(i) + R"(}],"next":)"
                + std::to_string(i) + '}');
  BOOST_TEST(user.data.events.size() == 1000u);
}

BOOST_AUTO_TEST_CASE(one_history_is_asked_for_after_each_listing_the_oldest_first) {
  top_user user;
  user.m.columns = 200;
  user.answer(test::two_pools);
  BOOST_TEST(next_question(user.m, user.data).payload
             == R"({"name":"text","step":"1s"})");
  user.answer(R"({"next":1000,"calls":[0,4,null,8],"p50_ms":[null,1.5,null,null],
                  "p99_ms":[null,2000,null,null]})");
  auto text = user.data.histories.find("text");
  BOOST_TEST_REQUIRE(text);
  BOOST_TEST(latency_text(text->p50) == "1.50ms");
  BOOST_TEST(latency_text(text->p99) == "2.0s");
  BOOST_TEST(sparkline(text->calls) == "▁▅ █");
  BOOST_TEST((next_question(user.m, user.data) == question{"pools"}));
  user.answer(test::two_pools);
  BOOST_TEST(next_question(user.m, user.data).payload
             == R"({"name":"slow","step":"1s","since":970})");
  user.fail(code::not_found, "no operation history");
  BOOST_TEST(user.data.trouble == "");
  user.answer(test::two_pools); // both are known, and new
  BOOST_TEST((next_question(user.m, user.data) == question{"pools"}));
  user.pass(std::chrono::seconds{5});
  BOOST_TEST(next_question(user.m, user.data).operation == "history");
  user.m.columns = 80; // there is no room
  BOOST_TEST((next_question(user.m, user.data) == question{"pools"}));
}

BOOST_AUTO_TEST_CASE(answers_of_the_wrong_shape_show_nothing) {
  for (auto view : {page::pools, page::workers, page::calls, page::terminals,
                    page::events, page::nodes})
    for (auto wrong :
         {"7", "\"x\"", "{}", "[1,null,[]]", R"({"events":7,"workers":{}})"}) {
      top_user user{view};
      user.answer(wrong);
      user.answer(wrong);
      user.screen();
      user.press(key::name::down);
      user.press(key::name::enter);
      user.type("lRSX");
      BOOST_TEST(user.ordered() == "");
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_sorted_by_what_their_units_mean) {
  BOOST_TEST(number_in("3m07s").value() == 187.);
  BOOST_TEST(number_in("250ms").value() == .25);
  BOOST_TEST(number_in("12d04h").value() == 12 * 86400. + 4 * 3600);
  BOOST_TEST(number_in("1.5KiB").value() == 1536.);
  BOOST_TEST(number_in("7/12").value() == 7.);
  BOOST_TEST(!number_in("-"));
  BOOST_TEST(!number_in(""));
}

BOOST_AUTO_TEST_SUITE_END()
