// Proves that the trace of a caller reaches workers and what they call, however the call
// came, and that a node that takes part in it says what it did.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>

using namespace program;

namespace traces {

const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string span_id = "b7ad6b7169203331";
const std::string parent = "00-" + trace_id + "-" + span_id + "-01";
const std::string unsampled = "00-" + trace_id + "-" + span_id + "-00";

std::string traced(const std::string& name, const std::string& keys = {}) {
  return pool_of(name, {"python3", TRACED_WORKER}, keys);
}

const std::string recorded = "[trace]\nfile = \"spans.jsonl\"\n";

/// Returns the members of a call that is part of a trace.
std::string members(const std::string& traceparent, const std::string& tracestate = {}) {
  return "\"traceparent\":\"" + traceparent + "\""
         + (tracestate.empty() ? "" : ",\"tracestate\":\"" + tracestate + "\"");
}

/// Returns the payload that has a worker call `to`.
std::string via(const std::string& to, const std::string& kind = "k",
                const std::string& more = {}) {
  return R"({"to":")" + to + R"(","kind":")" + kind + '"'
         + (more.empty() ? "" : "," + more) + "}";
}

/// A span as it stands in the file.
struct recorded_span {
  explicit recorded_span(const std::string& line) {
    reply all{line};
    const std::string at = "resourceSpans.0.scopeSpans.0.spans.0.";
    for (auto name : {"traceId", "spanId", "parentSpanId", "traceState", "name", "kind",
                      "startTimeUnixNano", "endTimeUnixNano"})
      texts[name] = all[at + name];
    texts["status"] = all[at + "status.code"];
    texts["message"] = all[at + "status.message"];
    auto attributes = at + "attributes";
    for (size_t i = 0; i < all.count(attributes); ++i) {
      auto one = attributes + "." + std::to_string(i);
      texts[all[one + ".key"]] = all[one + ".value.stringValue"];
    }
  }

  const std::string& operator[](const std::string& name) { return texts[name]; }
  int64_t begin() { return std::stoll(texts["startTimeUnixNano"]); }
  int64_t end() { return std::stoll(texts["endTimeUnixNano"]); }

  std::map<std::string, std::string> texts;
};

std::vector<recorded_span> read_spans(const std::string& path) {
  std::vector<recorded_span> all;
  std::ifstream in{path};
  for (std::string line; std::getline(in, line) && !in.eof();)
    all.emplace_back(line);
  return all;
}

/// Returns the spans of a node, of which there are to be so many.
std::vector<recorded_span> spans_of(const node_process& node, size_t count,
                                    const std::string& name = "spans.jsonl") {
  std::vector<recorded_span> all;
  auto path = node.state_dir() + "/" + name;
  eventually([&] { return (all = read_spans(path)).size() >= count; });
  BOOST_TEST_REQUIRE(all.size() == count);
  return all;
}

/// Returns the parent in a `traceparent`.
std::string parent_in(const std::string& traceparent) {
  BOOST_TEST_REQUIRE(traceparent.size() == parent.size(), traceparent);
  BOOST_TEST(traceparent.substr(0, 36) == "00-" + trace_id + "-");
  return traceparent.substr(36, 16);
}

} // namespace traces

BOOST_AUTO_TEST_SUITE(traces)

BOOST_AUTO_TEST_CASE(headers_of_http_reach_the_worker_byte_for_byte) {
  node_process node{traced("p")};
  auto http = node.http();
  auto call = [&](const std::string& headers) {
    auto r = http.request("POST", "/api/call/p/k", "null", headers);
    BOOST_TEST(r.status == 200);
    return r;
  };
  auto r = call("traceparent: " + parent + "\r\ntracestate: a=1 , b=\"2\"\r\n");
  BOOST_TEST(r["payload.traceparent"] == parent);
  BOOST_TEST(r["payload.tracestate"] == "a=1 , b=\"2\"");
  r = call("Tracestate: a=1\r\nTRACEPARENT: cc-" + unsampled.substr(3)
           + "-later\r\ntracestate: b=2\r\n");
  BOOST_TEST(r["payload.traceparent"] == "cc-" + unsampled.substr(3) + "-later");
  BOOST_TEST(r["payload.tracestate"] == "a=1,b=2");
  r = call("traceparent: " + parent + "\r\n");
  BOOST_TEST(r["payload.traceparent"] == parent);
  BOOST_TEST(r["payload.tracestate"] == "null");
  BOOST_TEST(call("")["payload.traceparent"] == "null"); // none is left of the one before
}

