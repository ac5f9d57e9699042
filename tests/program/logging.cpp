// Proves that the log of a node is one record a line, as text and as JSON, with the same
// fields each time, whatever workers and clients say.
#include "tests/program/harness/commands.hpp"
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <sstream>

using namespace program;

namespace logging {

const node_options as_json = {.node_keys = "log = { format = \"json\" }"};
const std::string quick = "restart = { delay = \"10ms\", intensity = 100 }\n";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    all.push_back(line);
  return all;
}

/// Waits for a record that `fits`, and returns it; empty if none comes.
reply record(const node_process& node, const std::function<bool(const reply&)>& fits) {
  reply found;
  eventually([&] {
    for (auto& line : lines_of(node.errors()))
      if (reply r{line}; r.is_json() && fits(r)) {
        found = r;
        return true;
      }
    return false;
  });
  return found;
}

reply record_of(const node_process& node, const std::string& event) {
  return record(node, [&](const reply& r) { return r["event"] == event; });
}

/// Whether each line is a record of JSON.
bool are_all_records(const node_process& node) {
  auto all = lines_of(node.errors());
  auto is_record = [](const std::string& line) {
    reply r{line};
    auto good = r.is_json() && !r["time"].empty() && !r["level"].empty()
                && !r["message"].empty() && r["node"] == "alpha";
    BOOST_TEST(good, line);
    return good;
  };
  return !all.empty() && std::all_of(all.begin(), all.end(), is_record);
}

/// A worker that writes these bytes to its stderr, by `printf`, and is ready.
std::string talker(const std::string& words) {
  return pool_of("a", {"/bin/sh", "-c",
                       "printf '" + words + "' >&2; exec " + std::string{PUPPET_BINARY}});
}

} // namespace logging

BOOST_AUTO_TEST_SUITE(logging)

BOOST_AUTO_TEST_CASE(each_line_of_json_is_a_record_that_says_what_happened_to_which) {
  node_process node{puppets("a", quick), as_json};
  auto pid = std::to_string(node.worker_pid("a.0"));
  node.connect().call("a", "die", R"({"exit_code":3,"lines":2})");
  auto ready = record_of(node, "worker_ready");
  BOOST_TEST(ready["pool"] == "a", ready);
  BOOST_TEST(ready["worker"] == "a.0", ready);
  BOOST_TEST(ready["pid"] == pid, ready);
  auto end = record_of(node, "worker_exited");
  BOOST_TEST(end["reason"] == "crash", end);
  BOOST_TEST(end["code"] == "worker_died", end);
  BOOST_TEST(end["pid"] == pid, end);
  BOOST_TEST(end["pool"] == "a", end);
  BOOST_TEST(end["worker"] == "a.0", end);
  BOOST_TEST(end["level"] == "warn", end);
  BOOST_TEST(record_of(node, "worker_stderr")["worker"] == "a.0");
  BOOST_TEST(record_of(node, "node_ready")["node"] == "alpha");
  BOOST_TEST(are_all_records(node));
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_is_found_by_its_request_id) {
  node_process node{puppets("a", quick), as_json};
  auto client = node.connect();
  client.send_call("my-call", "a", "die", R"({"exit_code":3})");
  client.receive("my-call");
  auto failed = record_of(node, "call_failed");
  BOOST_TEST(failed["request_id"] == "my-call", failed);
  BOOST_TEST(failed["kind"] == "die", failed);
  BOOST_TEST(failed["code"] == "worker_died", failed);
  BOOST_TEST(failed["worker"] == "a.0", failed);
  BOOST_TEST(failed.number("waited_ms") >= 0, failed);
  BOOST_TEST(failed.number("run_ms") >= 0, failed);
  BOOST_TEST(failed.number("pid") > 0, failed);
  auto end = record_of(node, "worker_exited");
  BOOST_TEST(end["request_id"] == "my-call", end);
}

BOOST_AUTO_TEST_CASE(a_call_that_takes_too_long_says_where_and_for_how_long) {
  node_process node{puppets("a", quick + "exec_timeout = \"100ms\"\n"), as_json};
  auto pid = node.worker_pid("a.0");
  auto client = node.connect();
  client.send_call("long", "a", "never");
  BOOST_TEST(client.receive("long")["error.code"] == "timeout");
  auto failed = record_of(node, "call_failed");
  BOOST_TEST(failed["request_id"] == "long", failed);
  BOOST_TEST(failed.number("pid") == pid, failed);
  BOOST_TEST(failed.number("run_ms") >= 100, failed);
  auto events = node.operation("events", R"({"since":0,"kinds":["call_failed"]})");
  BOOST_TEST(events.number("events.0.pid") == pid, events);
  BOOST_TEST(events.number("events.0.run_ms") >= 100, events);
  BOOST_TEST(events.number("events.0.waited_ms") >= 0, events);
}

