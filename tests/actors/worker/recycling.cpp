#include "actors/worker/recycling.hpp"

#include "actors/worker/idle_notice.hpp"
#include "actors/worker/recycle_limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::worker;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(recycling_rules)

BOOST_AUTO_TEST_CASE(a_worker_is_due_for_one_reason_and_asks_once) {
  recycling r;
  BOOST_TEST(!r.must_ask());
  BOOST_TEST(r.reach(end_reason::age));
  BOOST_TEST(!r.reach(end_reason::memory));
  BOOST_TEST((r.due() == end_reason::age));
  BOOST_TEST(r.must_ask()); // and does so later, if it may not go now
  BOOST_TEST(r.must_ask());
  r.note_asked();
  BOOST_TEST(!r.must_ask());
  BOOST_TEST(!r.reach(end_reason::idle));
}

BOOST_AUTO_TEST_CASE(there_are_no_limits_before_they_are_set) {
  recycling r;
  BOOST_TEST(r.limits().jobs == 0u);
  config::recycle own;
  own.jobs = 5;
  r.begin(own);
  BOOST_TEST(r.limits().jobs == 5u);
}

BOOST_AUTO_TEST_CASE(own_limits_are_lower_by_no_more_than_the_jitter) {
  config::recycle rules;
  rules.jobs = 1000;
  rules.age = 1000s;
  rules.jitter = 0.1;
  for (int i = 0; i < 100; ++i) {
    auto own = own_limits(rules);
    BOOST_TEST((own.jobs >= 900 && own.jobs <= 1000));
    BOOST_TEST((own.age >= 900s && own.age <= 1000s));
    BOOST_TEST(own.memory == 0u); // stays without a limit
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(idle_notices)

BOOST_AUTO_TEST_CASE(it_is_looked_at_once_for_each_setting) {
  idle_notice n;
  BOOST_TEST(!n.is_on());
  BOOST_TEST(!n.set(0ms));
  BOOST_TEST(n.set(2s));
  BOOST_TEST(!n.set(2s));
  BOOST_TEST(n.is_on());
  auto old = n.subject();
  BOOST_TEST(n.set(3s));
  BOOST_TEST(n.subject() != old);
  BOOST_TEST(!n.set(0ms));
  BOOST_TEST(!n.is_on());
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_idle_long_enough_is_told_of_each_time) {
  idle_notice n;
  n.set(2s);
  auto early = n.look(500ms);
  BOOST_TEST(!early.tell);
  BOOST_TEST((early.next == 500ms));
  auto due = n.look(0ms);
  BOOST_TEST(due.tell);
  BOOST_TEST((due.next == 2s));
}

BOOST_AUTO_TEST_SUITE_END()