BOOST_AUTO_TEST_CASE(one_that_is_none_is_as_absent_and_no_error) {
  node_process node{traced("p")};
  auto http = node.http();
  for (std::string bad : {std::string{"00-1"}, "ff" + parent.substr(2), parent + "-x",
                          "00-" + trace_id + "-0000000000000000-01",
                          parent + "\r\ntraceparent: " + unsampled}) {
    auto r = http.request("POST", "/api/call/p/k", "null",
                          "traceparent: " + bad + "\r\ntracestate: a=1\r\n");
    BOOST_TEST(r.status == 200, bad);
    BOOST_TEST(r["payload.traceparent"] == "null", bad);
    BOOST_TEST(r["payload.tracestate"] == "null", bad);
  }
  auto client = node.connect();
  for (std::string more : {"\"traceparent\":7", "\"tracestate\":\"a=1\"",
                           "\"traceparent\":\"00-XYZ\",\"tracestate\":[]"})
    BOOST_TEST(client.call("p", "k", "null", more)["payload.traceparent"] == "null",
               more);
  auto r = client.call("p", "k", "null", members(parent, "A=1"));
  BOOST_TEST(r["payload.traceparent"] == parent, r);
  BOOST_TEST(r["payload.tracestate"] == "null", r);
}

BOOST_AUTO_TEST_CASE(a_call_that_a_worker_makes_is_part_of_the_trace_it_is_made_for) {
  node_process node{traced("p", "window = 4") + traced("q", "window = 4")};
  auto client = node.connect();
  auto r = client.call("p", "via", via("q"), members(parent, "a=1"));
  BOOST_TEST(r["payload.traceparent"] == parent, r);
  BOOST_TEST(r["payload.inner.traceparent"] == parent, r);
  BOOST_TEST(r["payload.inner.tracestate"] == "a=1", r);
  // Unless it says otherwise.
  r = client.call("p", "via", via("q", "k", members(unsampled)), members(parent, "a=1"));
  BOOST_TEST(r["payload.inner.traceparent"] == unsampled, r);
  BOOST_TEST(r["payload.inner.tracestate"] == "null", r);
  r = client.call("p", "via", via("q"));
  BOOST_TEST(r["payload.inner.traceparent"] == "null", r);
}

BOOST_AUTO_TEST_CASE(an_operator_sees_to_which_trace_an_open_call_belongs) {
  node_process node{puppets("p", "window = 2", {"--cancel"})};
  auto client = node.connect();
  client.send_call("1", "p", "never", "null", "\"priority\":1," + members(parent));
  client.send_call("2", "p", "never");
  reply all;
  BOOST_REQUIRE(
      eventually([&] { return (all = node.operation("calls")).count("") == 2; }));
  for (auto i : {"0.", "1."})
    BOOST_TEST(all[i + std::string{"trace_id"}]
                   == (all[i + std::string{"priority"}] == "1" ? trace_id : "null"),
               all);
}

BOOST_AUTO_TEST_CASE(a_behaviour_before_a_pool_passes_it_on) {
  node_process node{traced("p")
                    + "[pool.c]\nbehaviour = \"cache\"\nof = \"p\"\n"
                      "[pool.m]\nbehaviour = \"mirror\"\nof = \"c\"\n"
                      "options = { to = \"q\" }\n"
                    + traced("q")};
  auto r = node.connect().call("m", "k", "null", members(parent, "a=1"));
  BOOST_TEST(r["payload.traceparent"] == parent, r);
  BOOST_TEST(r["payload.tracestate"] == "a=1", r);
}

BOOST_AUTO_TEST_CASE(the_steps_of_a_session_have_that_of_their_clients) {
  node_process node{traced("p")};
  const std::string result = "feed_result.Finished.state.Completed.result.";
  auto r = node.http().request("POST", "/api/sessions", R"({"pool":"p"})",
                               "traceparent: " + parent + "\r\n");
  BOOST_TEST(r[result + "traceparent"] == parent, r.body);
  socket_client client{node.state_dir() + "/sessions/new-p.sock"};
  client.send_line(R"({"op":"handshake","version":"0.1.0"})");
  BOOST_TEST(client.receive()["ok"] == "true");
  client.send_line(R"({"op":"run","code":"",)" + members(unsampled, "a=1") + "}");
  auto line = client.receive();
  BOOST_TEST(line["data." + result + "traceparent"] == unsampled, line);
  BOOST_TEST(line["data." + result + "tracestate"] == "a=1", line);
}

