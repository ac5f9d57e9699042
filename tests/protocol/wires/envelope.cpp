#include "tests/protocol/support.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/wires/envelope.hpp"

using namespace troupe;
using namespace troupe::wires;
using std::chrono::milliseconds;

namespace envelopes {

/// Returns `line` cut; fails the test where it is not cut.
envelope cut(std::string line) {
  auto e = cut_envelope(shared_bytes{std::move(line)});
  if (!e)
    BOOST_FAIL(e.error());
  return *std::move(e);
}

const steady_clock::time_point noon{std::chrono::hours{12}};

client_request request(std::string line) {
  auto r = parse_client_line(shared_bytes{std::move(line)}, noon);
  if (!r)
    BOOST_FAIL(r.error().why.message);
  return *std::move(r);
}

bad_request refusal(std::string line) {
  auto r = parse_client_line(shared_bytes{line}, noon);
  if (r)
    BOOST_FAIL("accepted: " + line);
  return std::move(r).error();
}

/// Returns the complaint about a call with this further member.
std::string complaint(const std::string& member) {
  return refusal(R"({"request_id":"1","to":"p","kind":"k",)" + member + "}").why.message;
}

} // namespace envelopes

BOOST_AUTO_TEST_SUITE(envelopes)

BOOST_AUTO_TEST_CASE(every_known_member_is_cut_as_it_stands) {
  auto e =
      cut(R"( {"kind":"k","request_id":"r","payload":{"a": [1]},"error":null,"to":"t",)"
          R"("timeout_ms":5,"idempotent":true,"priority":-1,"key":"y","stream":false,)"
          R"("traceparent":"p","tracestate":"s"} )");
  BOOST_TEST(e.kind == "\"k\"");
  BOOST_TEST(e.request_id == "\"r\"");
  BOOST_TEST(e.payload == R"({"a": [1]})");
  BOOST_TEST(e.error == "null");
  BOOST_TEST(e.to == "\"t\"");
  BOOST_TEST(e.timeout_ms == "5");
  BOOST_TEST(e.idempotent == "true");
  BOOST_TEST(e.priority == "-1");
  BOOST_TEST(e.key == "\"y\"");
  BOOST_TEST(e.stream == "false");
  BOOST_TEST(e.traceparent == "\"p\"");
  BOOST_TEST(e.tracestate == "\"s\"");
}

BOOST_AUTO_TEST_CASE(unknown_members_are_ignored_whatever_their_length) {
  auto e = cut(R"({"":0,"tO":1,"keY":2,"kinD":3,"erroR":4,"streaM":5,"payloaD":6,)"
               R"("prioritY":7,"request_iD":8,"a_very_long_name":{"kind":"inner"}})");
  for (auto member : {e.kind, e.request_id, e.payload, e.error, e.to, e.timeout_ms,
                      e.idempotent, e.priority, e.key, e.stream})
    BOOST_TEST(member == "");
}

BOOST_AUTO_TEST_CASE(of_a_member_that_stands_twice_the_last_counts) {
  BOOST_TEST(cut(R"({"kind":"a","kind":"b"})").kind == "\"b\"");
}

BOOST_AUTO_TEST_CASE(a_member_name_written_with_escapes_is_known) {
  auto e = cut(R"({"k\u0069nd":"k","pay\u006Coad":1,"\u0074o":"t"})");
  BOOST_TEST(e.kind == "\"k\"");
  BOOST_TEST(e.payload == "1");
  BOOST_TEST(e.to == "\"t\"");
}

BOOST_AUTO_TEST_CASE(what_is_no_json_object_is_refused) {
  for (auto bad : {"", "[]", "\"{}\"", "7", "null", "{", "{} x", "{\"a\":\"\xFF\"}"})
    BOOST_TEST(!cut_envelope(shared_bytes{std::string{bad}}), bad);
}