BOOST_AUTO_TEST_CASE(what_a_worker_says_during_a_call_has_the_ids_of_the_call) {
  node_process node{puppets("a", quick), as_json};
  auto client = node.connect();
  client.send_call("my-call", "a", "die", R"({"exit_code":3,"lines":1})");
  client.receive("my-call");
  auto said = record(node, [](const reply& r) {
    return r["message"].find("puppet: line 0") != std::string::npos;
  });
  BOOST_TEST(said["request_id"] == "my-call", said);
}

BOOST_AUTO_TEST_CASE(calls_of_the_command_line_have_ids_that_tell_them_apart) {
  node_process node{puppets("a", quick), as_json};
  auto dies = [&](const std::string& where, std::vector<std::string> more) {
    std::vector<std::string> words{
        "/usr/bin/env", "TROUPE_API_KEY=" + node.key(), TROUPE_BINARY, "call", "a",
        "die",          R"({"exit_code":3})",           "--node",      where};
    words.insert(words.end(), more.begin(), more.end());
    run(words);
  };
  auto ids = [&] {
    std::vector<std::string> all;
    for (auto& line : lines_of(node.errors()))
      if (reply r{line}; r.is_json() && r["event"] == "call_failed")
        all.push_back(r["request_id"]);
    return all;
  };
  dies(node.socket(), {});
  dies(node.socket(), {});
  dies(node.socket(), {"--request-id", "mine-1"});
  dies(node.url(), {"--request-id", "mine-2"});
  BOOST_TEST(eventually([&] { return ids().size() == 4; }));
  auto all = ids();
  BOOST_TEST_REQUIRE(all.size() == 4u);
  BOOST_TEST(all[0].size() == 16u);
  BOOST_TEST(all[0] != all[1]);
  BOOST_TEST(all[2] == "mine-1");
  BOOST_TEST(all[3] == "mine-2");
}

BOOST_AUTO_TEST_CASE(each_line_about_a_call_names_its_trace) {
  node_process node{puppets("a", quick + "slow = \"50ms\"\n", {"--cancel"}), as_json};
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  auto traced = "\"traceparent\":\"00-" + trace + "-b7ad6b7169203331-01\"";
  auto client = node.connect();
  client.send_call("dies", "a", "die", R"({"exit_code":3})", traced);
  client.receive("dies");
  client.send_call("taken", "a", "never", "null", traced);
  BOOST_TEST(record_of(node, "call_slow")["request_id"] == "taken");
  auto id = node.operation("calls")["0.id"];
  node.operation("cancel_call", "{\"id\":\"" + id + "\"}");
  client.receive("taken");
  for (auto event : {"call_failed", "call_slow", "call_cancelled"}) {
    auto line = record_of(node, event);
    BOOST_TEST(line["trace_id"] == trace, event << ": " << line);
  }
}

BOOST_AUTO_TEST_CASE(a_planned_end_has_no_code_of_an_error) {
  node_process node{puppets("a"), as_json};
  node.worker_pid("a.0");
  node.operation("restart", R"({"name":"a"})");
  auto end = record_of(node, "worker_exited");
  BOOST_TEST(end["reason"] == "restart", end);
  BOOST_TEST(end["code"] == "", end);
}

