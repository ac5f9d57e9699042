// The traces and request ids of calls, on their way to another node.
#include "actors/cluster/call_labels.hpp"

#include "tests/actors/cluster/support_cluster.hpp"

#include <random>

using namespace troupe;
using namespace troupe::testing;

namespace call_labels {

trace_context_ptr make_trace(int n, const std::string& state = {}) {
  auto text = std::to_string(100 + n);
  return trace_context::parse(
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203" + text + "-01", state);
}

/// Returns so many calls without a trace.
std::vector<link_call> make_calls(size_t n) {
  std::vector<link_call> calls(n);
  return calls;
}

std::vector<link_call> make_traced() {
  auto calls = make_calls(4);
  calls[1].what.trace = make_trace(1, "a=1");
  calls[3].what.trace = make_trace(3);
  return calls;
}

std::string spell(const std::vector<link_call>& calls) {
  std::string all;
  for (auto& c : calls) {
    auto& t = c.what.trace;
    all += (t ? std::string{t->span_id().substr(13)} + std::string{t->tracestate()}
              : std::string{"-"})
           + " ";
  }
  return all;
}

/// Returns what `more` says of four calls.
std::string read(std::string_view more) {
  auto calls = make_calls(4);
  read_labels(more, calls);
  return spell(calls);
}

} // namespace call_labels

BOOST_FIXTURE_TEST_SUITE(call_labels, cluster_fixture)

BOOST_AUTO_TEST_CASE(each_call_gets_its_own_again) {
  BOOST_TEST(read(write_labels(make_traced())) == "- 101a=1 - 103 ");
}

BOOST_AUTO_TEST_CASE(calls_without_one_add_nothing) {
  BOOST_TEST(write_labels(make_calls(3)) == "");
  BOOST_TEST(label_bytes(call{}) == 0u);
}

BOOST_AUTO_TEST_CASE(what_a_later_version_says_as_well_is_ignored) {
  BOOST_TEST(read(write_labels(make_traced()) + "what version 2 adds\n")
             == "- 101a=1 - 103 ");
  for (std::string text :
       {"", "what version 2 adds\n", "traces", "traces:", "traces:\xff"})
    BOOST_TEST(read(text) == "- - - - ", text);
}

BOOST_AUTO_TEST_CASE(an_id_that_a_client_of_http_gave_goes_along) {
  auto calls = make_traced();
  calls[0].what.request_id = shared_bytes::literal(R"(web-\"1\")");
  calls[0].what.front = front_kind::http;
  calls[1].what.request_id = shared_bytes::literal("7");
  calls[1].what.front = front_kind::socket;
  auto sent = write_labels(calls);
  auto got = make_calls(4);
  read_labels(sent, got);
  BOOST_TEST(spell(got) == "- 101a=1 - 103 ");
  BOOST_TEST(got[0].what.request_id.view() == R"(web-\"1\")");
  BOOST_TEST(got[1].what.request_id.empty());
  BOOST_TEST(label_bytes(calls[0].what) > 9u);
  calls = make_calls(1); // without a trace
  calls[0].what.request_id = shared_bytes::literal("x");
  calls[0].what.front = front_kind::http;
  got = make_calls(1);
  read_labels(write_labels(calls), got);
  BOOST_TEST(got[0].what.request_id.view() == "x");
  got = make_calls(1);
  using namespace std::string_view_literals;
  read_labels("requests:\x04\x00\x02\"\""sv, got); // no body of a string
  BOOST_TEST(got[0].what.request_id.empty());
}

BOOST_AUTO_TEST_CASE(a_trace_of_a_call_that_is_not_there_is_ignored) {
  auto calls = make_calls(2);
  read_labels(write_labels(make_traced()), calls);
  BOOST_TEST(spell(calls) == "- 101a=1 ");
}

BOOST_AUTO_TEST_CASE(whatever_comes_each_call_has_a_good_trace_or_none) {
  auto good = write_labels(make_traced());
  std::mt19937 random{4711};
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = good.substr(0, 8 + random() % (good.size() - 7));
    for (auto n = random() % 4; n > 0; --n)
      bytes[7 + random() % (bytes.size() - 7)] = static_cast<char>(random());
    auto calls = make_calls(4);
    read_labels(bytes, calls);
    for (auto& c : calls)
      if (auto& t = c.what.trace)
        BOOST_REQUIRE(trace_context::parse(t->traceparent(), t->tracestate()) != nullptr);
  }
}

BOOST_AUTO_TEST_CASE(a_link_says_them_and_what_its_version_adds) {
  more = "news";
  auto gate = std::make_shared<gate_record>();
  auto link = open_link_to("alpha", "beta", gate);
  auto c = make(1);
  c.pool = "p";
  c.trace = make_trace(1, "a=1");
  submissions batch;
  batch.push_back({std::move(c), sink, tag_id{1}});
  tell(link, std::move(batch));
  BOOST_TEST_REQUIRE(gate->calls.size() == 1u);
  BOOST_TEST(read(gate->more.back()) == "101a=1 - - - ");
  BOOST_TEST(gate->more.back().ends_with("news"));
}

BOOST_AUTO_TEST_CASE(more_than_a_message_may_have_go_in_several) {
  auto gate = std::make_shared<gate_record>();
  auto link = open_link_to("alpha", "beta", gate);
  auto state = "a=" + std::string(256, 'x') + ",b=" + std::string(240, 'x');
  constexpr size_t n = 1000;
  submissions batch;
  for (size_t i = 0; i < n; ++i) {
    auto c = make(i);
    c.pool = "p";
    c.trace = make_trace(1, state);
    batch.push_back({std::move(c), sink, tag_id{i}});
  }
  tell(link, std::move(batch));
  BOOST_TEST(gate->calls.size() == n);
  BOOST_TEST(gate->batches == 2u);
  for (auto& text : gate->more)
    BOOST_TEST(text.size() < limits::link_labels + 1024);
}

BOOST_AUTO_TEST_SUITE_END()
