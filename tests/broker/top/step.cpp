// Proves that each key does what the help of top says, and nothing else.
#include "tests/broker/support.hpp"
#include "tests/broker/top/support.hpp"

#include "broker/top/listing.hpp"

namespace top_keys {

using namespace troupe;
using namespace troupe::top;
using test::top_user;
using key_name = key::name;

/// A user who sees these pools.
struct pools_user : top_user {
  pools_user() { answer(test::two_pools); }
};

/// A user who sees these workers.
struct workers_user : top_user {
  workers_user()
    : top_user{page::workers} {
    answer(test::two_workers);
  }
};

std::string first_row(const top_user& user) {
  auto rows = list(user.m, user.m.here(), user.data).rows;
  return rows.empty() ? "" : rows.front().id;
}

} // namespace top_keys

BOOST_AUTO_TEST_SUITE(top_keys)

BOOST_AUTO_TEST_CASE(digits_go_to_views_which_ask_for_one_operation_each) {
  pools_user user;
  const char* operations[] = {"pools", "workers", "calls", "spawned", "events", "nodes"};
  for (int i = 0; i < view_count; ++i) {
    user.type(std::to_string(i + 1));
    BOOST_TEST(next_question(user.m, user.data).operation == operations[i]);
  }
  user.type("7");
  BOOST_TEST(user.m.path.size() == 1u);
  BOOST_TEST(next_question(user.m, user.data).operation == "nodes");
}

BOOST_AUTO_TEST_CASE(enter_goes_in_and_escape_out) {
  pools_user user;
  user.press(key_name::enter);
  auto q = next_question(user.m, user.data);
  BOOST_TEST(q.operation == "pool");
  BOOST_TEST(q.payload == R"({"name":"slow"})");
  user.answer(R"({"name":"slow","workers":[{"name":"slow.0","state":"dead"}]})");
  BOOST_TEST(user.shows("slow.0  dead"));
  user.press(key_name::enter);
  BOOST_TEST(user.shows("state  dead"), user.screen());
  user.press(key_name::enter); // there is nothing further in
  BOOST_TEST(user.m.path.size() == 3u);
  user.press(key_name::escape);
  user.press(key_name::escape);
  user.press(key_name::escape);
  BOOST_TEST(user.m.path.size() == 1u);
  BOOST_TEST(user.m.here().selected == "slow");
}

BOOST_AUTO_TEST_CASE(another_node_is_gone_into_and_its_operations_are_asked_there) {
  top_user user{page::nodes};
  user.answer(R"([{"node":"alpha","self":true},{"node":"beta","self":false}])");
  user.press(key_name::down);
  user.press(key_name::enter);
  BOOST_TEST((next_question(user.m, user.data) == question{"health", "null", "beta"}));
  user.answer(R"({"name":"beta","version":"0.1.0","uptime_ms":1})");
  BOOST_TEST((next_question(user.m, user.data) == question{"pools", "null", "beta"}));
  user.answer(test::two_pools);
  user.type("Ry");
  BOOST_TEST(std::get<order>(user.wish).what.node == "beta");
  user.press(key_name::escape);
  BOOST_TEST((user.m.here().what == page::nodes));
  BOOST_TEST(user.m.node.empty());
  BOOST_TEST(user.m.here().selected == "beta");
  user.answer(R"({"name":"alpha","version":"0.1.0","uptime_ms":190000})");
  user.answer(R"([{"node":"alpha","self":true},{"node":"beta","self":false}])");
  user.press(key_name::home);
  user.press(key_name::enter); // the node itself: its facts
  BOOST_TEST(user.shows("> facts alpha"));
}

BOOST_AUTO_TEST_CASE(the_selection_stays_with_its_row) {
  workers_user user;
  user.press(key_name::down);
  BOOST_TEST(user.m.here().selected == "text.1");
  user.press(key_name::down);
  BOOST_TEST(user.m.here().selected == "text.1");
  user.answer(R"([{"name":"new.0"},{"name":"text.0"},{"name":"text.1"}])");
  BOOST_TEST(current(user.m, user.data)->what.id == "text.1");
  user.press(key_name::home);
  BOOST_TEST(user.m.here().selected == "new.0");
  user.press(key_name::end);
  BOOST_TEST(user.m.here().selected == "text.1");
  user.press(key_name::page_up);
  BOOST_TEST(user.m.here().selected == "new.0");
}

