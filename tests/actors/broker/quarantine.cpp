#include "actors/broker/quarantine.hpp"
#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace troupe;
using namespace troupe::broker;

namespace quarantines {

call make(const std::string& payload, const std::string& kind = "k") {
  call c;
  c.kind = shared_bytes{kind};
  c.payload = shared_bytes{payload};
  return c;
}

const steady_clock::time_point now = steady_clock::time_point{} + std::chrono::hours{1};

} // namespace quarantines

BOOST_AUTO_TEST_SUITE(quarantines)

BOOST_AUTO_TEST_CASE(a_call_is_refused_once_it_has_killed_as_many_as_it_may) {
  quarantine q{2};
  BOOST_TEST(!q.record_death(make("1"), now));
  BOOST_TEST(!q.refuses(make("1"), now));
  BOOST_TEST(q.record_death(make("1"), now));
  BOOST_TEST(q.refuses(make("1"), now));
}

BOOST_AUTO_TEST_CASE(another_payload_or_another_kind_is_another_call) {
  quarantine q{1};
  q.record_death(make("1"), now);
  BOOST_TEST(!q.refuses(make("2"), now));
  BOOST_TEST(!q.refuses(make("1", "other"), now));
}

BOOST_AUTO_TEST_CASE(a_call_that_ended_well_starts_over) {
  quarantine q{2};
  q.record_death(make("1"), now);
  q.record_success(make("1"));
  BOOST_TEST(!q.record_death(make("1"), now));
  BOOST_TEST(!q.refuses(make("1"), now));
}

BOOST_AUTO_TEST_CASE(zero_switches_it_off) {
  quarantine q{0};
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(!q.record_death(make("1"), now));
  BOOST_TEST(!q.refuses(make("1"), now));
}

BOOST_AUTO_TEST_CASE(it_remembers_a_thousand_and_forgets_the_oldest_first) {
  quarantine q{1};
  for (int i = 0; i < 1025; ++i)
    q.record_death(make(std::to_string(i)), now);
  BOOST_TEST(!q.refuses(make("0"), now));
  BOOST_TEST(q.refuses(make("1"), now));
  BOOST_TEST(q.refuses(make("1024"), now));
  // What was acquitted holds no place.
  q.record_success(make("500"));
  q.record_death(make("new"), now);
  BOOST_TEST(q.refuses(make("1"), now));
}

BOOST_AUTO_TEST_CASE(what_was_beside_the_killer_is_forgotten_in_time) {
  quarantine q{2};
  q.record_death(make("1"), now);
  q.record_death(make("1"), now);
  auto later = now + limits::quarantine_memory;
  BOOST_TEST(q.refuses(make("1"), later));
  BOOST_TEST(!q.refuses(make("1"), later + std::chrono::seconds{1}));
  BOOST_TEST(!q.record_death(make("1"), later + std::chrono::seconds{1}));
  BOOST_TEST(q.record_death(make("1"), later + std::chrono::seconds{2}));
}

BOOST_AUTO_TEST_SUITE_END()
