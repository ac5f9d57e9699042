#include "actors/session/session_step.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::session;
using namespace troupe::testing;

BOOST_AUTO_TEST_SUITE(steps_of_sessions)

BOOST_AUTO_TEST_CASE(whoever_waits_is_settled_once) {
  auto sink = std::make_shared<recording_sink>();
  session_step step;
  step.settle(outcome{}); // for nobody
  step.waiter.emplace().sink = sink;
  step.waiter->tag = tag_id{3};
  step.settle(failure(fault{code::timeout}));
  step.settle(outcome{});
  BOOST_TEST(sink->count(3) == 1u);
  BOOST_TEST(sink->error(3).what == code::timeout);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_is_known_by_its_client_and_tag) {
  reply_sink_ptr ann = std::make_shared<recording_sink>();
  reply_sink_ptr bob = std::make_shared<recording_sink>();
  session_step step;
  BOOST_TEST(!step.is_for(ann));
  step.waiter.emplace().sink = ann;
  step.waiter->tag = tag_id{3};
  BOOST_TEST(step.is_for(ann));
  BOOST_TEST(!step.is_for(bob));
  BOOST_TEST(step.is_for(ann, tag_id{3}));
  BOOST_TEST(!step.is_for(ann, tag_id{4}));
}

BOOST_AUTO_TEST_SUITE_END()