BOOST_AUTO_TEST_CASE(members_live_as_long_as_the_envelope) {
  auto e = cut(R"({"payload":")" + std::string(100, 'x') + "\"}");
  auto copy = e;
  e = {};
  BOOST_TEST(copy.payload.size() == 102u);
  BOOST_TEST(copy.payload.back() == '"');
}

BOOST_AUTO_TEST_CASE(a_call_has_defaults_for_what_it_leaves_out) {
  auto r = request(R"({"to":"echo","kind":"upper"})");
  BOOST_TEST(!r.has_id);
  BOOST_TEST(!r.cancel);
  BOOST_TEST(r.to == "echo");
  BOOST_TEST(r.what.kind == shared_bytes{"upper"});
  BOOST_TEST(r.what.payload == null_payload());
  BOOST_TEST((r.what.taken == noon));
  BOOST_TEST(!r.what.timeout);
  BOOST_TEST(r.what.key == "");
  BOOST_TEST(static_cast<int>(r.what.priority) == 0);
  BOOST_TEST(!r.what.idempotent);
  BOOST_TEST(!r.what.stream);
}

BOOST_AUTO_TEST_CASE(a_call_takes_all_its_members) {
  auto r = request(
      R"({"request_id":"c\n1","to":"ec\u0068o.1","kind":"up\"per","payload":[1, 2],)"
      R"("timeout_ms":1500,"idempotent":true,"priority":-10,"key":"k\u00e9",)"
      R"("stream":true})");
  BOOST_TEST(r.has_id);
  // The id and the kind go out as they came, so their escapes stay.
  BOOST_TEST(r.request_id == shared_bytes{R"(c\n1)"});
  BOOST_TEST(r.what.kind == shared_bytes{R"(up\"per)"});
  BOOST_TEST(r.to == "echo.1");
  BOOST_TEST(r.what.payload == shared_bytes{"[1, 2]"});
  BOOST_TEST((r.what.timeout == milliseconds{1500}));
  BOOST_TEST(r.what.idempotent);
  BOOST_TEST(r.what.stream);
  BOOST_TEST(static_cast<int>(r.what.priority) == -10);
  BOOST_TEST(r.what.key == "k\xC3\xA9");
}

BOOST_AUTO_TEST_CASE(a_call_takes_the_trace_of_its_caller) {
  auto r = request(R"({"to":"p","kind":"k","tracestate":"a=\u0031","traceparent":)"
                   R"("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})");
  BOOST_REQUIRE(r.what.trace);
  BOOST_TEST(r.what.trace->traceparent()
             == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  BOOST_TEST(r.what.trace->tracestate() == "a=1");
}

BOOST_AUTO_TEST_CASE(a_trace_that_is_none_is_as_absent) {
  for (std::string members :
       {R"("traceparent":null)", R"("traceparent":7)", R"("traceparent":"")",
        R"("traceparent":"00-0af7651916cd43dd8448eb211c80319C-b7ad6b7169203331-01")",
        R"("tracestate":"a=1")", R"("traceparent":["00"],"tracestate":{})"})
    BOOST_TEST(!request(R"({"to":"p","kind":"k",)" + members + "}").what.trace, members);
}

BOOST_AUTO_TEST_CASE(null_means_absent) {
  auto r = request(
      R"({"request_id":null,"to":"p","kind":"k","payload":null,"timeout_ms":null,)"
      R"("idempotent":null,"priority":null,"key":null,"stream":null})");
  BOOST_TEST(!r.has_id);
  BOOST_TEST(r.what.payload == null_payload());
  BOOST_TEST(!r.what.timeout);
}

BOOST_AUTO_TEST_CASE(an_empty_request_id_is_an_id) {
  BOOST_TEST(request(R"({"request_id":"","to":"p","kind":"k"})").has_id);
}

BOOST_AUTO_TEST_CASE(a_cancel_without_an_address_cancels_and_with_one_is_a_call) {
  auto r = request(R"({"kind":"cancel","request_id":"c1"})");
  BOOST_TEST(r.cancel);
  BOOST_TEST(r.request_id == shared_bytes{"c1"});
  BOOST_TEST(!request(R"({"kind":"cancel","request_id":"c1","to":"p"})").cancel);
  BOOST_TEST(!refusal(R"({"kind":"cancel"})").has_id);
}

