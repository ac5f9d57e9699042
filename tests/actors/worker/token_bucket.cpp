#include "actors/worker/token_bucket.hpp"

#include "actors/worker/inflow.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::worker;
using namespace std::chrono_literals;

namespace token_buckets {

struct fixture {
  token_bucket::time_point now{1h};
  token_bucket bucket{1000, 10};
};

} // namespace token_buckets

BOOST_FIXTURE_TEST_SUITE(token_buckets, fixture)

BOOST_AUTO_TEST_CASE(a_burst_is_had_at_once_and_then_the_rate) {
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(bucket.try_take(1, now));
  BOOST_TEST(!bucket.try_take(1, now));
  now += 1ms;
  BOOST_TEST(bucket.try_take(1, now));
  BOOST_TEST(!bucket.try_take(1, now));
}

BOOST_AUTO_TEST_CASE(quiet_time_saves_no_more_than_a_burst) {
  bucket.take(10, now);
  now += 1h;
  BOOST_TEST(!bucket.try_take(11, now));
  BOOST_TEST(bucket.try_take(10, now));
}

BOOST_AUTO_TEST_CASE(what_is_taken_beyond_is_a_debt_that_time_pays) {
  bucket.take(30, now);
  BOOST_TEST((bucket.debt(now) == 20ms));
  now += 15ms;
  BOOST_TEST((bucket.debt(now) == 5ms));
  BOOST_TEST(!bucket.try_take(1, now));
  now += 6ms;
  BOOST_TEST((bucket.debt(now) == 0ms));
  BOOST_TEST(bucket.try_take(1, now));
}

BOOST_AUTO_TEST_CASE(what_is_not_there_yet_says_how_long_it_takes) {
  bucket.take(9, now);
  BOOST_TEST((bucket.wait(1, now) == 0ms));
  BOOST_TEST((bucket.wait(3, now) == 2ms));
  BOOST_TEST(bucket.try_take(1, now));
  BOOST_TEST((bucket.wait(1, now) == 1ms));
  BOOST_TEST((bucket.wait(1, now + 1ms) == 0ms));
}

BOOST_AUTO_TEST_CASE(a_new_one_is_full_and_is_so_again_after_a_quiet_time) {
  token_bucket slow{token_bucket::duration{1h}, 100};
  BOOST_TEST(slow.is_full(now));
  BOOST_TEST(slow.try_take(100, now));
  BOOST_TEST(!slow.is_full(now));
  BOOST_TEST(!slow.is_full(now + 99h));
  BOOST_TEST(slow.is_full(now + 100h));
}

BOOST_AUTO_TEST_CASE(an_inflow_is_handed_out_in_pieces_each_of_one_channel) {
  inflow in;
  in.add(0, shared_bytes{std::string{"abcdef"}});
  in.add(1, shared_bytes{std::string{"gh"}});
  in.add(0, {});
  auto next = [&] {
    auto p = in.take(4);
    return std::to_string(p.channel) + p.bytes.str();
  };
  BOOST_TEST(next() == "0abcd");
  BOOST_TEST(next() == "0ef");
  BOOST_TEST(next() == "1gh");
  BOOST_TEST(!in.empty());
  BOOST_TEST(next() == "0"); // the channel's end
  BOOST_TEST(in.empty());
}

BOOST_AUTO_TEST_SUITE_END()
