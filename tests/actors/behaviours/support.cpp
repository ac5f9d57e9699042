#include "actors/behaviours/support.hpp"

#include "tests/actors/behaviours/support_front.hpp"

#include "protocol/base/json_member.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace supports {

/// The operation `support`, for which the test plays the node.
struct support_fixture : front_fixture {
  void start(std::string_view options) {
    auto kind = behaviours::support();
    kind.thread = behaviour_thread::loop; // the scheduler of tests has no other threads
    front_fixture::start(kind, options);
  }

  /// Returns the index of the last call of this operation; fails if there is none.
  size_t asked(std::string_view operation) const {
    for (auto i = host->calls.size(); i > 0; --i)
      if (host->calls[i - 1].what.kind.view() == operation)
        return i - 1;
    BOOST_ERROR("nothing has asked for " << operation);
    return 0;
  }

  /// Returns what the last call of this operation was about.
  std::string payload(std::string_view operation) const {
    return host->calls.at(asked(operation)).what.payload.str();
  }

  void answer(std::string_view operation, std::string json) {
    answers(asked(operation), std::move(json));
  }

  /// Answers what stands in each bundle, but for pools and events.
  void answer_parts() {
    for (auto part : {"health", "ready", "configuration", "nodes", "workers"})
      answer(part, R"({"of":")" + std::string{part} + R"("})");
  }

  /// Returns the member of the answer to call 1, as JSON text.
  std::string part(std::string_view name) {
    return std::string{json_text::find_member(sink->result(1), name).value_or("-")};
  }
};

} // namespace supports

BOOST_FIXTURE_TEST_SUITE(supports, support_fixture)

BOOST_AUTO_TEST_CASE(it_answers_when_all_that_it_asked_the_node_is_there) {
  start("{}");
  call(1);
  BOOST_TEST(called() == "$node $node $node $node $node $node $node");
  answer_parts();
  answer("events", R"({"events":[],"next":0})");
  BOOST_TEST(sink->count(1) == 0u);
  answer("pools", R"([{"name":"a"},{"name":"b"}])");
  BOOST_TEST(payload("log") == R"({"name":"a"})");
  answer("log", R"({"lines":["x"]})");
  BOOST_TEST(payload("log") == R"({"name":"b"})");
  BOOST_TEST(sink->count(1) == 0u);
  answer("log", R"({"lines":[]})");
  BOOST_TEST_REQUIRE(sink->count(1) == 1u);
  BOOST_TEST(json_text::is_valid(sink->result(1)));
  BOOST_TEST(part("health") == R"({"of":"health"})");
  BOOST_TEST(part("configuration") == R"({"of":"configuration"})");
  BOOST_TEST(part("pools") == R"([{"name":"a"},{"name":"b"}])");
  BOOST_TEST(part("log") == R"({"a":{"lines":["x"]},"b":{"lines":[]}})");
  BOOST_TEST(part("events") == "[]");
}

BOOST_AUTO_TEST_CASE(a_part_that_cannot_be_had_is_an_error_in_its_place) {
  start(R"({"events":0})");
  call(1);
  for (auto what : {"health", "configuration", "nodes", "workers"})
    answer(what, "1");
  fails(asked("ready"), {code::unavailable, "not ready: a"});
  answer("pools", "[]");
  BOOST_TEST_REQUIRE(sink->count(1) == 1u);
  auto ready = part("ready");
  auto error = json_text::find_member(ready, "error").value_or("null");
  BOOST_TEST(json_text::text_member(error, "code").value_or("") == "unavailable");
  BOOST_TEST(json_text::text_member(error, "message").value_or("") == "not ready: a");
}

BOOST_AUTO_TEST_CASE(the_last_events_are_in_it_without_what_terminals_print) {
  start(R"({"events":2,"log":false})");
  call(1);
  BOOST_TEST(payload("events") == R"({"since":0,"wait":false,"output_since":"now"})");
  answer("events", R"({"events":[{"seq":1},{"seq":2}],"next":2})");
  BOOST_TEST(payload("events") == R"({"since":2,"wait":false,"output_since":"now"})");
  answer("events", R"({"events":[{"seq":3}],"next":3})");
  answer("events", R"({"events":[],"next":3})");
  answer_parts();
  answer("pools", R"([{"name":"a"}])");
  BOOST_TEST(part("events") == R"([{"seq":2},{"seq":3}])");
  BOOST_TEST(part("log") == "-");
}

BOOST_AUTO_TEST_CASE(what_is_slow_does_not_keep_the_rest_from_its_caller) {
  start(R"({"events":0})");
  call(1, "null", "support", 3s);
  for (auto& c : host->calls)
    BOOST_TEST((c.what.timeout == 2500ms));
  BOOST_TEST(host->calls[0].what.parent == ticket_id{1});
  answer_parts();
  advance(2499ms);
  BOOST_TEST(sink->count(1) == 0u);
  advance(1ms);
  BOOST_TEST_REQUIRE(sink->count(1) == 1u);
  BOOST_TEST(part("pools").find(R"("code":"timeout")") != std::string::npos);
  BOOST_TEST(part("health") == R"({"of":"health"})");
}

BOOST_AUTO_TEST_CASE(logs_for_which_there_is_no_time_are_not_asked_for) {
  start(R"({"events":0})");
  call(1, "null", "support", 3s);
  answer_parts();
  advance(2499ms);
  answer("pools", R"([{"name":"a"},{"name":"b"}])");
  BOOST_TEST(payload("log") == R"({"name":"a"})");
  advance(1ms);
  BOOST_TEST(payload("log") == R"({"name":"a"})");
  BOOST_TEST_REQUIRE(sink->count(1) == 1u);
  auto logs = part("log");
  auto b = json_text::find_member(logs, "b");
  BOOST_TEST_REQUIRE(b.has_value());
  BOOST_TEST(b->find("no time was left") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_question_takes_more_than_its_share) {
  start("{}");
  call(1, "null", "support", 60s);
  for (auto& c : host->calls)
    BOOST_TEST((c.what.timeout == 5s));
  answer_parts();
  answer("pools", "[]");
  advance(5s);
  BOOST_TEST(part("events").find(R"("code":"timeout")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_of_support_are_checked) {
  BOOST_TEST(
      is_wrong(behaviours::support(), R"({"events":5000})", "events", "0 to 4096"));
  BOOST_TEST(is_wrong(behaviours::support(), R"({"log":1})", "log", "true or false"));
  BOOST_TEST(is_wrong(behaviours::support(), R"({"lines":1})", "lines", "unknown key"));
}

BOOST_AUTO_TEST_SUITE_END()
