#include "broker/front/call_batches.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

using namespace troupe;
using namespace troupe::front;

namespace calls_of_one_iteration {

struct batch_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system, true};
  directory names{"n"};
  call_batches batches;

  /// A pool that is this test.
  callee_actor pool() { return caf::actor_cast<callee_actor>(self); }

  code add(std::string_view to) {
    auto found = batches.add(names, to, {call{}, nullptr, {}});
    return found ? code::none : found.error().what;
  }
  /// Returns how many calls came in one message; 0 for none.
  size_t received() {
    size_t n = 0;
    if (self->has_next_message())
      self->receive([&](submissions& s) { n = s.size(); });
    return n;
  }
};

} // namespace calls_of_one_iteration

BOOST_FIXTURE_TEST_SUITE(calls_of_one_iteration, batch_fixture)

BOOST_AUTO_TEST_CASE(calls_for_one_pool_are_one_message) {
  names.set({{"p", pool()}});
  add("p");
  add("p");
  BOOST_TEST(received() == 0u);
  batches.send();
  BOOST_TEST(received() == 2u);
  batches.send(); // of nothing
  BOOST_TEST(received() == 0u);
  names.set({});
}

BOOST_AUTO_TEST_CASE(a_name_means_one_thing_within_an_iteration) {
  BOOST_TEST((add("p") == code::pool_not_found));
  names.set({{"p", pool()}});
  BOOST_TEST((add("p") == code::pool_not_found));
  batches.send();
  BOOST_TEST((add("p") == code::none));
  names.set({});
}

BOOST_AUTO_TEST_CASE(one_of_those_who_add_sees_to_it_that_they_are_sent) {
  BOOST_TEST(!batches.is_awaited());
  batches.set_awaited();
  BOOST_TEST(batches.is_awaited());
  batches.send();
  BOOST_TEST(!batches.is_awaited());
}

BOOST_AUTO_TEST_SUITE_END()
