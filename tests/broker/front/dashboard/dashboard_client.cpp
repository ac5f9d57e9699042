#include "broker/front/dashboard/page_limits.hpp"
#include "tests/broker/front/dashboard/fake_tab.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::testing;
using namespace troupe::front::dashboard;

namespace dashboard_tabs {

const std::string watch_pools = R"({"kind":"watch","id":1,"ask":"pools"})";

std::string watch(int id, const std::string& rest) {
  return R"({"kind":"watch","id":)" + std::to_string(id) + ',' + rest + '}';
}

/// Two pools, the second with so many calls; long enough that a delta is shorter.
std::string pools(int calls) {
  return R"([{"name":"a","state":"ready","calls":1},{"name":"b","state":"ready","calls":)"
         + std::to_string(calls) + "}]";
}

std::string delta(int id, int calls) {
  return R"({"kind":"delta","id":)" + std::to_string(id)
         + R"(,"delta":{"$set":{"b":{"calls":)" + std::to_string(calls) + "}}}}";
}

/// Returns the kinds of messages, with their codes if they have errors.
std::string kinds(const std::vector<std::string>& messages) {
  std::string out;
  for (auto& text : messages) {
    auto message = boost::json::parse(text).as_object();
    out += (out.empty() ? "" : " ") + std::string{message.at("kind").as_string()};
    if (auto error = message.if_contains("error"); error && error->is_object())
      out += ':' + std::string{error->at("code").as_string()};
  }
  return out;
}

struct tab_fixture {
  std::shared_ptr<look_board> board = std::make_shared<look_board>();
  fake_tab tab{board};
};

} // namespace dashboard_tabs

BOOST_FIXTURE_TEST_SUITE(dashboard_tabs, tab_fixture)

