#include "broker/front/output_backlog.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

namespace backlogs {

constexpr auto much = limits::client_backlog;

/// Compared as a number: Boost.Test cannot print it.
int measure(output_backlog& b, size_t bytes) {
  return static_cast<int>(b.measure(bytes));
}

constexpr auto none = static_cast<int>(output_backlog::change::none);
constexpr auto fell_behind = static_cast<int>(output_backlog::change::fell_behind);
constexpr auto caught_up = static_cast<int>(output_backlog::change::caught_up);

} // namespace backlogs

BOOST_AUTO_TEST_SUITE(backlogs)

BOOST_AUTO_TEST_CASE(a_client_is_behind_until_half_of_it_is_left) {
  output_backlog b;
  BOOST_TEST(measure(b, much - 1) == none);
  BOOST_TEST(!b.is_behind());
  BOOST_TEST(measure(b, much) == fell_behind);
  BOOST_TEST(b.is_behind());
  BOOST_TEST(measure(b, much + 1) == none);
  BOOST_TEST(measure(b, much / 2 + 1) == none);
  BOOST_TEST(b.is_behind());
  BOOST_TEST(measure(b, much / 2) == caught_up);
  BOOST_TEST(!b.is_behind());
  BOOST_TEST(measure(b, 0) == none);
}

BOOST_AUTO_TEST_CASE(what_another_thread_brings_counts_until_it_is_measured) {
  output_backlog b;
  b.set_behind();
  BOOST_TEST(b.is_behind());
  BOOST_TEST(!b.is_measured());
  BOOST_TEST(measure(b, 0) == caught_up);
  b.set_behind();
  BOOST_TEST(measure(b, much) == fell_behind);
  BOOST_TEST(b.is_measured());
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_gets_stuck_once) {
  output_backlog b;
  auto later = steady_clock::now() + limits::client_stuck + std::chrono::hours{1};
  BOOST_TEST(!b.has_got_stuck(later)); // it is not behind
  b.measure(much);
  BOOST_TEST(!b.has_got_stuck(steady_clock::now()));
  b.note_taken(later);
  BOOST_TEST(!b.has_got_stuck(later));
  later += limits::client_stuck;
  BOOST_TEST(b.has_got_stuck(later));
  BOOST_TEST(!b.has_got_stuck(later));
}

BOOST_AUTO_TEST_SUITE_END()