BOOST_AUTO_TEST_CASE(a_filter_is_typed_kept_and_removed) {
  workers_user user;
  user.type("/T.1q");
  user.press(key_name::backspace);
  BOOST_TEST(first_row(user) == "text.1");
  user.press(key_name::enter);
  BOOST_TEST(user.m.filter == "T.1");
  BOOST_TEST(user.shows("filter: T.1"));
  user.press(key_name::escape);
  BOOST_TEST(user.m.filter == "");
  user.type("/x");
  user.press(key_name::escape);
  BOOST_TEST(user.m.filter == "");
  BOOST_TEST(first_row(user) == "text.0");
}

BOOST_AUTO_TEST_CASE(rows_are_sorted_by_the_column_beside) {
  workers_user user;
  user.type(">");
  BOOST_TEST(user.shows("sorted by WORKER"));
  for (int i = 0; i < 3; ++i)
    user.type(">");
  BOOST_TEST(user.shows("sorted by UPTIME"));
  BOOST_TEST(first_row(user) == "text.0"); // a minute is more than five seconds
  user.type("o");
  BOOST_TEST(user.shows("sorted by UPTIME, reversed"));
  BOOST_TEST(first_row(user) == "text.1");
  for (int i = 0; i < 10; ++i)
    user.type("<");
  BOOST_TEST(!user.shows("sorted by"));
}

BOOST_AUTO_TEST_CASE(rows_with_problems_come_first) {
  pools_user user;
  BOOST_TEST(first_row(user) == "slow");
  user.type(">"); // by name
  BOOST_TEST(first_row(user) == "slow");
  user.type("o");
  BOOST_TEST(first_row(user) == "text");
  user.type("<");
  BOOST_TEST(first_row(user) == "slow");
  user.type("2");
  user.answer(R"([{"name":"a","state":"ready"},{"name":"b","state":"starting"},
                  {"name":"c","state":"busy"},{"name":"d","state":"dead"}])");
  std::string order;
  for (auto& r : list(user.m, user.m.here(), user.data).rows)
    order += r.id;
  BOOST_TEST(order == "dbac");
}

BOOST_AUTO_TEST_CASE(all_facts_of_a_row_are_a_key_away) {
  pools_user user;
  user.type("i");
  BOOST_TEST(user.shows("> facts slow"));
  BOOST_TEST(user.shows("\nerror.message  no such program\n"), user.screen(24));
  user.type("i"); // there is nothing further in
  user.press(key_name::escape);
  BOOST_TEST((user.m.here().what == page::pools));
}

BOOST_AUTO_TEST_CASE(what_changes_something_asks_first) {
  pools_user user;
  user.press(key_name::end);
  struct {
    const char* keys;
    const char* order;
  } cases[] = {
      {"Ry", R"(restart {"name":"text"} restart text)"},
      {"Dy", R"(drain {"name":"text"} drain text)"},
      {"Ky", R"(stop {"name":"text"} stop text)"},
  };
  for (auto& c : cases) {
    user.type(std::string_view{c.keys}.substr(0, 1));
    BOOST_TEST(user.ordered() == "", c.keys);
    user.type("n");
    BOOST_TEST(user.ordered() == "", c.keys);
    user.type(c.keys);
    BOOST_TEST(user.ordered() == c.order);
    user.type("y"); // once is enough
    BOOST_TEST(user.ordered() == "", c.keys);
  }
}

BOOST_AUTO_TEST_CASE(a_drained_pool_is_let_take_calls_again) {
  top_user user;
  user.answer(R"([{"name":"text","state":"drained"}])");
  user.type("Dy");
  BOOST_TEST(user.ordered() == R"(resume {"name":"text"} resume text)");
}

BOOST_AUTO_TEST_CASE(scaling_asks_for_a_number_and_then_whether) {
  pools_user user;
  user.press(key_name::end);
  user.type("S");
  user.press(key_name::enter); // there is no number
  BOOST_TEST(user.shows("workers of text: _"));
  user.type("0x12a");
  user.press(key_name::backspace);
  user.type("3");
  BOOST_TEST(user.shows("workers of text: 13_"));
  user.press(key_name::enter);
  BOOST_TEST(user.ordered() == "");
  BOOST_TEST(user.shows("scale text to 13? [y/N]"));
  user.type("y");
  BOOST_TEST(user.ordered() == R"(scale {"name":"text","size":13} scale text to 13)");
  user.type("S4");
  user.press(key_name::escape);
  user.type("y");
  BOOST_TEST(user.ordered() == "");
}

BOOST_AUTO_TEST_CASE(a_call_is_cancelled_by_its_id) {
  top_user user{page::calls};
  user.answer(test::two_calls);
  user.press(key_name::down);
  user.type("Xy");
  BOOST_TEST(user.ordered()
             == R"(cancel_call {"id":"slow.c4-1"} cancel call slow.c4-1 (upper))");
  user.type("R");
  BOOST_TEST(user.shows("R restarts a pool or a worker"));
  user.type("y");
  BOOST_TEST(user.ordered() == "");
}

