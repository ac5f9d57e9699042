#include "tests/broker/support.hpp"

#include "broker/client/reply.hpp"
#include "protocol/base/fault_json.hpp"

using troupe::code;
using troupe::shared_bytes;
using troupe::client::fault_of;
using troupe::client::read_reply;
using troupe::client::reply;

BOOST_AUTO_TEST_SUITE(replies)

BOOST_AUTO_TEST_CASE(an_error_comes_back_as_the_fault_it_was) {
  troupe::fault sent{
      code::worker_died, "echo.0 \"died\"", {.relayed = R"("pid":12,"exit_code":3)"}};
  BOOST_TEST((fault_of(to_json(sent)) == sent));
  BOOST_TEST((fault_of("  " + to_json(sent) + "\n") == sent));
}

BOOST_AUTO_TEST_CASE(the_request_id_beside_an_error_is_no_detail_of_it) {
  auto f = fault_of(R"({"code":"busy","message":"m","retryable":true,"request_id":"x"})");
  BOOST_TEST(f.what == code::busy);
  BOOST_TEST(f.details.relayed == "");
}

BOOST_AUTO_TEST_CASE(a_code_of_a_newer_node_is_internal_and_named) {
  auto f = fault_of(R"({"code":"tired","message":"later","a":[1]})");
  BOOST_TEST(f.what == code::internal);
  BOOST_TEST(f.message == "tired: later");
  BOOST_TEST(f.details.relayed == R"("a":[1])");
}

BOOST_AUTO_TEST_CASE(an_error_of_no_form_is_a_fault_all_the_same) {
  for (auto bad : {"3", "\"x\"", "[]", "{}", R"({"code":3})", R"({"code":"none"})"})
    BOOST_TEST(fault_of(bad).what == code::internal, bad);
}

BOOST_AUTO_TEST_CASE(an_answer_has_its_payload_and_its_worker) {
  shared_bytes line{
      R"({"request_id":"1","kind":"k","payload":{"a":1},"error":null,"worker":"e.0"})"};
  auto r = read_reply(line, false).value();
  BOOST_TEST(r.request_id == "1");
  BOOST_TEST(!r.is_chunk);
  BOOST_TEST(test::payload_in(r.result) == R"({"a":1})");
  BOOST_TEST(r.result.value().worker.view() == "e.0");
}

BOOST_AUTO_TEST_CASE(a_part_is_one_only_where_parts_were_asked_for) {
  shared_bytes line{R"({"request_id":"1","kind":"chunk","payload":1,"error":null})"};
  BOOST_TEST(read_reply(line, true).value().is_chunk);
  BOOST_TEST(!read_reply(line, false).value().is_chunk);
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_call_of_kind_chunk_is_no_part) {
  shared_bytes line{
      R"({"request_id":"1","kind":"chunk","payload":1,"error":null,"worker":"e.0"})"};
  BOOST_TEST(!read_reply(line, true).value().is_chunk);
}

BOOST_AUTO_TEST_CASE(what_is_no_line_of_a_node_says_why) {
  auto read = read_reply(shared_bytes{"hello"}, false);
  BOOST_TEST_REQUIRE(!read);
  BOOST_TEST(read.error().message.find("not JSON") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
