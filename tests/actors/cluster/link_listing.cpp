// What operators see of calls that are at other nodes, and how they take one back.
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace link_listing {

struct listing : cluster_fixture {
  listing() {
    far = &add_pool("beta", "p");
    at("alpha");
    connect("alpha", "beta");
    tell_views();
  }

  open_calls list(call_query wanted = {.limit = 100}) {
    auto asked = ask(at("alpha").route, std::move(wanted));
    advance(100ms);
    return answer_of<open_calls>(asked);
  }
  template <class Handle>
  static fault fault_of(Handle& asked) {
    fault why;
    asked.receive([](open_call&) { BOOST_ERROR("a fault was expected"); },
                  [&](caf::error& e) { why = to_fault(e); });
    return why;
  }

  pool_side* far = nullptr;
};

} // namespace link_listing

BOOST_FIXTURE_TEST_SUITE(link_listing, listing)

BOOST_AUTO_TEST_CASE(a_call_at_another_node_is_listed_as_running_there) {
  submit("alpha", "p", 1);
  auto calls = list();
  BOOST_TEST_REQUIRE(calls.size() == 1u);
  BOOST_TEST((calls[0].state == call_state::running));
  BOOST_TEST(calls[0].worker == "p@beta");
  BOOST_TEST(calls[0].id.pool == "p");
  BOOST_TEST(calls[0].id.peer == "beta");
  BOOST_TEST(list({.pool = "q", .limit = 9}).size() == 0u);
  BOOST_TEST(list({.state = call_state::waiting, .limit = 9}).size() == 0u);
  answer(*far, 0, "1");
  BOOST_TEST(list().size() == 0u);
}

BOOST_AUTO_TEST_CASE(it_is_taken_back_at_both_nodes_and_has_one_outcome) {
  submit("alpha", "p", 1);
  auto number = list().at(0).id.number;
  auto asked = ask(at("alpha").route, atom::cancel_v, std::string{"beta"}, number);
  BOOST_TEST(answer_of<open_call>(asked).worker == "p@beta");
  run();
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(sink->error(1).message == "by an operator");
  BOOST_TEST(far->record->cancelled.size() == 1u);
  auto again = ask(at("alpha").route, atom::cancel_v, std::string{"beta"}, number);
  BOOST_TEST(fault_of(again).what == code::not_found);
  auto nowhere = ask(at("alpha").route, atom::cancel_v, std::string{"gamma"}, number);
  BOOST_TEST(fault_of(nowhere).what == code::not_found);
}

BOOST_AUTO_TEST_CASE(taken_back_where_it_waits_it_does_not_run_elsewhere) {
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  auto there = ask(far->broker, call_query{.state = call_state::waiting, .limit = 9});
  auto waiting = answer_of<open_calls>(there);
  BOOST_TEST_REQUIRE(waiting.size() == 1u);
  BOOST_TEST(to_string(waiting[0].from) == "node alpha");
  ask(far->broker, atom::cancel_v, waiting[0].id.number);
  run();
  BOOST_TEST(sink->count(2) == 1u);
  BOOST_TEST(sink->error(2).what == code::cancelled);
  BOOST_TEST(list().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
