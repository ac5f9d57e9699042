// Proves what the libraries in examples/lib/ promise, of each alike: that what a worker
// prints breaks nothing, that a cancelled call does not cost the worker, and that their
// clients find the node, and find it again.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>

using namespace program;

namespace libraries {

struct library {
  const char* program;
  const char* ending;
  /// The worker's own code for an exception that is none of the library's.
  const char* exception;
};

std::ostream& operator<<(std::ostream& out, const library& l) {
  return out << l.program;
}

const std::vector<library> all = {
    {"python3", "py", "ValueError"},
    {"node", "mjs", "RangeError"},
    {"php", "php", "RangeException"},
};

std::string file(const library& l, const std::string& name) {
  return LIB_WORKERS_FOLDER "/" + name + "." + l.ending;
}

/// Returns a pool of the library's worker.
/// @param keys Further lines of the pool.
std::string pool(const library& l, const std::string& keys = {},
                 const std::string& name = "p") {
  return pool_of(name, {l.program, file(l, "lib_worker")}, keys);
}

/// Eight calls at a time, and the node tells the worker of callers that have left.
constexpr auto eight = "window = 8\nenv = { WINDOW = \"8\", CANCEL = \"1\" }";

/// Waits until the worker has `n` calls in it.
bool holds(const node_process& node, int n) {
  return eventually([&] { return node.worker("p.0").number("in_flight") == n; });
}

bool works(socket_client& client) {
  return client.call("p", "join", R"({"first":"a"})")["payload"].starts_with("[\"a\"");
}

std::string call_to(const std::string& kind, const std::string& payload) {
  return R"({"to":"other","kind":")" + kind + R"(","payload":)" + payload + "}";
}

} // namespace libraries

BOOST_AUTO_TEST_SUITE(libraries)

BOOST_DATA_TEST_CASE(what_a_worker_or_its_children_print_is_log, all) {
  node_process node{pool(sample)};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  for (int i = 0; i < 20; ++i) {
    auto text = "said-" + std::to_string(i);
    auto r = client.call("p", "stray", "{\"text\":\"" + text + "\"}");
    BOOST_TEST(r["payload.text"] == text, r);
  }
  auto r = node.worker("p.0");
  BOOST_TEST(r.number("stray") == 0, r);
  BOOST_TEST(r.number("late") == 0, r);
  BOOST_TEST(node.worker_pid("p.0") == pid);
  BOOST_TEST(eventually(
      [&] { return node.errors().find("stderr: said-19") != std::string::npos; }));
  BOOST_TEST(node.errors().find("printed before the handshake") != std::string::npos);
}

BOOST_DATA_TEST_CASE(members_are_arguments_and_a_wrong_one_is_named, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto joined = [&](const std::string& payload) {
    auto r = client.call("p", "join", payload);
    return r["error"] == "null" ? r["payload.0"] + r["payload.1"] + r["payload.2"]
                                : r["error.worker_code"] + ": " + r["error.message"];
  };
  BOOST_TEST(joined(R"({"first":"a"})") == "ab3");
  BOOST_TEST(joined(R"({"third":5,"second":"x","first":"a"})") == "ax5");
  BOOST_TEST(joined("{}") == "bad_payload: missing: first");
  BOOST_TEST(joined("null") == "bad_payload: missing: first");
  BOOST_TEST(joined(R"({"first":"a","forth":1})") == "bad_payload: unknown: forth");
  BOOST_TEST(joined(R"({"first":5})") == "bad_payload: first must be a string");
  BOOST_TEST(joined("[1]")
             == "bad_payload: the payload must be an object with first, second, third");
}

BOOST_DATA_TEST_CASE(errors_have_codes_and_the_worker_stays, all) {
  node_process node{pool(sample)};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  auto r = client.call("p", "boom");
  BOOST_TEST(r["error.worker_code"] == sample.exception, r);
  BOOST_TEST(r["error.message"] == "no such luck");
  r = client.call("p", "wrong");
  BOOST_TEST(r["error.worker_code"] == "bad_result", r);
  r = client.call("p", "pass_on", R"({"to":"nobody","kind":"x"})");
  BOOST_TEST(r["error.worker_code"] == "pool_not_found", r);
  BOOST_TEST(works(client));
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_AUTO_TEST_CASE(a_child_that_comes_back_from_a_function_answers_nothing) {
  node_process node{pool(all.front())};
  auto client = node.connect();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(client.call("p", "fork", "{}")["payload"] == "parent");
}

BOOST_AUTO_TEST_CASE(a_function_that_ends_the_program_in_a_thread_ends_the_worker) {
  node_process node{pool(all.front(), eight)};
  auto client = node.connect();
  auto r = client.call("p", "leave", "{}");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r["error.message"].find("exited with code 3") != std::string::npos, r);
  BOOST_TEST(works(client));
}