BOOST_AUTO_TEST_CASE(the_program_passes_that_of_its_environment_on) {
  node_process node{traced("p")};
  auto call = [&](const std::string& where) {
    auto [status, out] = run({"env", "TRACEPARENT=" + parent, "TRACESTATE=a=1",
                              "TROUPE_API_KEY=" + node.key(), TROUPE_BINARY, "call", "p",
                              "k", "--node", where});
    BOOST_TEST(status == 0, out);
    return reply{out};
  };
  for (auto& where : {node.socket(), node.url()}) {
    auto r = call(where);
    BOOST_TEST(r["traceparent"] == parent, r);
    BOOST_TEST(r["tracestate"] == "a=1", r);
  }
}

BOOST_AUTO_TEST_CASE(a_call_has_it_at_another_node_too) {
  test_cluster nodes{{.pools =
                          [](const std::string& node) {
                            return traced("only-" + node)
                                   + (node == "beta" ? recorded : std::string{});
                          },
                      .names = {"alpha", "beta"}}};
  auto client = nodes["alpha"].connect();
  auto r = client.call("only-beta", "k", "null", members(unsampled, "a=1"));
  BOOST_TEST(r["worker"] == "only-beta.0@beta", r);
  BOOST_TEST(r["payload.traceparent"] == unsampled, r);
  BOOST_TEST(r["payload.tracestate"] == "a=1", r);
  BOOST_TEST(client.call("only-beta", "k")["payload.traceparent"] == "null");
  // There and back, and the node that runs it takes part.
  r = client.call("only-beta", "via", via("only-alpha"), members(parent));
  auto inner = parent_in(r["payload.inner.traceparent"]);
  auto all = spans_of(nodes["beta"], 2);
  for (auto& s : all) {
    BOOST_TEST(s["parentSpanId"] == span_id);
    BOOST_TEST(s["troupe.node"] == "beta");
  }
  BOOST_TEST(all[1]["spanId"] == inner);
  BOOST_TEST(all[1]["troupe.worker"] == "only-beta.0");
}

BOOST_AUTO_TEST_CASE(nodes_of_adjacent_versions_pass_it_on_to_each_other) {
  test_cluster nodes{
      {.pools = [](const std::string& node) { return traced("only-" + node); },
       .names = {"alpha", "beta"},
       .program =
           [](const std::string& node) {
             return node == "beta"
                        ? std::vector<std::string>{NEXT_VERSION_NODE_BINARY, "1"}
                        : std::vector<std::string>{};
           }}};
  for (auto& [from, to] : {std::pair{"alpha", "beta"}, std::pair{"beta", "alpha"}}) {
    auto r = nodes[from].connect().call("only-" + std::string{to}, "k", "null",
                                        members(parent, "a=1"));
    BOOST_TEST(r["payload.traceparent"] == parent, r);
    BOOST_TEST(r["payload.tracestate"] == "a=1", r);
  }
}

BOOST_AUTO_TEST_CASE(a_node_with_a_file_says_how_long_calls_waited_and_ran) {
  node_process node{recorded + traced("p")};
  auto client = node.connect();
  client.call("p", "k"); // the worker is ready
  auto before = std::chrono::system_clock::now().time_since_epoch() / 1ns;
  client.send_call("1", "p", "slow", "{\"ms\":100}", members(parent, "a=1"));
  client.send_call("2", "p", "slow", "{\"ms\":50}", members(parent));
  auto first = client.receive("1");
  auto second = client.receive("2");
  auto after = std::chrono::system_clock::now().time_since_epoch() / 1ns;
  auto all = spans_of(node, 4);
  std::map<std::string, recorded_span> by_id;
  for (auto& s : all) {
    BOOST_TEST(s["traceId"] == trace_id);
    BOOST_TEST(s["parentSpanId"] == span_id);
    BOOST_TEST(s["troupe.pool"] == "p");
    BOOST_TEST(s["troupe.kind"] == "slow");
    BOOST_TEST(s["status"] == "");
    BOOST_TEST(s.begin() <= s.end());
    by_id.emplace(s["spanId"], s);
  }
  BOOST_TEST_REQUIRE(by_id.size() == 4u);
  auto run_of = [&](const reply& r) {
    auto id = parent_in(r["payload.traceparent"]);
    BOOST_TEST_REQUIRE(by_id.count(id) == 1u);
    return by_id.at(id);
  };
  auto a = run_of(first);
  auto b = run_of(second);
  constexpr int64_t ms = 1'000'000;
  BOOST_TEST(a["name"] == "run");
  BOOST_TEST(a["kind"] == "3");
  BOOST_TEST(a["troupe.worker"] == "p.0");
  BOOST_TEST(a["traceState"] == "a=1");
  BOOST_TEST(a.end() - a.begin() >= 100 * ms);
  BOOST_TEST(b.begin() + 10 * ms >= a.end()); // one after the other
  BOOST_TEST(a.begin() + 10 * ms >= before);
  BOOST_TEST(b.end() <= after + 10 * ms);
  for (auto& s : all)
    if (s["name"] == "wait") {
      BOOST_TEST(s["kind"] == "1");
      BOOST_TEST(s.end() == (s["traceState"] == "a=1" ? a : b).begin());
    }
}

