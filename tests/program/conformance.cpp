// Proves that every worker protocol, over everything it can be spoken through, gives the
// same service: one suite, run against all alike.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace conformance {

struct spoken {
  const char* protocol;
  /// Empty where there is no choice.
  const char* transport;
  /// The command of a worker that is written with a library; empty for one from the
  /// bytes.
  std::vector<std::string> worker = {};
};

std::ostream& operator<<(std::ostream& out, const spoken& s) {
  out << s.protocol << " " << s.transport;
  return s.worker.empty() ? out : out << " with the library for " << s.worker.front();
}

const std::vector<std::string> python = {"python3", LIB_WORKERS_FOLDER "/lib_worker.py"};
const std::vector<std::string> node_js = {"node", LIB_WORKERS_FOLDER "/lib_worker.mjs"};
const std::vector<std::string> php = {"php", LIB_WORKERS_FOLDER "/lib_worker.php"};

const std::vector<spoken> all = {
    {"json-lines", "stdio"},
    {"json-lines", "unix"},
    {"json-lines", "tcp"},
    {"goridge", "stdio"},
    {"goridge", "unix"},
    {"goridge", "tcp"},
    {"folk", ""},
    {"session", ""},
    {"jsonrpc", "stdio"},
    {"json-lines", "stdio", python},
    {"json-lines", "unix", python},
    {"json-lines", "stdio", node_js},
    {"json-lines", "unix", node_js},
    {"json-lines", "stdio", php},
    {"json-lines", "tcp", php},
};

std::string pool(const spoken& s, const std::string& keys = {}) {
  std::string own = "protocol = \"" + std::string{s.protocol} + "\"\n";
  if (*s.transport)
    own += "transport = \"" + std::string{s.transport} + "\"\n";
  std::vector<std::string> foreign = {"python3", "-SE", FOREIGN_WORKER, s.protocol};
  return pool_of("p", s.worker.empty() ? foreign : s.worker, own + keys);
}

/// What a call is named: a session's worker knows no other that it could be.
const char* kind_for(const spoken& s) {
  return s.protocol == std::string_view{"session"} ? "run" : "k";
}

/// Calls that must work, whatever happened before.
void check_service(socket_client& client, const spoken& s) {
  for (int i = 0; i < 3; ++i) {
    auto n = std::to_string(i);
    auto r = client.call("p", kind_for(s), R"({"do":"echo","n":)" + n + "}");
    BOOST_TEST(r["payload.n"] == n, r);
  }
}

} // namespace conformance

BOOST_AUTO_TEST_SUITE(conformance)

BOOST_DATA_TEST_CASE(answers_are_what_the_worker_said, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  for (auto value : {"null", "true", "-5", "1.5", "\"\"", R"("ä\n\"")", "[1,[2,{}]]",
                     R"({"a":{"b":null}})"}) {
    auto r = client.call("p", kind_for(sample),
                         R"({"do":"echo","value":)" + std::string{value} + "}");
    BOOST_TEST(r["error"] == "null", r);
    BOOST_TEST(r["payload.value"] == reply{"{\"v\":" + std::string{value} + "}"}["v"], r);
    BOOST_TEST(r["worker"] == "p.0");
  }
}

BOOST_DATA_TEST_CASE(a_hundred_waiting_calls_get_their_own_answers, all) {
  node_process node{pool(sample, "size = 2")};
  auto client = node.connect();
  for (int i = 0; i < 100; ++i)
    client.send_call(std::to_string(i), "p", kind_for(sample),
                     R"({"do":"echo","n":)" + std::to_string(i) + "}");
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(client.receive(std::to_string(i))["payload.n"] == std::to_string(i));
}

