#include "actors/public/call_desk.hpp"

#include "tests/protocol/support.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace troupe;

namespace call_desks {

struct desk_fixture {
  std::vector<std::string> thrown;
  call_desk desk{[this](const char* what) { thrown.push_back(what); }};
  std::vector<code> ends;

  tag_id enter(part_handler on_part = {}) {
    return desk
        .enter(
            {},
            [this](const result<call_answer>& r) {
              ends.push_back(r ? code::none : r.error().what);
            },
            std::move(on_part))
        .value();
  }
};

} // namespace call_desks

BOOST_FIXTURE_TEST_SUITE(call_desks, call_desks::desk_fixture)

BOOST_AUTO_TEST_CASE(a_call_ends_once) {
  auto tag = enter();
  desk.settle(tag, outcome{});
  desk.settle(tag, failure(code::internal, "late"));
  BOOST_TEST(ends == std::vector{code::none}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_desk_that_closes_ends_all_calls_and_takes_no_more) {
  enter();
  auto second = enter();
  desk.close({code::shutting_down, "over"});
  desk.close({code::internal, "again"});
  desk.settle(second, outcome{});
  BOOST_TEST(ends == (std::vector{code::shutting_down, code::shutting_down}),
             boost::test_tools::per_element());
  auto late = desk.enter({}, [](const result<call_answer>&) {}, {});
  BOOST_TEST_REQUIRE(!late.has_value());
  BOOST_TEST(late.error().what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_part_that_was_handled_or_is_not_wanted_makes_room) {
  size_t handled = 0;
  auto flow = std::make_shared<stream_flow>();
  auto with = enter([&](const shared_bytes& p) { handled += p.size(); });
  auto without = enter();
  std::string large(300'000, 'x');
  for (auto tag : {with, without, tag_id{99}}) {
    flow->add(large.size());
    BOOST_TEST(flow->is_full());
    desk.chunk(tag, shared_bytes{large}, flow);
    BOOST_TEST(!flow->is_full());
  }
  BOOST_TEST(handled == large.size());
}

BOOST_AUTO_TEST_CASE(an_end_waits_for_the_part_that_is_being_handled) {
  std::vector<size_t> ends_seen;
  std::optional<tag_id> tag;
  auto handler = [&](bool closes) {
    return [&, closes](const shared_bytes&) {
      if (closes)
        desk.close({code::shutting_down, "over"});
      else
        desk.settle(*tag, outcome{}); // as from another thread
      desk.chunk(*tag, shared_bytes{"late"}, nullptr);
      ends_seen.push_back(ends.size());
    };
  };
  for (auto closes : {false, true}) {
    tag = enter(handler(closes));
    desk.chunk(*tag, shared_bytes{"x"}, nullptr);
  }
  BOOST_TEST(ends_seen == (std::vector<size_t>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(ends == (std::vector{code::none, code::shutting_down}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_thrown_is_told_and_goes_no_further) {
  auto tag = desk.enter(
      {}, [](const result<call_answer>&) { throw std::runtime_error{"one"}; },
      [](const shared_bytes&) { throw 2; });
  desk.chunk(*tag, shared_bytes::literal("1"), nullptr);
  desk.settle(*tag, outcome{});
  BOOST_TEST(
      thrown == (std::vector<std::string>{"something that is no std::exception", "one"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_a_thread_in_a_handler_is_in_one) {
  std::vector<bool> seen;
  auto tag = desk.enter(
      {}, [&](const result<call_answer>&) { seen.push_back(desk.is_in_handler()); }, {});
  desk.settle(*tag, outcome{});
  seen.push_back(desk.is_in_handler());
  BOOST_TEST(seen == (std::vector{true, false}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
