#include "tests/protocol/support.hpp"

#include "protocol/base/error.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"

using troupe::code;

namespace errors {

struct row {
  code value;
  uint8_t number;
  const char* name;
  int http_status;
  bool retryable;
};

/// The table as clients know it: a change here breaks them.
constexpr row rows[] = {
    {code::bad_request, 1, "bad_request", 400, false},
    {code::unauthorized, 2, "unauthorized", 401, false},
    {code::forbidden, 3, "forbidden", 403, false},
    {code::pool_not_found, 4, "pool_not_found", 404, false},
    {code::worker_not_found, 5, "worker_not_found", 404, false},
    {code::session_not_found, 6, "session_not_found", 404, false},
    {code::not_found, 7, "not_found", 404, false},
    {code::conflict, 8, "conflict", 409, false},
    {code::not_a_terminal, 9, "not_a_terminal", 409, false},
    {code::payload_too_large, 10, "payload_too_large", 413, false},
    {code::worker_error, 11, "worker_error", 422, false},
    {code::busy, 12, "busy", 429, true},
    {code::cancelled, 13, "cancelled", 499, false},
    {code::internal, 14, "internal", 500, false},
    {code::worker_died, 15, "worker_died", 502, true},
    {code::protocol_error, 16, "protocol_error", 502, false},
    {code::node_down, 17, "node_down", 502, true},
    {code::version_mismatch, 18, "version_mismatch", 502, false},
    {code::handshake_failed, 19, "handshake_failed", 502, false},
    {code::boot_timeout, 20, "boot_timeout", 502, true},
    {code::spawn_failed, 21, "spawn_failed", 502, false},
    {code::unavailable, 22, "unavailable", 503, true},
    {code::shutting_down, 23, "shutting_down", 503, true},
    {code::queue_timeout, 24, "queue_timeout", 504, true},
    {code::timeout, 25, "timeout", 504, true},
};

} // namespace errors

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(every_code_has_its_number_name_status_and_retryability) {
  // One more for `none`, which no error carries.
  BOOST_TEST(std::size(rows) + 1 == static_cast<size_t>(code::count_));
  for (auto& r : rows) {
    BOOST_TEST_CONTEXT(r.name) {
      BOOST_TEST(static_cast<uint8_t>(r.value) == r.number);
      auto& info = troupe::info(r.value);
      BOOST_TEST(info.name == r.name);
      BOOST_TEST(info.http_status == r.http_status);
      BOOST_TEST(info.retryable == r.retryable);
      BOOST_TEST(!info.summary.empty());
      BOOST_TEST(troupe::to_string(r.value) == r.name);
      BOOST_TEST((troupe::code_from_name(r.name) == r.value));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_number_outside_the_table_is_internal) {
  BOOST_TEST(troupe::info(code::count_).name == "internal");
  BOOST_TEST(troupe::info(static_cast<code>(255)).http_status == 500);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_has_no_code) {
  for (auto name : {"", "Busy", "busy ", "count_"})
    BOOST_TEST(!troupe::code_from_name(name), name);
}

BOOST_AUTO_TEST_CASE(what_is_malformed_is_a_bad_request) {
  BOOST_TEST((troupe::malformed("x: expected y")
              == troupe::fault{code::bad_request, "x: expected y"}));
}

BOOST_AUTO_TEST_CASE(a_fault_becomes_one_json_object) {
  BOOST_TEST(
      troupe::to_json({code::busy, "the queue of echo is full"})
      == R"({"code":"busy","message":"the queue of echo is full","retryable":true})");
  BOOST_TEST(
      troupe::to_json(
          {code::worker_died, "said \"bye\"", {.relayed = R"("pid":12,"exit_code":3)"}})
      == R"({"code":"worker_died","message":"said \"bye\"","retryable":true,)"
         R"("pid":12,"exit_code":3})");
}

BOOST_AUTO_TEST_CASE(details_stand_behind_the_others_in_an_order_that_clients_know) {
  using namespace troupe;
  fault_details all{.flaw = request_flaw::mode,
                    .end = worker_end{end_reason::crash, exited{3}},
                    .worker =
                        worker_facts{"e.0", 12, std::vector<std::string>{"a", "b\""}},
                    .quarantined = true,
                    .cause = fault_cause{fault{code::busy, "full"}},
                    .retry_after = std::chrono::milliseconds{5},
                    .session = session_facts{"s-1", session_state::lost},
                    .relayed = R"("worker_code":null)"};
  all.retry_at = std::chrono::steady_clock::now();
  BOOST_TEST(
      to_json_members(all)
      == R"("worker_code":null,"reason":"invalid_mode","reason":"crash","exit_code":3,)"
         R"("worker":"e.0","pid":12,"stderr":["a","b\""],"quarantined":true,)"
         R"("cause":{"code":"busy","message":"full","retryable":true},)"
         R"("retry_after_ms":5,"session_id":"s-1","state":"lost")");
  BOOST_TEST(to_json_members(fault_details{}) == "");
}

BOOST_AUTO_TEST_CASE(a_terminal_is_named_before_its_end) {
  using namespace troupe;
  BOOST_TEST(
      to_json_members(fault_details{.end = worker_end{end_reason::signal, signalled{9}},
                                    .worker = worker_facts{"t.0", 7}})
      == R"("worker":"t.0","pid":7,"reason":"signal","signal":9,"signal_name":"SIGKILL")");
}

BOOST_AUTO_TEST_CASE(causes_are_compared_and_not_where_they_are) {
  using namespace troupe;
  fault_details a{.cause = fault_cause{fault{code::busy, "x"}}};
  fault_details b{.cause = fault_cause{fault{code::busy, "x"}}};
  fault_details c{.cause = fault_cause{fault{code::busy, "y"}}};
  BOOST_TEST((a == b));
  BOOST_TEST((a != c));
  BOOST_TEST((a != fault_details{}));
}

BOOST_AUTO_TEST_CASE(a_fault_without_a_message_says_what_its_code_means) {
  auto text = troupe::to_json({code::timeout});
  BOOST_TEST(troupe::json_text::find(text, "message").value()
             == troupe::json_string(troupe::info(code::timeout).summary));
}

BOOST_AUTO_TEST_CASE(a_message_of_any_bytes_gives_valid_json) {
  auto text = troupe::to_json({code::internal, "\x01\xFF\"\\\n"});
  BOOST_TEST(troupe::json_text::is_valid(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
