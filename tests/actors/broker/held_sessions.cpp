#include "actors/broker/held_sessions.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::broker;

namespace sessions_that_are_held {

const fault death{code::worker_died, "it died"};

struct held_fixture {
  held_sessions held;
  const worker_set::ref one{0, incarnation_id{1}};
  const worker_set::ref two{0, incarnation_id{2}};
  /// Tags of the steps that ended.
  std::vector<uint64_t> ended;

  ~held_fixture() { BOOST_TEST(held.verify().value_or("") == ""); }

  held_sessions::step_end end() {
    return [this](pending_call& c, const fault&) { ended.push_back(c.tag); };
  }
  size_t slots() const {
    size_t n = 0;
    held.for_each_slot([&](worker_set::ref) { ++n; });
    return n;
  }
};

} // namespace sessions_that_are_held

BOOST_FIXTURE_TEST_SUITE(sessions_that_are_held, held_fixture)

BOOST_AUTO_TEST_CASE(a_session_keeps_a_slot_of_its_worker_until_it_goes_on) {
  held.hold("a", one);
  BOOST_TEST(held.find("a")->worker.incarnation == 1u);
  BOOST_TEST(slots() == 1u);
  held.remove("a");
  BOOST_TEST(!held.find("a"));
  BOOST_TEST(slots() == 0u);
  held.remove("a"); // again: nothing happens
}

BOOST_AUTO_TEST_CASE(the_sessions_of_a_worker_that_goes_are_lost_and_no_others) {
  held.hold("a", one);
  held.hold("b", two);
  held.lose(one, death, end());
  BOOST_TEST(held.find("a")->lost->message == "it died");
  BOOST_TEST(!held.find("b")->lost);
  BOOST_TEST(slots() == 1u);
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_a_session_is_told_and_it_is_forgotten) {
  held.expect("a");
  BOOST_TEST(slots() == 0u);
  held.find("a")->next.emplace().tag = tag_id{5};
  BOOST_TEST(held.waiting_steps() == 1u);
  held.lose("a", death, end());
  BOOST_TEST(ended == std::vector<uint64_t>{5}, boost::test_tools::per_element());
  BOOST_TEST(!held.find("a"));
  held.lose("a", death, end()); // nobody is told twice
  BOOST_TEST(ended.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_slot_is_kept_until_its_worker_has_ended_the_session) {
  held.begin_end(one);
  held.begin_end(one);
  BOOST_TEST(slots() == 2u);
  held.finish_end(one);
  BOOST_TEST(slots() == 1u);
  held.finish_end(two); // one that has nothing to end
  BOOST_TEST(slots() == 1u);
}

BOOST_AUTO_TEST_CASE(a_step_that_waits_beside_its_worker_is_found_to_be_wrong) {
  held.hold("a", one).next.emplace();
  BOOST_TEST(held.verify().has_value());
  held.find("a")->next.reset();
  held.find("a")->lost = death;
  held.find("a")->next.emplace();
  BOOST_TEST(held.verify().has_value());
  held.remove("a");
}

BOOST_AUTO_TEST_SUITE_END()
