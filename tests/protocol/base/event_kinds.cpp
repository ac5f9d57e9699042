#include "protocol/base/event_kinds.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(event_kinds)

BOOST_AUTO_TEST_CASE(known_kinds_are_known) {
  for (auto kind : {"agent_driver_changed", "call_failed", "gap", "session_run",
                    "worker_exited", "worker_stream"})
    BOOST_TEST(troupe::is_event_kind(kind), kind);
  BOOST_TEST(troupe::validate_event_kind("worker_ready").has_value());
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_is_named_beside_the_known_ones) {
  auto valid = troupe::validate_event_kind("worker_dead");
  BOOST_REQUIRE(!valid);
  auto& why = valid.error();
  BOOST_TEST(why.find("\"worker_dead\"") != std::string::npos, why);
  BOOST_TEST(why.find("worker_exited, worker_ready") != std::string::npos, why);
  BOOST_TEST(!troupe::is_event_kind(""));
}

BOOST_AUTO_TEST_SUITE_END()
