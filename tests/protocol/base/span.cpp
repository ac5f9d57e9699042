#include "protocol/base/span.hpp"

#include "protocol/base/json_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using std::chrono::system_clock;

namespace spans {

span make() {
  span s;
  s.id = 0xA1B2C3;
  s.parent =
      trace_context::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  s.begin = system_clock::time_point{std::chrono::nanoseconds{1'700'000'000'123'456'789}};
  s.end = s.begin + std::chrono::milliseconds{5};
  s.pool = "echo";
  s.kind = shared_bytes::literal("up\\\"per");
  return s;
}

std::string line_of(const span& s) {
  std::string line;
  append_otlp_line(line, s, {"alpha", "1.2.3"});
  BOOST_TEST_REQUIRE(line.ends_with("}\n"));
  BOOST_TEST(json_text::is_valid(line), line);
  return line;
}

const std::string head =
    R"({"resourceSpans":[{"resource":{"attributes":[)"
    R"({"key":"service.name","value":{"stringValue":"troupe"}},)"
    R"({"key":"service.instance.id","value":{"stringValue":"alpha"}},)"
    R"({"key":"service.version","value":{"stringValue":"1.2.3"}}]},)"
    R"("scopeSpans":[{"scope":{"name":"troupe","version":"1.2.3"},"spans":[)"
    R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000a1b2c3",)"
    R"("parentSpanId":"b7ad6b7169203331",)";

} // namespace spans

BOOST_AUTO_TEST_SUITE(spans)

BOOST_AUTO_TEST_CASE(an_id_has_sixteen_digits) {
  BOOST_TEST(to_span_id(1) == "0000000000000001");
  BOOST_TEST(to_span_id(0xFEDCBA9876543210) == "fedcba9876543210");
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_is_golden) {
  BOOST_TEST(line_of(make())
             == head
                    + R"("flags":1,"name":"wait","kind":1,)"
                      R"("startTimeUnixNano":"1700000000123456789",)"
                      R"("endTimeUnixNano":"1700000000128456789","attributes":[)"
                      R"({"key":"troupe.node","value":{"stringValue":"alpha"}},)"
                      R"({"key":"troupe.pool","value":{"stringValue":"echo"}},)"
                      R"({"key":"troupe.kind","value":{"stringValue":"up\"per"}}],)"
                      R"("status":{}}]}]}]})"
                      "\n");
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_in_a_worker_is_golden) {
  auto s = make();
  s.what = span::phase::run;
  s.parent = trace_context::parse(s.parent->traceparent(), "a=\"1\"");
  s.worker = "echo.0";
  s.error = code::worker_died;
  s.message = "it \"died\"";
  BOOST_TEST(line_of(s)
             == head
                    + R"("traceState":"a=\"1\"","flags":1,"name":"run","kind":3,)"
                      R"("startTimeUnixNano":"1700000000123456789",)"
                      R"("endTimeUnixNano":"1700000000128456789","attributes":[)"
                      R"({"key":"troupe.node","value":{"stringValue":"alpha"}},)"
                      R"({"key":"troupe.pool","value":{"stringValue":"echo"}},)"
                      R"({"key":"troupe.worker","value":{"stringValue":"echo.0"}},)"
                      R"({"key":"troupe.kind","value":{"stringValue":"up\"per"}},)"
                      R"({"key":"error.type","value":{"stringValue":"worker_died"}}],)"
                      R"("status":{"code":2,"message":"it \"died\""}}]}]}]})"
                      "\n");
}

BOOST_AUTO_TEST_SUITE_END()
