#include "broker/front/http/exchange.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front::http;

BOOST_AUTO_TEST_SUITE(exchange_queues)

BOOST_AUTO_TEST_CASE(tags_go_on_by_one_whatever_leaves) {
  exchange_queue all;
  all.add().answer = "a";
  BOOST_TEST(all.last_tag() == 0u);
  all.add().answer = "bc";
  BOOST_TEST(all.last_tag() == 1u);
  BOOST_TEST(all.pop_front() == 0u);
  BOOST_TEST(all.first_tag() == 1u);
  BOOST_TEST(all.front().answer == "bc");
  all.add();
  BOOST_TEST(all.last_tag() == 2u);
  all.take_back();
  BOOST_TEST(all.last_tag() == 1u);
}

BOOST_AUTO_TEST_CASE(any_number_of_requests_comes_out_in_order) {
  exchange_queue all;
  size_t next = 0;
  size_t in = 0;
  for (size_t open : {1, 3, 2, 9, 0, 1, 5, 17, 0}) {
    while (all.size() < open)
      all.add().answer = std::to_string(in++);
    while (all.size() > open) {
      BOOST_TEST_REQUIRE(all.front().answer == std::to_string(next));
      BOOST_TEST_REQUIRE(all.pop_front() == next++);
    }
    if (open > 0)
      BOOST_TEST_REQUIRE(all.find(all.last_tag())->answer == std::to_string(in - 1));
  }
  BOOST_TEST(next == in);
  BOOST_TEST(all.empty());
}

BOOST_AUTO_TEST_CASE(a_place_that_is_used_again_is_as_new) {
  exchange_queue all;
  auto& first = all.add();
  first.answer = "a";
  first.answered = first.streaming = true;
  all.pop_front();
  auto& second = all.add();
  BOOST_TEST(second.answer.empty());
  BOOST_TEST(!second.answered);
  BOOST_TEST(!second.streaming);
}

BOOST_AUTO_TEST_CASE(a_queue_that_has_freed_its_places_goes_on) {
  exchange_queue all;
  for (size_t i = 0; i < 3; ++i)
    all.add();
  while (!all.empty())
    all.pop_front();
  all.shrink();
  all.add().answer = "a";
  BOOST_TEST(all.first_tag() == 3u);
  all.shrink(); // one is in use
  all.add().answer = "b";
  BOOST_TEST(all.pop_front() == 3u);
  BOOST_TEST(all.front().answer == "b");
}

BOOST_AUTO_TEST_CASE(only_what_waits_for_an_answer_is_found) {
  exchange_queue all;
  all.add();
  all.add();
  all.pop_front();
  BOOST_TEST(all.find(tag_id{1}) == &all.front());
  BOOST_TEST(!all.find(tag_id{0}));
  BOOST_TEST(!all.find(tag_id{2}));
  all.front().answered = true;
  BOOST_TEST(!all.find(tag_id{1}));
}

BOOST_AUTO_TEST_CASE(the_first_is_next_and_who_is_not_known_is_not_waited_for) {
  exchange_queue all;
  all.add();
  all.add();
  BOOST_TEST(all.is_next(tag_id{0}));
  BOOST_TEST(!all.is_next(tag_id{1}));
  BOOST_TEST(all.is_next(tag_id{2}));
  all.pop_front();
  BOOST_TEST(all.is_next(tag_id{1}));
}

BOOST_AUTO_TEST_CASE(answers_that_have_not_left_are_held) {
  exchange_queue all;
  BOOST_TEST(all.held_bytes() == 0u);
  all.add().answer = "abc";
  all.add().answer = "de";
  BOOST_TEST(all.held_bytes() == 5u);
  all.clear();
  BOOST_TEST(all.held_bytes() == 0u);
  BOOST_TEST(all.empty());
}

BOOST_AUTO_TEST_CASE(what_was_no_request_is_answered_in_an_envelope_and_own_words) {
  exchange none;
  BOOST_TEST((none.answers() == answer_form::envelope));
  BOOST_TEST((none.errors() == troupe::front::error_words::own));
  BOOST_TEST(!none.id());
  route events{.method = "GET",
               .pattern = "e",
               .answers = answer_form::events,
               .errors = troupe::front::error_words::relay};
  none.where = &events;
  BOOST_TEST((none.answers() == answer_form::events));
  BOOST_TEST((none.errors() == troupe::front::error_words::relay));
}

BOOST_AUTO_TEST_SUITE_END()