BOOST_AUTO_TEST_CASE(a_worker_is_restarted_from_its_facts_too) {
  workers_user user;
  user.press(key_name::enter);
  user.type("Ry");
  BOOST_TEST(user.ordered() == R"(restart {"name":"text.0"} restart text.0)");
}

BOOST_AUTO_TEST_CASE(a_node_is_drained_and_a_terminal_is_ended) {
  top_user user{page::nodes};
  user.answer(R"([{"node":"alpha","self":true},{"node":"beta","self":false}])");
  user.press(key_name::down);
  user.type("Dy");
  BOOST_TEST(user.ordered()
             == R"(drain {"node":true,"name":"beta"} drain and stop node beta)");
  user.type("4");
  user.answer(R"({"agents":[{"name":"al ice","worker":"x.0"}]})");
  user.type("Ky");
  BOOST_TEST(user.ordered() == R"(release {"name":"al ice"} end al ice)");
  user.type("Ry");
  BOOST_TEST(user.ordered() == R"(restart {"name":"x.0"} restart x.0)");
}

BOOST_AUTO_TEST_CASE(nothing_is_changed_where_that_is_not_allowed) {
  pools_user user;
  user.m.read_only = true;
  for (auto keys : {"Ry", "Dy", "S3", "Ky", "Xy"}) {
    user.type(keys);
    BOOST_TEST(user.ordered() == "", keys);
    BOOST_TEST((user.m.asking.index() == 0u), keys);
  }
  user.type("2");
  user.answer(test::two_workers);
  user.type("a");
  BOOST_TEST(std::get<attach>(user.wish).watches);
  user.type("?");
  BOOST_TEST(!user.shows("restart the pool"));
}

BOOST_AUTO_TEST_CASE(a_log_is_opened_from_all_pages_that_know_a_worker) {
  pools_user user;
  user.press(key_name::end);
  user.type("l");
  BOOST_TEST(next_question(user.m, user.data).payload == R"({"name":"text"})");
  user.answer(R"({"workers":[{"name":"text.0","lines":["hello"],"earlier":0}]})");
  BOOST_TEST(user.shows("==> text.0 <==\nhello\n"), user.screen());
  user.type("3");
  user.answer(test::two_calls);
  user.type("l");
  BOOST_TEST(next_question(user.m, user.data).payload == R"({"name":"text.0"})");
  user.type("6");
  user.answer(R"([{"node":"alpha"}])");
  user.type("l");
  BOOST_TEST(user.m.path.size() == 1u);
  BOOST_TEST(user.shows("l shows the log"));
}

BOOST_AUTO_TEST_CASE(a_terminal_is_attached_to) {
  top_user user{page::terminals};
  user.answer(R"({"agents":[{"name":"alice","worker":"x.0"}]})");
  user.type("a");
  BOOST_TEST(std::get<attach>(user.wish).name == "alice");
  BOOST_TEST(!std::get<attach>(user.wish).watches);
  user.type("5a");
  BOOST_TEST((user.wish.index() == 0u));
  BOOST_TEST(user.shows("a attaches to a terminal"));
}

BOOST_AUTO_TEST_CASE(it_pauses_and_quits) {
  pools_user user;
  user.type("p");
  BOOST_TEST(user.shows("paused"));
  user.type("p");
  BOOST_TEST(!user.shows("paused"));
  user.type("/q"); // that is text
  BOOST_TEST((user.wish.index() == 0u));
  user.type("\x03");
  BOOST_TEST(std::holds_alternative<quit>(user.wish));
  user.press(key_name::escape);
  user.type("q");
  BOOST_TEST(std::holds_alternative<quit>(user.wish));
}

BOOST_AUTO_TEST_CASE(the_help_names_every_key_that_does_something) {
  pools_user user;
  user.type("?");
  auto help = user.screen(40);
  for (auto keys :
       {"1 pools", "up down", "PgUp", "Enter", "Esc", "/", "< >", "\no ", "\ni ", "\np ",
        "\nl ", "\na ", "\n? ", "\nq ", "\nR ", "\nD ", "\nS ", "\nX ", "\nK "})
    BOOST_TEST(help.find(keys) != std::string::npos, keys);
  user.type("?"); // it is not stacked
  user.press(key_name::escape);
  BOOST_TEST((user.m.here().what == page::pools));
}

BOOST_AUTO_TEST_SUITE_END()
