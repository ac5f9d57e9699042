#include "actors/isolation/worker_lines.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::isolation;
using namespace std::chrono_literals;

namespace worker_lines {

template <class T>
T read_as(const std::string& text) {
  auto line = read_line(shared_bytes{text});
  BOOST_TEST_REQUIRE(std::holds_alternative<T>(line), text);
  return std::get<T>(line);
}

shared_bytes bytes(const char* text) {
  return shared_bytes{std::string{text}};
}

} // namespace worker_lines

BOOST_AUTO_TEST_SUITE(worker_lines)

BOOST_AUTO_TEST_CASE(a_hello_names_the_place_of_the_worker) {
  auto h = read_as<said::hello>(
      R"({"kind":"hello","payload":{"protocol":1,"node":"a","pool":"p","worker":"p.0"}})");
  BOOST_TEST(h.node == "a");
  BOOST_TEST(h.pool == "p");
  BOOST_TEST(h.worker == "p.0");
}

BOOST_AUTO_TEST_CASE(a_call_keeps_its_id_and_its_kind_as_they_are_spelled) {
  auto r = read_as<said::run>(
      R"({"kind":"a\"b","request_id":"0.1","payload":[1],"deadline_ms":250,"stream":true})");
  BOOST_TEST(r.request_id.view() == "0.1");
  BOOST_TEST(r.kind.view() == R"(a\"b)");
  BOOST_TEST(r.payload.view() == "[1]");
  BOOST_TEST((r.left == 250ms));
  BOOST_TEST(r.stream);
}

BOOST_AUTO_TEST_CASE(a_call_without_a_payload_or_a_deadline_is_a_call) {
  auto r = read_as<said::run>(R"({"kind":"k","request_id":"0.1"})");
  BOOST_TEST(r.payload.view() == "null");
  BOOST_TEST(!r.stream);
  BOOST_TEST(r.left.count() > 0);
  // A client may name its call as answers to the worker's own calls are named.
  BOOST_TEST(read_as<said::run>(R"({"kind":"call","request_id":"0.2"})").kind.view()
             == "call");
}

BOOST_AUTO_TEST_CASE(the_other_lines_of_a_node_are_told_apart) {
  BOOST_TEST(
      read_as<said::cancel>(R"({"kind":"cancel","request_id":"0.1"})").request_id.view()
      == "0.1");
  BOOST_TEST(
      read_as<said::ping>(R"({"kind":"ping","request_id":"ping.1"})").request_id.view()
      == "ping.1");
  read_as<said::shutdown>(R"({"kind":"shutdown","payload":{"reason":"stop"}})");
  for (auto text :
       {"", "no JSON", "[]", R"({"kind":1,"request_id":"0.1"})", R"({"kind":"later"})",
        R"({"kind":"end_session","request_id":"0.1"})"})
    read_as<said::other>(text);
}

BOOST_AUTO_TEST_CASE(the_end_of_an_own_call_is_a_result_or_a_fault) {
  auto good = read_as<said::answer>(R"({"request_id":"call-7","kind":"call",)"
                                    R"("payload":2,"error":null,"worker":"q.0"})");
  BOOST_TEST(good.id == own_id(7));
  BOOST_TEST_REQUIRE(good.result.has_value());
  BOOST_TEST(good.result->payload.view() == "2");
  BOOST_TEST(good.result->worker.view() == "q.0");
  auto bad = read_as<said::answer>(R"({"request_id":"call-7","kind":"call",)"
                                   R"("error":{"code":"busy","message":"full"}})");
  BOOST_TEST((bad.result.error().what == code::busy));
  BOOST_TEST(bad.result.error().message == "full");
}

BOOST_AUTO_TEST_CASE(a_result_is_one_line_whatever_is_between_its_tokens) {
  BOOST_TEST(result_line("0.1", outcome{bytes("[1,\n2]")})
             == "{\"kind\":\"result\",\"request_id\":\"0.1\",\"payload\":[1, 2]}\n");
  BOOST_TEST(chunk_line("0.1", "\"a\"")
             == "{\"kind\":\"chunk\",\"request_id\":\"0.1\",\"payload\":\"a\"}\n");
}

BOOST_AUTO_TEST_CASE(a_fault_names_its_code_and_that_of_a_worker_the_workers_code) {
  BOOST_TEST(result_line("0.1", failure(code::busy, "not now"))
             == R"({"kind":"result","request_id":"0.1",)"
                R"("error":{"code":"busy","message":"not now"}})"
                "\n");
  fault of_worker{
      code::worker_error, "no", {.relayed = R"("worker_code":"mine","field":"x")"}};
  BOOST_TEST(result_line("0.1", failure(of_worker))
             == R"({"kind":"result","request_id":"0.1",)"
                R"("error":{"code":"mine","message":"no","field":"x"}})"
                "\n");
}

BOOST_AUTO_TEST_CASE(an_own_call_is_what_a_client_would_send) {
  pool_call c{.to = "q", .kind = bytes("k"), .payload = bytes("1"), .key = "x"};
  c.priority = 50;
  c.timeout = 20ms;
  BOOST_TEST(call_line("call-1", c, "0.3")
             == R"({"kind":"call","request_id":"call-1","payload":{"to":"q","kind":"k",)"
                R"("payload":1,"key":"x","priority":10,"idempotent":false,)"
                R"("timeout_ms":20,"parent":"0.3"}})"
                "\n");
  BOOST_TEST(cancel_line("call-1")
             == "{\"kind\":\"cancel\",\"request_id\":\"call-1\"}\n");
}

BOOST_AUTO_TEST_CASE(the_trace_of_a_call_is_read_and_that_of_an_own_call_written) {
  std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  auto members = R"("traceparent":")" + parent + R"(","tracestate":"a=1")";
  auto r = read_as<said::run>(R"({"kind":"k","request_id":"0.1",)" + members + "}");
  BOOST_TEST_REQUIRE((r.trace != nullptr));
  BOOST_TEST(r.trace->traceparent() == parent);
  BOOST_TEST(r.trace->tracestate() == "a=1");
  BOOST_TEST((read_as<said::run>(R"({"kind":"k","request_id":"0.1"})").trace == nullptr));
  auto line = call_line("call-1", {.to = "q", .kind = bytes("k"), .trace = r.trace}, {});
  BOOST_TEST(line.find("," + members + "}}") != line.npos, line);
}

BOOST_AUTO_TEST_CASE(what_it_can_is_in_ready) {
  auto line = ready_line({"sum", "1.0", true});
  BOOST_TEST(line
             == R"({"kind":"ready","payload":{"protocol":1,"name":"sum","version":"1.0",)"
                R"("capabilities":["ping","cancel"]}})"
                "\n");
}

BOOST_AUTO_TEST_SUITE_END()
