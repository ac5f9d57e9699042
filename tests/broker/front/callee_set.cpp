#include "broker/front/callee_set.hpp"

#include "tests/broker/front/support_front.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::testing;

namespace callees_of_connections {

struct callee_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system, true};
  callee_set callees;

  callee_actor spawn() { return play_callee(system, {}); }
  void end(const callee_actor& who) {
    caf::anon_send_exit(who, caf::exit_reason::kill);
    self->wait_for(who);
  }
  size_t count(const callee_actor& who) const {
    auto& all = callees.all();
    return static_cast<size_t>(std::count(all.begin(), all.end(), who));
  }
};

} // namespace callees_of_connections

BOOST_FIXTURE_TEST_SUITE(callees_of_connections, callee_fixture)

BOOST_AUTO_TEST_CASE(each_is_known_once_until_all_are_taken) {
  auto one = spawn();
  callees.add(one);
  callees.add(one);
  BOOST_TEST(count(one) == 1u);
  BOOST_TEST(callees.take().size() == 1u);
  BOOST_TEST(callees.all().empty());
  end(one);
}

BOOST_AUTO_TEST_CASE(those_that_have_ended_are_forgotten_and_others_are_not) {
  auto first = spawn();
  callees.add(first);
  for (int i = 0; i < 200; ++i) {
    auto next = spawn();
    callees.add(next);
    end(next);
  }
  BOOST_TEST(callees.all().size() < 50u);
  BOOST_TEST(count(first) == 1u);
  end(first);
}

BOOST_AUTO_TEST_CASE(those_that_live_are_known_however_many_they_are) {
  std::vector<callee_actor> living;
  for (int i = 0; i < 100; ++i)
    callees.add(living.emplace_back(spawn()));
  for (auto& who : living) {
    BOOST_TEST_REQUIRE(count(who) == 1u);
    end(who);
  }
}

BOOST_AUTO_TEST_SUITE_END()
