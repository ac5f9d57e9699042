#include "broker/front/relay_errors.hpp"

#include "protocol/base/fault_json.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

BOOST_AUTO_TEST_SUITE(relay_errors)

BOOST_AUTO_TEST_CASE(errors_have_the_words_and_the_status_of_the_other_broker) {
  auto word = [](const fault& f) {
    auto w = to_relay_word(f);
    return std::string{w.name} + " " + std::to_string(w.status);
  };
  BOOST_TEST(word({code::worker_not_found}) == "agent_not_found 404");
  BOOST_TEST(word(malformed("x")) == "invalid_request 400");
  BOOST_TEST(word(malformed_for(request_flaw::format, "x")) == "invalid_format 400");
  BOOST_TEST(word(malformed("x")) == "invalid_request 400");
  BOOST_TEST(word({code::busy}) == "pty_write_queue_full 503");
  BOOST_TEST(word({code::timeout}) == "worker_timeout 504");
  BOOST_TEST(word({code::worker_died}) == "worker_disappeared 503");
  BOOST_TEST(word({code::not_a_terminal}) == "not_a_terminal 409");
}

BOOST_AUTO_TEST_CASE(the_error_of_a_spawn_says_that_it_had_no_success) {
  fault f{code::spawn_failed, "no such \"file\"", {.relayed = "\"pid\":1"}};
  BOOST_TEST(relay_error_members(error_words::relay_success, f)
             == "\"success\":false,\"error\":\"no such \\\"file\\\"\","
                "\"code\":\"spawn_failed\",\"message\":\"no such \\\"file\\\"\","
                "\"retryable\":false,\"pid\":1");
  BOOST_TEST(relay_error_members(error_words::own, f) == to_json_members(f));
}

BOOST_AUTO_TEST_SUITE_END()
