#include "broker/front/arrivals.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

namespace outcomes_that_arrive {

arrival result_of(size_t bytes) {
  return {tag_id{1}, outcome{shared_bytes{std::string(bytes, '1')}}, nullptr};
}

} // namespace outcomes_that_arrive

BOOST_AUTO_TEST_SUITE(outcomes_that_arrive)

BOOST_AUTO_TEST_CASE(the_first_of_many_calls_the_loop) {
  arrivals all;
  output_backlog client;
  BOOST_TEST(all.add(result_of(1), client));
  BOOST_TEST(!all.add({tag_id{2}, shared_bytes{std::string{"part"}}, nullptr}, client));
  auto taken = all.take();
  BOOST_REQUIRE(taken.size() == 2u);
  BOOST_TEST(taken[0].tag == 1u);
  BOOST_TEST(taken[1].tag == 2u);
  BOOST_TEST(all.take().empty());
  BOOST_TEST(all.add(result_of(1), client));
}

BOOST_AUTO_TEST_CASE(too_much_at_once_means_that_the_client_is_behind) {
  arrivals all;
  output_backlog client;
  all.add(result_of(limits::client_backlog - 1), client);
  all.add({tag_id{1}, failure(code::internal, "of no weight"), nullptr}, client);
  BOOST_TEST(!client.is_behind());
  all.take();
  all.add(result_of(1), client);
  BOOST_TEST(!client.is_behind());
  all.add({tag_id{1}, shared_bytes{std::string(limits::client_backlog, '1')}, nullptr},
          client);
  BOOST_TEST(client.is_behind());
}

BOOST_AUTO_TEST_SUITE_END()