BOOST_DATA_TEST_CASE(an_error_is_the_callers_and_the_worker_stays, all) {
  node_process node{pool(sample)};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample), R"({"do":"error","message":"no luck"})");
  BOOST_TEST(r["error.code"] == "worker_error", r);
  BOOST_TEST(r["error.message"] == "no luck");
  check_service(client, sample);
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(a_worker_that_dies_fails_its_call_alone, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  for (auto what : {"die", "half"}) {
    auto r = client.call("p", kind_for(sample), R"({"do":")" + std::string{what} + "\"}");
    BOOST_TEST(r["error.code"] == "worker_died", r);
    BOOST_TEST(r.number("error.exit_code") == (what == std::string{"die"} ? 3 : 0));
    check_service(client, sample);
  }
}

BOOST_DATA_TEST_CASE(a_call_in_time_out_is_told_and_the_next_gets_its_own_answer, all) {
  node_process node{pool(sample, "abandoned = \"kill\"")};
  node.worker_pid("p.0");
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample), R"({"do":"sleep","ms":60000})",
                       "\"timeout_ms\":50");
  BOOST_TEST(r["error.code"] == "timeout", r);
  check_service(client, sample);
}

BOOST_DATA_TEST_CASE(with_every_tenth_of_1000_calls_too_late_no_answer_is_off_by_one,
                     all) {
  node_process node{pool(sample, "size = 2\nexec_timeout = \"40ms\"\n"
                                 "queue_timeout = \"200s\"")};
  auto client = node.connect();
  const int count = sanitized ? 200 : 1000;
  int answered = 0;
  int timeouts = 0;
  for (int i = 0; i < count; ++i) {
    // The answer would come soon after its caller gave up: to the next one's harm.
    auto what = i % 10 == 0 ? R"("sleep","ms":50)" : R"("echo")";
    client.send_call(std::to_string(i), "p", kind_for(sample),
                     R"({"do":)" + std::string{what} + ",\"n\":" + std::to_string(i)
                         + "}");
  }
  for (int i = 0; i < count; ++i) {
    auto r = client.receive(std::to_string(i), 60s);
    // A busy machine may be late with any call, but never with another's answer.
    if (r["error"] == "null") {
      ++answered;
      BOOST_TEST(r["payload.n"] == std::to_string(i), r);
    } else {
      ++timeouts;
      BOOST_TEST(r["error.code"] == "timeout", r);
    }
  }
  BOOST_TEST(timeouts >= count / 20); // some of the late ones are just in time
  BOOST_TEST(answered >= count / 2);
}

BOOST_DATA_TEST_CASE(a_second_answer_reaches_nobody, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample), R"({"do":"twice","n":1})");
  BOOST_TEST(r["payload.n"] == "1", r);
  // Where answers have no name, the worker is replaced rather than believed.
  for (int i = 2; i < 20; ++i) {
    r = client.call("p", kind_for(sample),
                    R"({"do":"echo","n":)" + std::to_string(i) + "}",
                    "\"idempotent\":true");
    BOOST_TEST((r["payload.n"] == std::to_string(i) || r["error"] != "null"), r);
  }
}

BOOST_DATA_TEST_CASE(garbage_is_a_protocol_error_and_does_no_harm, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample), R"({"do":"garbage"})");
  BOOST_TEST(r["error.code"] == "protocol_error", r);
  check_service(client, sample);
}

BOOST_DATA_TEST_CASE(an_answer_in_single_bytes_is_whole, all) {
  node_process node{pool(sample)};
  auto r = node.connect().call("p", kind_for(sample), R"({"do":"split","text":"äöü"})");
  BOOST_TEST(r["payload.text"] == "äöü", r);
}

BOOST_DATA_TEST_CASE(the_longest_frame_passes_and_one_byte_more_does_not, all) {
  node_process node{pool(sample, "max_frame = \"64KiB\"")};
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample), R"({"do":"frame","size":65536})");
  BOOST_TEST(r["error"] == "null", r["error"]);
  BOOST_TEST(r["payload"].size() > 65'000u);
  r = client.call("p", kind_for(sample), R"({"do":"frame","size":65537})");
  BOOST_TEST(r["error.code"] == "protocol_error", r["error"]);
  check_service(client, sample);
}

