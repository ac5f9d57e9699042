// Proves that half of a surrogate pair, which is left where a program cuts a text in the
// middle of an emoji, passes as the legal JSON that it is.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace {

/// Answers `kind` in whichever way half a pair can come.
constexpr auto script = R"(
import json, sys
half = "tea \ud83d"
def say(m): print(json.dumps(m), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    kind, id = m["kind"], m.get("request_id")
    if kind == "hello": say({"kind": "ready", "payload": {"protocol": 1, "name": half}})
    elif kind == "shutdown": break
    elif kind == "fail":
        say({"kind": kind, "request_id": id, "error": {"code": half, "message": half, half: half}})
    else:
        say({"kind": "log", "payload": half})
        say({"kind": "event", "payload": {"said": half}})
        say({"kind": kind, "request_id": id, "payload": {"mine": half, "yours": m["payload"]}})
)";

/// The character that stands for half a pair where text is shown.
const std::string replacement = "tea \xEF\xBF\xBD";

} // namespace

BOOST_AUTO_TEST_SUITE(lone_surrogates)

BOOST_AUTO_TEST_CASE(half_a_pair_passes_both_ways_as_it_came) {
  node_process node{pool_of("p", {"python3", "-c", script})};
  auto client = node.connect();
  auto r = client.call("p", "say", R"("cup \ude00")");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(r.text.find(R"("mine": "tea \ud83d")") != std::string::npos, r);
  BOOST_TEST(r.text.find(R"("yours": "cup \ude00")") != std::string::npos, r);
  auto http = node.http().post("/api/call/p/say", R"("cup \ude00")");
  BOOST_TEST(http.status == 200);
  BOOST_TEST(http.body.text.find(R"("mine": "tea \ud83d")") != std::string::npos, http.body);
}

BOOST_AUTO_TEST_CASE(an_error_with_half_a_pair_is_the_callers_and_the_worker_stays) {
  node_process node{pool_of("p", {"python3", "-c", script})};
  auto client = node.connect();
  auto pid = node.worker_pid("p.0");
  auto r = client.call("p", "fail");
  BOOST_TEST(r["error.code"] == "worker_error", r);
  BOOST_TEST(client.call("p", "say")["error"] == "null");
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_AUTO_TEST_CASE(half_a_pair_is_no_harm_to_the_log_events_and_status) {
  node_process node{pool_of("p", {"python3", "-c", script})};
  node.connect().call("p", "say");
  BOOST_TEST(node.errors().find(replacement) != std::string::npos, node.errors());
  auto events = node.operation("events", R"({"since":0})").text;
  BOOST_TEST(events.find(R"({"said": "tea \ud83d"})") != std::string::npos, events);
  BOOST_TEST(node.worker("p.0")["state"] == "ready");
}

BOOST_AUTO_TEST_SUITE_END()
