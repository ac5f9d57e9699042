#include "actors/broker/growth.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(growths, fixture)

BOOST_AUTO_TEST_CASE(one_look_at_the_queue_is_under_way_at_a_time) {
  broker::growth g;
  BOOST_TEST(g.begin());
  BOOST_TEST(!g.begin());
  BOOST_TEST(g.look(true)); // calls wait still
  BOOST_TEST(!g.begin());
  BOOST_TEST(!g.look(false));
  BOOST_TEST(g.begin());
}

BOOST_AUTO_TEST_CASE(the_first_supervisor_is_told_apart_from_later_ones) {
  broker::growth g;
  BOOST_TEST(!g.supervisor());
  auto supervisor = make_supervisor(std::make_shared<supervisor_record>());
  BOOST_TEST(g.report_to(supervisor));
  BOOST_TEST(!g.report_to(supervisor));
  BOOST_TEST((g.supervisor() == supervisor));
}

BOOST_AUTO_TEST_SUITE_END()