BOOST_AUTO_TEST_CASE(what_a_worker_says_stays_one_record_a_line_and_forges_none) {
  node_process node{
      talker(R"(x\033[2J\000\342\200\250y","event":"forged\n\173"event":"forged"\175\n)"),
      as_json};
  node.worker_pid("a.0");
  auto said = record(node, [](const reply& r) {
    return r["message"].find("{\"event\":\"forged\"}") != std::string::npos;
  });
  BOOST_TEST(said["event"] == "worker_stderr", said);
  BOOST_TEST(are_all_records(node));
  auto all = node.errors();
  for (auto part : {"\x1b", "\xe2\x80\xa8"})
    BOOST_TEST(all.find(part) == std::string::npos);
  BOOST_TEST(all.find('\0') == std::string::npos);
  for (auto& line : lines_of(all))
    BOOST_TEST(reply{line}["event"] != "forged", line);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_replaced_in_answers) {
  node_process node{talker(R"(x\377y\n)")
                    + pool_of("b", {"/bin/sh", "-c", R"(printf 'x\377y\n'; exec cat)"},
                              "boot_timeout = \"100ms\"\n"
                              "restart = { delay = \"1ms\", intensity = 0 }")};
  auto http = node.http();
  reply log;
  BOOST_TEST(eventually([&] {
    log = http.get("/api/workers/a.0/log").body;
    return log.count("lines") == 1;
  }));
  BOOST_TEST(log["lines.0"] == "x\xEF\xBF\xBDy", log);
  log = http.get("/api/pools/a/log").body;
  BOOST_TEST(log["workers.0.lines.0"] == "x\xEF\xBF\xBDy", log);
  // Why nobody can run `b` quotes what came in place of its greeting.
  reply ready;
  BOOST_TEST(eventually([&] {
    ready = http.get("/ready").body;
    return ready["pools.b.error.message"].find("x\xEF\xBF\xBDy") != std::string::npos;
  }));
  BOOST_TEST(ready.is_json(), ready);
}

BOOST_AUTO_TEST_CASE(a_worker_gives_its_lines_a_level) {
  node_process node{talker(R"(<3>broken\nplain\n)"), as_json};
  auto says = [&](const std::string& what) {
    return record(node, [&](const reply& r) { return r["message"] == what; })["level"];
  };
  BOOST_TEST(says("a.0: stderr: broken") == "error");
  BOOST_TEST(says("a.0: stderr: plain") == "info");
}

BOOST_AUTO_TEST_CASE(a_text_has_priorities_only_where_stderr_is_the_journal) {
  auto has_them = [](const node_process& node) {
    return eventually([&] { return !node.errors().empty(); })
           && node.errors().starts_with("<6>");
  };
  // Another file than stderr, as for a program that a service has started.
  node_process other{puppets("a"), {.env = {{"JOURNAL_STREAM", "8:12345"}}}};
  other.worker_pid("a.0");
  BOOST_TEST(!has_them(other));
  // The shell opens the journal and says which file it is, as systemd does.
  temporary_folder folder;
  auto journal = folder / "journal";
  node_process node{
      puppets("a"),
      {.through = {"/bin/sh", "-c",
                   "exec 2>>" + journal + "; export JOURNAL_STREAM=$(stat -c %d:%i "
                       + journal + "); exec \"$@\"",
                   "sh"}}};
  node.worker_pid("a.0");
  BOOST_TEST(eventually(
      [&] { return read_file(journal).find("a.0: ready") != std::string::npos; }));
  for (auto& line : lines_of(read_file(journal)))
    BOOST_TEST((line.starts_with("<6>") || line.starts_with("<4>")), line);
}

BOOST_AUTO_TEST_CASE(a_log_that_is_rotated_under_load_loses_no_line) {
  node_process node{puppets("a"),
                    {.node_keys = "log = { format = \"json\", file = \"node.log\" }"}};
  auto file = node.state_dir() + "/node.log";
  auto client = node.connect();
  constexpr int rounds = 5;
  constexpr int lines = 100; // far below what a worker may write at once
  for (int i = 0; i < rounds; ++i) {
    client.send_call("c", "a", "chatter", "{\"lines\":" + std::to_string(lines) + "}");
    BOOST_REQUIRE(std::rename(file.c_str(), (file + "." + std::to_string(i)).c_str())
                  == 0);
    node.signal(SIGUSR1);
    BOOST_TEST(client.receive("c")["error"] == "null");
    BOOST_TEST(eventually([&] { return ::access(file.c_str(), F_OK) == 0; }));
  }
  auto count = [&] {
    auto all = read_file(file);
    for (int i = 0; i < rounds; ++i)
      all += read_file(file + "." + std::to_string(i));
    size_t found = 0;
    for (auto& line : lines_of(all))
      if (reply r{line}; r.is_json() && r["event"] == "worker_stderr")
        ++found;
    return found;
  };
  BOOST_TEST(eventually([&] { return count() == size_t{rounds * lines}; }));
}

BOOST_AUTO_TEST_SUITE_END()
