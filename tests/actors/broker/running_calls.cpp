#include "actors/broker/running_calls.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::broker;

namespace calls_in_workers {

struct fixture {
  running_calls running;
  const worker_set::ref worker{3, incarnation_id{7}};

  ~fixture() { BOOST_TEST(running.verify().value_or("") == ""); }

  /// The request for the call has the number `tag`.
  size_t add(uint64_t tag) {
    auto c = std::make_unique<pending_call>();
    c->tag = tag_id{tag};
    auto i = running.add(std::move(c), worker, {}, job_start::afresh);
    running[i].request = request(tag);
    return i;
  }

  static caf::message_id request(uint64_t number) {
    return caf::make_message_id(number).response_id();
  }
};

} // namespace calls_in_workers

BOOST_FIXTURE_TEST_SUITE(calls_in_workers, fixture)

BOOST_AUTO_TEST_CASE(a_call_is_found_by_its_index_and_request_while_its_caller_waits) {
  auto one = add(1);
  auto two = add(2);
  BOOST_TEST(running.find_waited_for(one, request(1))->call.tag == 1u);
  BOOST_TEST(!running.find_waited_for(two, request(1)));
  running.abandon(one);
  BOOST_TEST(!running.find_waited_for(one, request(1)));
  BOOST_TEST(running[one].call.tag == 1u); // its worker still has it
}

BOOST_AUTO_TEST_CASE(an_entry_is_used_again_under_another_ticket_and_request) {
  auto one = add(1);
  auto ticket = running[one].ticket;
  BOOST_TEST(running.remove(one).incarnation == worker.incarnation);
  BOOST_TEST(!running.find_waited_for(one, request(1)));
  auto next = add(2);
  BOOST_TEST(next == one); // else this would test nothing
  BOOST_TEST(running[next].ticket != ticket);
  BOOST_TEST(!running.find_waited_for(one, request(1)));
  BOOST_TEST(running.find_waited_for(one, request(2)));
}

BOOST_AUTO_TEST_CASE(calls_with_and_without_a_caller_are_counted_apart) {
  auto one = add(1);
  auto two = add(2);
  add(3);
  running.abandon(two);
  BOOST_TEST(running.waited_for() == 2u);
  BOOST_TEST(running.abandoned() == 1u);
  running.remove(one);
  running.remove(two);
  BOOST_TEST(running.waited_for() == 1u);
  BOOST_TEST(running.abandoned() == 0u);
}

BOOST_AUTO_TEST_CASE(the_handlers_of_an_entry_are_made_once) {
  std::vector<size_t> made;
  auto make = [&](size_t i) {
    made.push_back(i);
    return caf::behavior{[](int) {}};
  };
  running.handlers(1, make);
  running.handlers(0, make);
  running.handlers(1, make);
  BOOST_TEST(made == (std::vector<size_t>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(free_entries_are_not_visited) {
  auto one = add(1);
  add(2);
  running.remove(one);
  std::vector<uint64_t> seen;
  running.for_each([&](size_t, running_call& f) { seen.push_back(f.call.tag); });
  BOOST_TEST(seen == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(running.all_of([](const running_call& f) { return f.call.tag == 2; }));
}

BOOST_AUTO_TEST_SUITE_END()
