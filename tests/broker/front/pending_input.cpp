#include "broker/front/pending_input.hpp"
#include "broker/front/lingering.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

BOOST_AUTO_TEST_SUITE(input_of_clients)

BOOST_AUTO_TEST_CASE(what_is_kept_is_taken_once) {
  pending_input in;
  BOOST_TEST(in.empty());
  in.keep("abc");
  BOOST_TEST(!in.empty());
  BOOST_TEST(in.take() == "abc");
  BOOST_TEST(in.empty());
}

BOOST_AUTO_TEST_CASE(one_iteration_is_asked_for_at_a_time) {
  pending_input in;
  BOOST_TEST(in.begin_iteration());
  BOOST_TEST(!in.begin_iteration());
  in.end_iteration();
  BOOST_TEST(in.begin_iteration());
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_on_is_waited_for_by_time_and_bytes) {
  lingering l;
  const steady_clock::time_point now{std::chrono::hours{1}};
  BOOST_TEST(!l.has_begun());
  l.begin(now);
  BOOST_TEST(l.has_begun());
  BOOST_TEST(!l.is_over(now + front_limits::linger - std::chrono::milliseconds{1}));
  BOOST_TEST(l.is_over(now + front_limits::linger));
  BOOST_TEST(!l.drop(front_limits::linger_bytes));
  BOOST_TEST(l.drop(1));
}

BOOST_AUTO_TEST_SUITE_END()
