#include "broker/front/part_flows.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

namespace flows_of_parts {

struct flow_fixture {
  static constexpr size_t much = 1024 * 1024;

  part_flows flows;
  std::shared_ptr<stream_flow> one = make();
  std::shared_ptr<stream_flow> two = make();

  /// A stream with so much on its way that its worker waits.
  static std::shared_ptr<stream_flow> make() {
    auto flow = std::make_shared<stream_flow>();
    flow->add(much);
    return flow;
  }
};

} // namespace flows_of_parts

BOOST_FIXTURE_TEST_SUITE(flows_of_parts, flow_fixture)

BOOST_AUTO_TEST_CASE(a_stream_goes_on_when_the_client_has_all_its_parts) {
  flows.add(one, much / 2);
  flows.add(one, much / 2);
  BOOST_TEST(one->is_full());
  flows.drain();
  BOOST_TEST(!one->is_full());
}

BOOST_AUTO_TEST_CASE(parts_that_wait_for_other_answers_are_not_through) {
  flows.add(one, much);
  flows.hold(tag_id{7}, two, much);
  flows.drain();
  BOOST_TEST(!one->is_full());
  BOOST_TEST(two->is_full());
  flows.release(tag_id{8}); // which has none
  flows.release(tag_id{7});
  BOOST_TEST(two->is_full());
  flows.drain();
  BOOST_TEST(!two->is_full());
}

BOOST_AUTO_TEST_CASE(no_stream_waits_for_a_client_that_is_gone) {
  flows.add(one, much);
  flows.hold(tag_id{7}, two, much);
  flows.drop_all();
  BOOST_TEST(!one->is_full());
  BOOST_TEST(!two->is_full());
}

BOOST_AUTO_TEST_SUITE_END()