BOOST_DATA_TEST_CASE(a_cancelled_call_does_not_cost_the_worker, all) {
  node_process node{pool(sample, eight)};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 8; ++i)
      client.send_call(std::to_string(i), "p", "child", R"({"ms":60000})");
    BOOST_REQUIRE(holds(node, 8));
    for (int i = 0; i < 8; ++i) {
      auto id = std::to_string(i);
      client.send_line(R"({"kind":"cancel","request_id":")" + id + "\"}");
      BOOST_TEST(client.receive(id)["error.code"] == "cancelled");
    }
    BOOST_TEST(holds(node, 0));
    auto r = client.call("p", "child", R"({"ms":60000})",
                         "\"timeout_ms\":100"); // its time over
    BOOST_TEST(r["error.code"] == "timeout", r);
    BOOST_TEST(works(client));
    BOOST_TEST(holds(node, 0));
  }
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_AUTO_TEST_CASE(promises_that_no_function_of_node_awaits_do_not_cost_the_worker) {
  const auto& node_library = all.at(1);
  node_process node{pool(node_library, eight) + pool(node_library, eight, "other")};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("c", "p", "careless", "{}", "\"stream\":true");
  BOOST_REQUIRE(client.receive()["payload.progress"] == "0");
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  for (auto r = client.receive("c"); r["kind"] == "chunk";)
    r = client.receive("c");
  BOOST_TEST(holds(node, 0));
  // The second of two calls fails when nobody waits for it any more.
  auto r = client.call("p", "careless", R"({"to":"nobody"})");
  BOOST_TEST(r["error.worker_code"] == "pool_not_found", r);
  BOOST_TEST(works(client));
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(a_function_that_is_deaf_to_a_cancel_does_not_cost_it_either, all) {
  node_process node{pool(sample)};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("c", "p", "slow", R"({"ms":1500})");
  BOOST_REQUIRE(holds(node, 1));
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(works(client));
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(ten_thousand_calls_get_their_own_answers, all) {
  node_process node{pool(sample, eight)};
  auto client = node.connect();
  const int count = sanitized ? 2000 : 10'000;
  const int open = 500;
  int wrong = 0;
  for (int i = 0; i < count + open; ++i) {
    if (i < count)
      client.send_call(std::to_string(i), "p", "join",
                       "{\"first\":\"" + std::to_string(i) + "\"}");
    if (i < open)
      continue;
    auto id = std::to_string(i - open);
    auto r = client.receive(id);
    wrong += r["payload.0"] != id;
  }
  BOOST_TEST(wrong == 0);
  BOOST_TEST(node.worker("p.0").number("late") == 0);
}

BOOST_DATA_TEST_CASE(parts_and_progress_come_before_the_answer, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  client.send_call("s", "p", "parts", R"({"texts":["one","two"]})", "\"stream\":true");
  BOOST_TEST(client.receive()["payload"] == "one");
  BOOST_TEST(client.receive()["payload"] == "two");
  BOOST_TEST(client.receive()["payload.parts"] == "2");
  client.send_call("t", "p", "count", R"({"to":2})", "\"stream\":true");
  BOOST_TEST(client.receive()["payload.text"] == "step 0");
  auto r = client.receive();
  BOOST_TEST(r.text.find("0.5") != std::string::npos, r);
  BOOST_TEST(client.receive()["payload.counted"] == "2");
  // Without the caller's wish there are none.
  BOOST_TEST(client.call("p", "parts", R"({"texts":["one"]})")["payload.parts"] == "1");
}

BOOST_DATA_TEST_CASE(a_function_knows_its_deadline_and_its_trace, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto left =
      client.call("p", "left", "null", "\"timeout_ms\":5000").number("payload.ms");
  BOOST_TEST(left > 0);
  BOOST_TEST(left <= 5000);
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  auto r = client.call("p", "trace", "null",
                       R"("traceparent":")" + trace + R"(","tracestate":"a=b")");
  BOOST_TEST(r["payload.traceparent"] == trace, r);
  BOOST_TEST(r["payload.tracestate"] == "a=b");
}

BOOST_DATA_TEST_CASE(a_function_calls_other_pools, all) {
  node_process node{pool(sample) + pool(sample, eight, "other")};
  auto client = node.connect();
  auto pid = node.worker_pid("p.0");
  auto r = client.call("p", "via", call_to("join", R"({"first":"a"})"));
  BOOST_TEST(r["payload.inner.0"] == "a", r);
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  r = client.call("p", "via", call_to("trace", "{}"), R"("traceparent":")" + trace + '"');
  BOOST_TEST(r["payload.inner.traceparent"].starts_with(trace.substr(0, 35)), r);
  r = client.call("p", "via", R"({"to":"nobody","kind":"x"})");
  BOOST_TEST(r["payload.code"] == "pool_not_found", r);
  r = client.call(
      "p", "via",
      R"({"to":"other","kind":"child","payload":{"ms":60000},"timeout":0.1})");
  BOOST_TEST(r["payload.code"] == "timeout", r);
  // What is called ends with its caller.
  client.send_call("c", "p", "via", call_to("child", R"({"ms":60000})"));
  auto in_other = [&](int n) {
    return eventually([&] { return node.worker("other.0").number("in_flight") == n; });
  };
  BOOST_REQUIRE(in_other(1));
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(in_other(0));
  BOOST_TEST(works(client));
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(the_socket_of_the_node_may_have_a_relative_path, all) {
  auto elsewhere =
      R"(cd "${TROUPE_SOCKET%/*}"; export TROUPE_SOCKET="./${TROUPE_SOCKET##*/}"; )"
      R"(exec "$@")";
  node_process node{pool_of(
      "p", {"/bin/sh", "-c", elsewhere, "sh", sample.program, file(sample, "lib_worker")},
      "transport = \"unix\"")};
  auto client = node.connect();
  BOOST_TEST(works(client));
}

BOOST_DATA_TEST_CASE(a_function_asks_and_the_session_outlives_the_node, all) {
  temporary_folder state;
  const auto keys = std::string{eight} + "\ntransport = \"unix\"\nsurvive = true";
  std::string session;
  pid_t pid = 0;
  {
    node_process node{pool(sample, keys), {.state_dir = state / "s"}};
    auto r = node.operation("session.run", R"({"pool":"p","kind":"interview"})");
    session = r["session_id"];
    BOOST_TEST(r["feed_result.Paused.queries.1.prompt"] == "Why?", r);
    node.operation("session.continue",
                   R"({"query_id":"why","response":"b","session_id":")" + session
                       + "\"}");
    pid = node.worker_pid("p.0");
    node.kill();
  }
  node_process node{pool(sample, keys), {.state_dir = state / "s"}};
  auto responded = [&](const std::string& response) {
    return node.operation("session.continue", R"({"session_id":")" + session
                                                  + R"(","response":")" + response
                                                  + "\"}");
  };
  auto r = responded("a");
  BOOST_TEST(r["state"] == "paused", r);
  r = responded("c");
  BOOST_TEST(r["feed_result.Finished.state.Completed.result"] == "a b c", r);
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(an_answer_for_the_node_before_reaches_no_other_call, all) {
  temporary_folder state;
  const auto keys = std::string{eight} + "\ntransport = \"unix\"\nsurvive = true";
  pid_t pid = 0;
  {
    node_process node{pool(sample, keys), {.state_dir = state / "s"}};
    pid = node.worker_pid("p.0");
    auto client = node.connect();
    client.send_call("old", "p", "slow", R"({"ms":2000})");
    BOOST_REQUIRE(holds(node, 1));
    node.kill();
  }
  node_process node{pool(sample, keys), {.state_dir = state / "s"}};
  // The first call of either node: the worker is told the same id.
  auto r = node.connect().call("p", "child", R"({"ms":3000})");
  BOOST_TEST(r["payload"] == "null", r);
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(a_session_that_is_stopped_does_not_cost_the_worker, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto pid = node.worker_pid("p.0");
  auto r = node.operation("session.run", R"({"pool":"p","kind":"interview"})");
  node.operation("session.stop", R"({"session_id":")" + r["session_id"] + "\"}");
  BOOST_TEST(works(client));
  r = client.call("p", "interview");
  BOOST_TEST(r["error.worker_code"] == "no_session", r);
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(a_function_answers_web_requests, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto r = client.call("p", "http",
                       R"({"method":"POST","uri":"http://h/a%20b?x=1&y=",)"
                       R"("headers":{"User-Agent":["t"]},"body":"äb"})");
  BOOST_TEST(r["payload.status"] == "200", r);
  reply body{r["payload.body"]};
  BOOST_TEST(body["method"] == "POST", body);
  BOOST_TEST(body["path"] == "/a%20b");
  BOOST_TEST(body["args.x"] == "1");
  BOOST_TEST(body["body"] == "c3a462");
  BOOST_TEST(body["agent"] == "t");
  r = client.call("p", "http", R"({"method":"POST","uri":"/","body_base64":"/w=="})");
  BOOST_TEST(reply{r["payload.body"]}["body"] == "ff", r);
  // A client may name any host, or none, and must not reach another page by that.
  for (std::string host : {"", ":80", "h:99999", "[v1.x]", "[h", "256.1.1.1", "xn--a"}) {
    r = client.call("p", "http", R"({"uri":"http://)" + host + R"(/a/../b?x=1#y"})");
    reply page{r["payload.body"]};
    BOOST_TEST(page["path"] == "/a/../b", host << ": " << r);
    BOOST_TEST(page["args.x"] == "1", host << ": " << r);
  }
  r = client.call("p", "http", R"({"method":"GET","uri":"/bytes"})");
  BOOST_TEST(r["payload.status"] == "201", r);
  BOOST_TEST(r["payload.body_base64"].starts_with("AAECAw"));
  client.send_call("s", "p", "http", R"({"method":"GET","uri":"/parts"})",
                   "\"stream\":true");
  BOOST_TEST(client.receive()["payload.status"] == "200");
  BOOST_TEST(client.receive()["payload.body"] == "one");
  BOOST_TEST(client.receive()["payload.body_base64"] == "dHdv/w==");
  BOOST_TEST(client.receive()["error"] == "null");
}

BOOST_DATA_TEST_CASE(events_and_log_lines_reach_the_node, all) {
  node_process node{pool(sample)};
  BOOST_TEST(node.connect().call("p", "tell")["error"] == "null");
  BOOST_TEST(eventually([&] {
    return node.operation("events", R"({"since":0})").text.find("{\"told\":1}")
           != std::string::npos;
  }));
  BOOST_TEST(eventually([&] { return node.errors().find("told") != std::string::npos; }));
}

BOOST_DATA_TEST_CASE(a_client_calls_streams_cancels_and_pipelines, all) {
  temporary_folder state;
  node_process node{pool(sample, std::string{eight}
                                     + "\nsize = 2\nqueue_limit = 20000\n"
                                       "queue_timeout = \"200s\""),
                    {.state_dir = state / "s"}};
  auto [status, output] = run({"env", "TROUPE_STATE_DIR=" + (state / "s"), sample.program,
                               file(sample, "lib_client"), "calls"},
                              ".", 5 * patience);
  BOOST_TEST(status == 0, output);
  BOOST_TEST(output == "done\n");
}

BOOST_DATA_TEST_CASE(a_client_connects_again_when_the_node_is_back, all) {
  temporary_folder state;
  const node_options options{.state_dir = state / "s"};
  auto first = std::make_unique<node_process>(pool(sample, eight), options);
  running_command client{{"env", "TROUPE_STATE_DIR=" + (state / "s"), sample.program,
                          file(sample, "lib_client"), "reconnect"}};
  auto said = client.output().take_until("\n");
  BOOST_REQUIRE_MESSAGE(said == "open", said);
  first->kill();
  node_process second{pool(sample, eight), options};
  BOOST_TEST(client.output().take_until("\n") == "done");
}

BOOST_AUTO_TEST_SUITE_END()
