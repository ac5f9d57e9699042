// Web calls: which workers take them.
#include "protocol/web/web_frame.hpp"
#include "tests/actors/worker/support_worker.hpp"

using namespace troupe;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(worker_web, worker_fixture)

BOOST_AUTO_TEST_CASE(a_request_goes_to_the_child_as_its_protocol_says) {
  start_ready();
  give_web(1, sink);
  auto line = process->read();
  BOOST_TEST(has(line, R"("payload":{"method":"GET",)"), line);
  BOOST_TEST(has(line, R"("body":"body"})"), line);
  answers("0.1", R"({"status":200,"body":"a\nb"})");
  auto frame = sink->result(1);
  auto parts = web::split(frame);
  BOOST_TEST_REQUIRE(parts.has_value());
  BOOST_TEST(parts->body == "a\nb");
}

BOOST_AUTO_TEST_CASE(a_request_without_a_taker_of_parts_is_refused_and_its_slot_is_free) {
  start_ready();
  give_web(1, nullptr);
  BOOST_TEST(sink->error(1).what == code::bad_request);
  give(2);
  answers("0.2");
  BOOST_TEST(sink->result(2) == "1");
}

BOOST_AUTO_TEST_SUITE_END()