BOOST_AUTO_TEST_CASE(it_is_greeted_with_the_node_and_what_its_key_allows) {
  auto first = tab.takes();
  BOOST_REQUIRE(first.size() == 1u);
  BOOST_TEST(first[0].starts_with(R"({"kind":"hello","node":"alpha","version":")"));
  BOOST_TEST(first[0].ends_with(R"(","may":"all"})"));
  fake_tab viewer{board, false};
  BOOST_TEST(viewer.takes()[0].ends_with(R"(","may":"view"})"));
}

BOOST_AUTO_TEST_CASE(a_look_gets_the_answer_whole_and_then_what_changes) {
  tab.takes();
  tab.says(watch_pools);
  tab.answers("pools", pools(1));
  BOOST_TEST(tab.takes()[0] == R"({"kind":"state","id":1,"value":)" + pools(1) + "}");
  tab.pass(1);
  tab.answers("pools", pools(2));
  BOOST_TEST(tab.takes().back() == delta(1, 2));
  BOOST_TEST(tab.shown(1) == pools(2));
}

BOOST_AUTO_TEST_CASE(it_is_asked_once_a_second_and_not_before_it_has_answered) {
  tab.says(watch_pools);
  tab.pass(3);
  BOOST_TEST(tab.open("pools") == 1u);
  tab.answers("pools", pools(1));
  for (int i = 0; i < 5; ++i) {
    tab.pass(1);
    BOOST_TEST(tab.open("pools") == 1u);
    tab.answers("pools", pools(1));
  }
  BOOST_TEST(tab.calls.size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_look_may_be_asked_less_often) {
  tab.says(watch(1, R"("ask":"pools","every_s":5)"));
  tab.answers("pools", pools(1));
  tab.pass(4);
  BOOST_TEST(tab.open("pools") == 0u);
  tab.pass(1);
  BOOST_TEST(tab.open("pools") == 1u);
}

BOOST_AUTO_TEST_CASE(what_has_not_changed_is_not_sent_but_the_page_hears_each_second) {
  tab.says(watch_pools);
  tab.answers("pools", pools(1));
  tab.pass(1);
  tab.takes();
  for (int i = 0; i < 3; ++i) {
    if (tab.open("pools") > 0)
      tab.answers("pools", pools(1));
    tab.pass(1);
    auto got = tab.takes();
    BOOST_TEST_REQUIRE(got.size() == 1u);
    BOOST_TEST(got[0].starts_with(R"({"kind":"beat","at":"20)"));
  }
}

BOOST_AUTO_TEST_CASE(members_that_are_not_wanted_do_not_count) {
  tab.says(watch(1, R"("ask":"pools","without":["calls"])"));
  tab.answers("pools", pools(1));
  BOOST_TEST(tab.shown(1)
             == R"([{"name":"a","state":"ready"},{"name":"b","state":"ready"}])");
  tab.takes();
  tab.pass(1);
  tab.takes();
  tab.answers("pools", pools(2));
  BOOST_TEST(tab.takes().empty());
}

BOOST_AUTO_TEST_CASE(tabs_that_ask_the_same_are_asked_for_once) {
  fake_tab other{board};
  tab.says(watch_pools);
  other.says(watch(9, R"("ask":"pools")"));
  BOOST_TEST(tab.open("pools") == 1u);
  BOOST_TEST(other.open("pools") == 0u);
  tab.answers("pools", pools(1));
  BOOST_TEST(tab.shown(1) == pools(1));
  BOOST_TEST(other.shown(9) == pools(1));
  for (int i = 2; i < 5; ++i) {
    tab.pass(1);
    other.pass(1);
    BOOST_TEST(tab.open("pools") + other.open("pools") == 1u);
    (tab.open("pools") ? tab : other).answers("pools", pools(i));
    BOOST_TEST(other.takes().back() == delta(9, i));
  }
}

BOOST_AUTO_TEST_CASE(one_that_comes_later_gets_what_is_known_at_once) {
  tab.says(watch_pools);
  tab.answers("pools", pools(1));
  fake_tab other{board};
  other.says(watch_pools);
  BOOST_TEST(other.shown(1) == pools(1));
  BOOST_TEST(other.calls.empty());
}

BOOST_AUTO_TEST_CASE(others_ask_when_the_one_who_asked_is_gone) {
  fake_tab other{board};
  tab.says(watch_pools);
  other.says(watch_pools);
  tab.is_open = false;
  other.pass(1);
  BOOST_TEST(other.open("pools") == 1u);
  other.answers("pools", pools(1));
  BOOST_TEST(other.shown(1) == pools(1));
}

BOOST_AUTO_TEST_CASE(others_ask_when_the_one_who_asked_looks_no_more) {
  fake_tab other{board};
  tab.says(watch_pools);
  other.says(watch_pools);
  tab.says(R"({"kind":"unwatch","id":1})");
  other.pass(1);
  other.answers("pools", pools(1));
  tab.answers("pools", pools(7)); // nobody wants it any more
  BOOST_TEST(other.shown(1) == pools(1));
  BOOST_TEST(tab.shown(1) == "nothing");
}

BOOST_AUTO_TEST_CASE(looks_that_take_much_time_are_asked_less_often) {
  using namespace std::chrono_literals;
  fake_tab other{board};
  tab.says(watch_pools);
  tab.answers("pools", pools(1));
  auto taken = 1s;
  board->time.charge(taken, tab.now);
  auto paid_after = taken * page_limits::page_share;
  other.says(watch(1, R"("ask":"health")"));
  for (auto passed = 0s; passed < paid_after - 2s; passed += 1s) {
    tab.pass(1);
    other.pass(1);
  }
  BOOST_TEST(tab.open("pools") + other.open("health") == 0u);
  tab.pass(2);
  other.pass(2);
  BOOST_TEST(tab.open("pools") == 1u);
  BOOST_TEST(other.open("health") == 1u);
}

BOOST_AUTO_TEST_CASE(
    of_looks_with_large_answers_one_is_asked_at_a_time_and_each_in_turn) {
  auto large = R"({"text":")" + std::string(page_limits::page_large, 'x') + R"("})";
  const std::vector<std::string> asked{"pools", "health", "nodes"};
  for (int id = 0; id < 3; ++id) {
    tab.says(watch(id + 1, R"("ask":")" + asked[static_cast<size_t>(id)] + '"'));
    tab.answers(asked[static_cast<size_t>(id)], large);
    tab.takes();
  }
  auto open = [&] {
    std::string all;
    for (auto& each : asked)
      if (tab.open(each) > 0)
        all += (all.empty() ? "" : " ") + each;
    return all;
  };
  for (auto& next : {"pools", "health", "nodes", "pools"}) {
    tab.pass(2);
    BOOST_TEST(open() == next);
    tab.answers(next, large);
  }
  tab.pass(2);
  BOOST_TEST(open() == "health");
  tab.says(R"({"kind":"unwatch","id":2})"); // whose turn it is
  tab.pass(2);
  BOOST_TEST(tab.open("nodes") == 1u);
}

BOOST_AUTO_TEST_CASE(what_looks_take_is_charged) {
  tab.says(watch_pools);
  board->time = {};
  // Up to which a quiet time counts.
  auto earliest = steady_clock::now() - page_limits::page_burst * page_limits::page_share;
  BOOST_TEST(board->time.is_left(earliest));
  tab.answers("pools", pools(1));
  BOOST_TEST(!board->time.is_left(earliest));
}

BOOST_AUTO_TEST_CASE(a_hidden_tab_asks_nothing_and_gets_nothing) {
  tab.says(watch_pools);
  tab.answers("pools", pools(1));
  tab.says(R"({"kind":"pause"})");
  tab.takes();
  auto asked = tab.calls.size();
  tab.pass(10);
  BOOST_TEST(tab.calls.size() == asked);
  BOOST_TEST(tab.takes().empty());
  tab.says(R"({"kind":"resume"})");
  tab.answers("pools", pools(2));
  auto got = tab.takes();
  BOOST_TEST_REQUIRE(got.size() == 1u);
  BOOST_TEST(got[0] == delta(1, 2));
}

BOOST_AUTO_TEST_CASE(a_look_that_is_opened_while_hidden_waits) {
  tab.says(R"({"kind":"pause"})");
  tab.says(watch_pools);
  BOOST_TEST(tab.calls.empty());
  tab.says(R"({"kind":"resume"})");
  BOOST_TEST(tab.open("pools") == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_where_nobody_looks) {
  tab.takes();
  tab.pass(5);
  tab.says(watch_pools);
  tab.answers("pools", pools(1));
  tab.says(R"({"kind":"unwatch","id":1})");
  tab.takes();
  tab.pass(5);
  BOOST_TEST(tab.calls.size() == 1u);
  BOOST_TEST(tab.takes().empty());
}

BOOST_AUTO_TEST_CASE(an_error_is_told_once_and_the_look_goes_on) {
  tab.says(watch(1, R"("ask":"pool","payload":{"name":"x"})"));
  call_result none = failure(code::pool_not_found, "no pool named x");
  tab.answers("pool", none);
  BOOST_TEST(kinds(tab.takes()) == "hello error:pool_not_found");
  tab.pass(1);
  tab.answers("pool", none);
  BOOST_TEST(kinds(tab.takes()) == "");
  tab.pass(1);
  tab.answers("pool", R"({"name":"x"})");
  BOOST_TEST(tab.shown(1) == R"({"name":"x"})");
  tab.pass(1);
  tab.answers("pool", none);
  tab.pass(1);
  tab.takes();
  tab.answers("pool", R"({"name":"x"})");
  BOOST_TEST(tab.takes().back() == R"({"kind":"delta","id":1,"delta":{}})");
}

BOOST_AUTO_TEST_CASE(one_that_does_not_read_gets_the_last_answer_when_it_does) {
  auto large = [](int n) {
    return R"({"n":)" + std::to_string(n) + R"(,"text":")" + std::string(100'000, 'x')
           + "\"}";
  };
  tab.says(watch(1, R"("ask":"health")"));
  tab.is_reading = false;
  tab.answers("health", large(0));
  auto most = tab.bytes_waiting;
  for (int i = 1; i < 50; ++i) {
    tab.pass(1);
    tab.answers("health", large(i));
    BOOST_TEST_REQUIRE(tab.bytes_waiting < most + 100); // pings
  }
  auto got = tab.takes();
  BOOST_TEST(got.back() == R"({"kind":"delta","id":1,"delta":{"n":49}})");
}

BOOST_AUTO_TEST_CASE(one_that_does_not_read_for_long_is_let_go) {
  tab.is_reading = false;
  tab.says(watch(1, R"("ask":"health")"));
  tab.answers("health", "{}");
  tab.pass(59);
  BOOST_TEST(tab.is_open);
  tab.pass(2);
  BOOST_TEST(!tab.is_open);
}

BOOST_AUTO_TEST_CASE(what_waits_for_all_tabs_together_is_limited) {
  auto large = '"' + std::string(8 * 1024 * 1024, 'x') + '"';
  std::vector<std::unique_ptr<fake_tab>> tabs;
  for (int i = 0; i < 20; ++i) {
    tabs.push_back(std::make_unique<fake_tab>(board));
    tabs.back()->is_reading = false;
    tabs.back()->says(watch(1, R"("ask":"health")"));
  }
  tabs.front()->answers("health", large);
  BOOST_TEST(board->unread <= page_limits::pages_unread);
  BOOST_TEST(board->unread > page_limits::pages_unread / 2);
  for (auto& t : tabs) // those that read make room for others
    t->takes();
  for (auto& t : tabs)
    t->pass(1);
  for (auto& t : tabs) {
    t->takes();
    BOOST_TEST(t->shown(1).size() == large.size());
  }
  tabs.clear();
  tab.takes();
  BOOST_TEST(board->unread == 0u);
}

BOOST_AUTO_TEST_CASE(a_tab_has_so_many_looks_and_each_an_id_of_its_own) {
  for (int i = 0; i < 64; ++i)
    tab.says(watch(i, R"("ask":"pools")"));
  BOOST_TEST(kinds(tab.takes()) == "hello");
  tab.says(watch(64, R"("ask":"pools")"));
  tab.says(watch(5, R"("ask":"pools")"));
  tab.says(R"({"kind":"unwatch","id":64})");
  BOOST_TEST(kinds(tab.takes()) == "error:busy error:bad_request error:bad_request");
  tab.says(R"({"kind":"unwatch","id":5})");
  tab.says(watch(64, R"("ask":"pools")"));
  BOOST_TEST(kinds(tab.takes()) == "");
}

BOOST_AUTO_TEST_CASE(
    one_that_opens_and_closes_looks_all_the_time_is_asked_for_no_more_often) {
  for (int i = 0; i < 1000; ++i) {
    tab.says(
        watch(1, R"("ask":"pool","payload":{"name":"p)" + std::to_string(i) + "\"}"));
    tab.says(R"({"kind":"unwatch","id":1})");
  }
  BOOST_TEST(tab.calls.size() == page_limits::page_firsts);
  for (auto i = tab.calls.size(); i > 0; --i)
    tab.answers("pool", "{}");
  tab.says(watch(1, R"("ask":"pools")"));
  tab.pass(1);
  tab.answers("pools", pools(1));
  BOOST_TEST(tab.shown(1) == pools(1));
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_refused_and_the_tab_stays) {
  tab.takes();
  tab.says("no json");
  tab.says(R"({"kind":"watch","id":3,"ask":"restart"})");
  BOOST_TEST(kinds(tab.takes()) == "error:bad_request error:bad_request");
  BOOST_TEST(tab.is_open);
  tab.says(watch_pools);
  BOOST_TEST(tab.open("pools") == 1u);
}

BOOST_AUTO_TEST_CASE(a_terminal_is_asked_by_its_worker) {
  tab.says(watch(1, R"("ask":"snapshot","payload":{"name":"t","format":"ansi"})"));
  BOOST_TEST(tab.calls.at(0).to == "t.0");
  tab.answers("snapshot", R"({"rows":24})");
  BOOST_TEST(tab.shown(1) == R"({"rows":24})");
  tab.takes();
  tab.says(watch(2, R"("ask":"info","payload":{"name":"nobody"})"));
  BOOST_TEST(kinds(tab.takes()) == "error:worker_not_found");
}

BOOST_AUTO_TEST_CASE(input_is_answered_when_it_has_reached_the_terminal) {
  tab.takes();
  tab.says(R"({"kind":"input","id":7,"name":"t","data":"ls\r"})");
  BOOST_TEST(tab.calls.at(0).to == "t.0");
  BOOST_TEST(tab.calls.at(0).payload == R"({"data":"ls\r"})");
  BOOST_TEST(kinds(tab.takes()) == "");
  tab.answers("input", "{}");
  BOOST_TEST(tab.takes().back() == R"({"kind":"input","id":7,"error":null})");
  tab.says(R"({"kind":"input","id":8,"name":"nobody","data":"x"})");
  BOOST_TEST(kinds(tab.takes()) == "input:worker_not_found");
}

BOOST_AUTO_TEST_CASE(input_that_nothing_takes_is_limited_and_hinders_no_look) {
  tab.takes();
  for (int i = 0; i < 257; ++i)
    tab.says(R"({"kind":"input","id":7,"name":"t","data":"x"})");
  BOOST_TEST(kinds(tab.takes()) == "input:busy");
  tab.says(watch_pools);
  BOOST_TEST(tab.open("pools") == 1u);
}

BOOST_AUTO_TEST_CASE(the_view_key_is_not_enough_to_type) {
  fake_tab viewer{board, false};
  viewer.takes();
  viewer.says(R"({"kind":"input","id":7,"name":"t","data":"x"})");
  BOOST_TEST(kinds(viewer.takes()) == "input:forbidden");
  BOOST_TEST(viewer.calls.empty());
  viewer.says(watch_pools);
  BOOST_TEST(viewer.open("pools") == 1u);
}

BOOST_AUTO_TEST_CASE(events_begin_now_and_come_in_batches) {
  tab.takes();
  tab.says(watch(4, R"("ask":"events","payload":{"kinds":["worker_exited"]})"));
  BOOST_TEST(tab.calls.at(0).payload == R"({"kinds":["worker_exited"],"wait":false})");
  tab.answers("events", R"({"events":[],"next":17})");
  BOOST_TEST(tab.takes().back() == R"({"kind":"events","id":4,"events":[]})");
  BOOST_TEST(tab.open("events") == 0u); // not before a pause
  tab.run_late_work();
  BOOST_TEST(tab.calls.at(1).payload == R"({"kinds":["worker_exited"],"since":17})");
  auto events =
      R"([{"seq":18,"kind":"worker_exited"},{"seq":20,"kind":"gap","from":19,"to":20}])";
  tab.answers("events", R"({"events":)" + std::string{events} + R"(,"next":20})");
  BOOST_TEST(tab.takes().back()
             == R"({"kind":"events","id":4,"events":)" + std::string{events} + "}");
}

BOOST_AUTO_TEST_CASE(events_go_on_where_they_were_when_the_tab_is_seen_again) {
  tab.says(watch(4, R"("ask":"events")"));
  tab.answers("events", R"({"events":[],"next":17})");
  tab.run_late_work();
  tab.says(R"({"kind":"pause"})");
  BOOST_TEST(tab.open("events") == 0u); // it is taken back
  tab.pass(2);
  tab.run_late_work();
  BOOST_TEST(tab.open("events") == 0u);
  tab.says(R"({"kind":"resume"})");
  BOOST_TEST(tab.open("events") == 1u);
  BOOST_TEST(tab.calls.back().payload == R"({"since":17})");
}

BOOST_AUTO_TEST_CASE(events_wait_for_one_that_does_not_read) {
  tab.says(watch(4, R"("ask":"events")"));
  tab.answers("events", R"({"events":[],"next":1})");
  tab.run_late_work();
  tab.is_reading = false;
  auto text = std::string(100'000, 'x');
  tab.answers("events", R"({"events":[{"seq":2,"kind":"worker_event","payload":")" + text
                            + R"("}],"next":2})");
  tab.run_late_work();
  BOOST_TEST(tab.open("events") == 0u);
  tab.takes();
  BOOST_TEST(tab.open("events") == 1u);
}

BOOST_AUTO_TEST_CASE(
    events_of_a_node_that_is_not_there_are_an_error_that_is_tried_again) {
  tab.takes();
  tab.says(watch(4, R"("ask":"events","payload":{"node":"nowhere"})"));
  BOOST_TEST(kinds(tab.takes()) == "error:not_found");
  tab.pass(2);
  BOOST_TEST(kinds(tab.takes()) == "beat");
}

BOOST_AUTO_TEST_CASE(a_look_at_events_that_is_closed_leaves_nothing_behind) {
  for (int i = 0; i < 30; ++i) {
    tab.says(watch(4, R"("ask":"events")"));
    BOOST_TEST_REQUIRE(tab.open("events") == 1u);
    tab.says(R"({"kind":"unwatch","id":4})");
    BOOST_TEST_REQUIRE(tab.open("events") == 0u);
  }
  tab.run_late_work();
  BOOST_TEST(tab.open("events") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
