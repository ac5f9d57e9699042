// Proves that half of a surrogate pair, which is left where a program cuts a text in the
// middle of an emoji, passes as the legal JSON that it is.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace lone_surrogates {

/// The character that stands for half a pair where text is shown.
const std::string replacement = "tea \xEF\xBF\xBD";

std::string half_pairs() {
  return pool_of("p", {"python3", "-SE", HALF_PAIRS_WORKER});
}

/// Returns the line that answers a call: such JSON the harness does not look into.
std::string answer(socket_client& client, std::string_view kind,
                   std::string_view payload = "null", std::string_view to = "p") {
  client.send_call("x", to, kind, payload);
  return client.stream().take_until("\n");
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace lone_surrogates

BOOST_AUTO_TEST_SUITE(lone_surrogates)

BOOST_AUTO_TEST_CASE(half_a_pair_passes_both_ways_as_it_came) {
  node_process node{half_pairs()};
  auto client = node.connect();
  auto line = answer(client, "say", R"("cup \ude00")");
  BOOST_TEST(has(line, R"("error":null)"), line);
  BOOST_TEST(has(line, R"("mine": "tea \ud83d")"), line);
  BOOST_TEST(has(line, R"("yours": "cup \ude00")"), line);
  auto http = node.http().post("/api/call/p/say", R"("cup \ude00")");
  BOOST_TEST(http.status == 200);
  BOOST_TEST(has(http.body.text, R"("mine": "tea \ud83d")"), http.body);
}

BOOST_AUTO_TEST_CASE(an_error_with_half_a_pair_is_the_callers_and_the_worker_stays) {
  node_process node{half_pairs()};
  auto client = node.connect();
  auto pid = node.worker_pid("p.0");
  auto line = answer(client, "fail");
  BOOST_TEST(has(line, R"("code":"worker_error")"), line);
  BOOST_TEST(has(answer(client, "say"), R"("error":null)"));
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_AUTO_TEST_CASE(half_a_pair_is_no_harm_to_the_log_events_and_status) {
  node_process node{half_pairs()};
  auto client = node.connect();
  answer(client, "say");
  BOOST_TEST(eventually([&] { return has(node.errors(), replacement); }), node.errors());
  auto events = answer(client, "events", R"({"since":0})", "$node");
  BOOST_TEST(has(events, R"({"said": "tea \ud83d"})"), events);
  BOOST_TEST(node.worker("p.0")["state"] == "ready");
}

BOOST_AUTO_TEST_SUITE_END()