BOOST_DATA_TEST_CASE(a_call_that_is_too_long_is_refused_before_it_is_sent, all) {
  node_process node{pool(sample, "max_frame = \"64KiB\"")};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample),
                       R"({"do":"echo","text":")" + std::string(70'000, 'x') + "\"}");
  BOOST_TEST(r["error.code"] == "payload_too_large", r["error"]);
  check_service(client, sample);
  BOOST_TEST(node.worker_pid("p.0") == pid);
}

BOOST_DATA_TEST_CASE(megabytes_go_both_ways, all) {
  node_process node{pool(sample)};
  auto text = std::string(3'000'000, 'm');
  auto r = node.connect().call("p", kind_for(sample),
                               R"({"do":"echo","text":")" + text + "\"}");
  BOOST_TEST((r["payload.text"] == text));
}

BOOST_DATA_TEST_CASE(a_worker_may_write_as_much_log_as_it_likes, all) {
  node_process node{pool(sample)};
  auto client = node.connect();
  auto r = client.call("p", kind_for(sample), R"({"do":"noise","bytes":1000000})");
  BOOST_TEST(r["error"] == "null", r);
  check_service(client, sample);
}

BOOST_DATA_TEST_CASE(a_worker_that_is_told_to_stop_ends_by_itself, all) {
  node_process node{pool(sample)};
  node.worker_pid("p.0");
  BOOST_TEST(node.operation("stop", R"({"name":"p"})")["stopped"] == "1");
  auto events = node.operation("events", R"({"since":0})").text;
  BOOST_TEST(events.find("\"exit_code\":0,\"expected\":true") != std::string::npos,
             events);
}

BOOST_DATA_TEST_CASE(a_call_in_the_worker_ends_before_the_worker_does, all) {
  node_process node{pool(sample)};
  auto pid = node.worker_pid("p.0");
  auto client = node.connect();
  client.send_call("c", "p", kind_for(sample), R"({"do":"sleep","ms":300,"n":7})");
  BOOST_REQUIRE(eventually([&] { return node.worker("p.0").number("in_flight") == 1; }));
  BOOST_TEST(node.operation("restart", R"({"name":"p"})")["restarted"] == "1");
  BOOST_TEST(client.receive("c")["payload.n"] == "7");
  BOOST_TEST(eventually([&] { return !is_running(pid); }));
}

BOOST_DATA_TEST_CASE(recycling_fails_no_call, all) {
  node_process node{pool(sample, "recycle = { jobs = 5 }")};
  auto client = node.connect();
  auto first = node.worker_pid("p.0");
  int n = 0;
  auto replaced = eventually([&] {
    auto id = std::to_string(n++);
    auto r = client.call("p", kind_for(sample), R"({"do":"echo","n":)" + id + "}");
    BOOST_TEST(r["payload.n"] == id, r);
    return node.worker("p.0").number("replacements") >= 2;
  });
  BOOST_TEST(replaced);
  BOOST_TEST(eventually([&] { return !is_running(first); }));
}

BOOST_DATA_TEST_CASE(kill_9_of_the_node_leaves_no_worker, all) {
  node_process node{pool(sample, "size = 2")};
  auto first = node.worker_pid("p.0");
  auto second = node.worker_pid("p.1");
  node.kill();
  for (auto pid : {first, second})
    BOOST_TEST(eventually([&] { return !is_running(pid); }));
}

BOOST_DATA_TEST_CASE(nothing_is_left_of_many_workers, all) {
  node_process node{pool(sample)};
  node.worker_pid("p.0");
  auto before = descriptors(node.pid()).size();
  for (int i = 0; i < 10; ++i)
    BOOST_REQUIRE(node.operation("restart", R"({"name":"p"})")["restarted"] == "1");
  BOOST_TEST(eventually([&] {
    return descriptors(node.pid()).size() <= before && children(node.pid()).size() == 2;
  }));
  BOOST_TEST(zombies(node.pid()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