BOOST_AUTO_TEST_CASE(what_a_worker_calls_hangs_below_its_own_run) {
  node_process node{recorded + traced("p") + traced("q")};
  auto r = node.connect().call("p", "via", via("q"), members(parent));
  auto outer = parent_in(r["payload.traceparent"]);
  auto inner = parent_in(r["payload.inner.traceparent"]);
  auto all = spans_of(node, 4);
  for (auto& s : all) {
    BOOST_TEST(s["parentSpanId"] == (s["troupe.pool"] == "p" ? span_id : outer));
    if (s["name"] == "run")
      BOOST_TEST(s["spanId"] == (s["troupe.pool"] == "p" ? outer : inner));
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_says_so_in_its_span) {
  node_process node{recorded + traced("p") + pool_of("never", {"sleep", "1000"})};
  auto client = node.connect();
  BOOST_TEST(client.call("p", "fail", "null", members(parent))["error.code"]
             == "worker_error");
  BOOST_TEST(client.call("never", "k", "null",
                         "\"timeout_ms\":50," + members(parent))["error.code"]
             == "queue_timeout");
  auto all = spans_of(node, 3);
  BOOST_TEST(all[1]["name"] == "run");
  BOOST_TEST(all[1]["status"] == "2");
  BOOST_TEST(all[1]["message"] == "as you wish");
  BOOST_TEST(all[1]["error.type"] == "worker_error");
  BOOST_TEST(all[2]["name"] == "wait");
  BOOST_TEST(all[2]["status"] == "2");
  BOOST_TEST(all[2]["error.type"] == "queue_timeout");
}

BOOST_AUTO_TEST_CASE(only_calls_whose_callers_record_them_are_in_the_file) {
  node_process node{recorded + traced("p")};
  auto client = node.connect();
  client.call("p", "k");
  auto r = client.call("p", "k", "null", members(unsampled, "a=1"));
  BOOST_TEST(r["payload.traceparent"] == unsampled, r);
  client.call("p", "k", "null", members(parent));
  for (auto& s : spans_of(node, 2))
    BOOST_TEST(s["parentSpanId"] == span_id);
}

BOOST_AUTO_TEST_CASE(after_sigusr1_spans_go_into_a_new_file) {
  node_process node{recorded + traced("p")};
  auto client = node.connect();
  auto path = node.state_dir() + "/spans.jsonl";
  client.call("p", "k", "null", members(parent));
  spans_of(node, 2);
  BOOST_REQUIRE(std::rename(path.c_str(), (path + ".1").c_str()) == 0);
  node.signal(SIGUSR1);
  BOOST_REQUIRE(eventually([&] { return std::ifstream{path}.good(); }));
  size_t calls = 0;
  BOOST_TEST(eventually([&] {
    client.call("p", "k", "null", members(parent));
    ++calls;
    return !read_spans(path).empty();
  }));
  eventually([&] {
    return read_spans(path).size() + read_spans(path + ".1").size() == 2 + 2 * calls;
  });
  BOOST_TEST(read_spans(path).size() + read_spans(path + ".1").size() == 2 + 2 * calls);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_why_the_node_does_not_start) {
  temporary_folder folder;
  auto config = folder.path() + "/troupe.toml";
  std::ofstream{config} << "[node]\nstate_dir = \"" + folder.path()
                               + "/s\"\n[http]\nlisten = \"off\"\n[trace]\nfile = "
                                 "\"/nowhere/spans.jsonl\"\n";
  auto [status, out] = run({TROUPE_BINARY, "serve", "-c", config});
  BOOST_TEST(status == 1);
  BOOST_TEST(out.find("cannot open the trace file '/nowhere/spans.jsonl'")
                 != std::string::npos,
             out);
}

BOOST_AUTO_TEST_SUITE_END()
