// The tests of the broker verify its state after each message. Here is what that finds.
#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace verified_brokers {

/// A broker with one call that runs and one that waits.
struct verify_fixture : broker_fixture {
  void begin() {
    start();
    join(0);
    submit({make(1), make(2)});
    verifies = false;
    BOOST_TEST(found() == "");
  }

  /// Puts a call into the queue behind the back of what counts them.
  void put_in_queue(const call& what) {
    auto c = std::make_unique<pending_call>();
    c->what = what;
    c->start_by = now() + 1h;
    state().enqueue(std::move(c));
  }

  std::string found() { return state().verify().value_or(""); }
};

} // namespace verified_brokers

BOOST_FIXTURE_TEST_SUITE(verified_brokers, verify_fixture)

BOOST_AUTO_TEST_CASE(a_call_that_is_settled_twice_is_found) {
  begin();
  ++state().counters.errors;
  BOOST_TEST(found() == "broker: 2 calls came, 1 ended and 2 are open");
  --state().counters.errors;
  BOOST_TEST(found() == "");
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_taken_without_a_call_in_it_is_found) {
  begin();
  auto r = *state().workers.find_incarnation(incarnation(0));
  state().workers.acquire(r);
  BOOST_TEST(found() == "broker: what is in a worker is not what its count says");
  state().workers.release(r);
  state().workers.release(r); // one of which a call is in it
  BOOST_TEST(found() == "broker: what is in a worker is not what its count says");
  state().workers.acquire(r);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_beside_a_free_slot_is_found) {
  begin();
  auto spare = join(0); // takes what waits
  BOOST_TEST(worker(spare).jobs.size() == 1u);
  put_in_queue(make(3));
  ++state().counters.calls;
  state().count_arrival(make(3));
  BOOST_TEST(found() == "broker: other nodes are told of another load");
  state().note_load();
  BOOST_TEST(found() == "");
  answer(spare, 0, "1"); // and takes the third
  BOOST_TEST(found() == "");
  answer(spare, 1, "1");
  put_in_queue(make(4));
  ++state().counters.calls;
  state().count_arrival(make(4));
  BOOST_TEST(found() == "broker: a call waits although a worker has room for it");
}

BOOST_AUTO_TEST_CASE(a_call_that_the_index_does_not_know_is_found) {
  begin();
  state().open.remove(state().running[0].call);
  BOOST_TEST(found() == "broker: the index does not know where a call is");
}

BOOST_AUTO_TEST_SUITE_END()