BOOST_AUTO_TEST_CASE(a_wrong_member_is_named_and_the_id_still_read) {
  auto bad = refusal(R"({"request_id":"c1","to":7,"kind":"k"})");
  BOOST_TEST(bad.has_id);
  BOOST_TEST(bad.request_id == shared_bytes{"c1"});
  BOOST_TEST(bad.why.what == code::bad_request);
  BOOST_TEST(bad.why.message == "to: expected a string");
}

BOOST_AUTO_TEST_CASE(every_wrong_member_is_named) {
  BOOST_TEST(refusal(R"({"to":"p"})").why.message.starts_with("kind:"));
  BOOST_TEST(refusal(R"({"kind":"k"})").why.message.starts_with("to:"));
  BOOST_TEST(refusal(R"({"request_id":7,"to":"p","kind":"k"})")
                 .why.message.starts_with("request_id:"));
  BOOST_TEST(complaint(R"("key":1)").starts_with("key:"));
  BOOST_TEST(complaint(R"("idempotent":1)").starts_with("idempotent:"));
  BOOST_TEST(complaint(R"("stream":"yes")").starts_with("stream:"));
  for (auto bad : {"0", "-1", "1.5", "\"1\"", "31622400001", "1e30", "[]"})
    BOOST_TEST(
        complaint(R"("timeout_ms":)" + std::string{bad}).starts_with("timeout_ms:"), bad);
  for (auto bad : {"11", "-11", "0.5", "\"1\"", "true"})
    BOOST_TEST(complaint(R"("priority":)" + std::string{bad}).starts_with("priority:"),
               bad);
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_range_are_in_it) {
  call c;
  BOOST_TEST(set_timeout(c, "1").has_value());
  BOOST_TEST(set_timeout(c, "31622400000").has_value());
  BOOST_TEST((c.timeout == milliseconds{31'622'400'000}));
  BOOST_TEST(set_priority(c, "10").has_value());
  BOOST_TEST(static_cast<int>(c.priority) == 10);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_not_json_is_refused_without_an_id) {
  auto bad = refusal(R"({"request_id":"c1",)");
  BOOST_TEST(!bad.has_id);
  BOOST_TEST(bad.why.message.starts_with("not JSON: "));
}

BOOST_AUTO_TEST_CASE(a_result_is_one_line_with_the_id_and_the_payload_as_they_came) {
  std::string out = "before\n";
  append_answer(out, R"(c\"1)", "upper",
                outcome{shared_bytes{R"({"a": 1})"}, shared_bytes{"echo.0"}});
  BOOST_TEST(out
             == "before\n"
                R"({"request_id":"c\"1","kind":"upper","payload":{"a": 1},"error":null,)"
                R"("worker":"echo.0"})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_result_of_the_node_itself_names_no_worker) {
  std::string out;
  append_answer(out, std::nullopt, "status", outcome{});
  BOOST_TEST(
      out
      == "{\"request_id\":null,\"kind\":\"status\",\"payload\":null,\"error\":null}\n");
}

BOOST_AUTO_TEST_CASE(an_error_is_one_line_with_all_the_fault_says) {
  std::string out;
  append_answer(out, "c1", "upper",
                failure(fault{code::worker_died, "bye", {.relayed = R"("pid":7)"}}));
  BOOST_TEST(out
             == R"({"request_id":"c1","kind":"upper","payload":null,"error":{"code":)"
                R"("worker_died","message":"bye","retryable":true,"pid":7}})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_chunk_is_one_line) {
  std::string out;
  append_chunk(out, "c1", "[1]");
  BOOST_TEST(
      out
      == "{\"request_id\":\"c1\",\"kind\":\"chunk\",\"payload\":[1],\"error\":null}\n");
}

BOOST_AUTO_TEST_SUITE_END()
