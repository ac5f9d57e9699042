// Proves that a worker without a call takes little memory: there may be thousands.
#include "actors/supervisor/replica.hpp"
#include "actors/worker/worker.hpp"
#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::worker;

BOOST_AUTO_TEST_SUITE(idle_workers)

BOOST_AUTO_TEST_CASE(the_data_of_a_worker_and_of_its_replica_take_at_most_1600_bytes) {
  BOOST_TEST(sizeof(worker_state) + sizeof(supervisor::replica) <= 1600u);
}

BOOST_AUTO_TEST_CASE(frames_keep_their_memory_unless_that_is_to_be_freed) {
  frame_inflow said;
  said.frames().resize(4);
  said.forget_frames();
  BOOST_TEST(said.frames().capacity() >= 4u);
  said.release_soon();
  said.frames().resize(4);
  said.forget_frames();
  BOOST_TEST(said.frames().capacity() == 0u);
  said.frames().resize(4); // once is enough
  said.forget_frames();
  BOOST_TEST(said.frames().capacity() >= 4u);
}

BOOST_AUTO_TEST_CASE(an_event_that_cannot_be_sent_is_counted_from_the_first_on) {
  worker_losses losses;
  BOOST_TEST(!losses.flow());
  BOOST_TEST(losses.admit_event(1));
  BOOST_TEST(losses.flow());
  BOOST_TEST(!losses.admit_event(limits::event_bytes + 1));
  BOOST_TEST(losses.total().events == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
