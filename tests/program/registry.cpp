// Proves that a node which is killed at any write of its registry leaves one that opens
// and that contradicts nothing a client was told.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

#include <cstdio>
#include <map>

using namespace program;

namespace registry {

std::string interview() {
  return pool_of("interview", {"python3", EXAMPLES_FOLDER "/workers/interview.py"},
                 "window = 8");
}

/// What a client was told of each session, the last thing last.
struct told {
  std::map<std::string, std::string> states;
  /// Whether the node lived through all of it.
  bool whole = false;

  void note(const http_response& r) {
    BOOST_TEST_REQUIRE(r.status == 200, r.body);
    states[r["session_id"]] = r["state"];
  }
};

/// Brings one session to its end and another to its first pause, until the node dies.
told converse(const std::string& state_dir, int fatal_write) {
  told t;
  try {
    node_process node{interview(),
                      {.env = {{"LD_PRELOAD", KILL_AT_WRITE_LIBRARY},
                               {"KILL_AT_WRITE", std::to_string(fatal_write)}},
                       .state_dir = state_dir,
                       .may_die = true}};
    auto http = node.http();
    auto r = http.post("/api/sessions", R"({"pool":"interview"})");
    t.note(r);
    auto path = "/api/sessions/" + r["session_id"] + "/continue";
    t.note(http.post(path, R"({"query_id":"like","response":"no"})"));
    t.note(http.post(path, R"({"response":"x"})"));
    t.note(http.post("/api/sessions", R"({"pool":"interview"})"));
    t.whole = true;
  } catch (const std::exception&) {
    // It died before it was ready, or while it was asked.
  }
  return t;
}

/// Another process that has locked a database for writing, as a person's may.
class foreign_lock {
public:
  explicit foreign_lock(const std::string& database) {
    auto mark = folder_ / "locked";
    auto script = "import sqlite3,sys\n"
                  "db=sqlite3.connect(sys.argv[1],isolation_level=None)\n"
                  "db.execute('BEGIN IMMEDIATE')\n"
                  "open(sys.argv[2],'w').close()\n"
                  "sys.stdin.read()\n";
    write_file(folder_ / "lock.py", script);
    auto command =
        "python3 " + folder_.path() + "/lock.py '" + database + "' '" + mark + "'";
    process_ = ::popen(command.c_str(), "we");
    BOOST_REQUIRE(process_);
    BOOST_REQUIRE(eventually([&] { return std::filesystem::exists(mark); }));
  }
  ~foreign_lock() { release(); }

  void release() {
    if (process_)
      ::pclose(std::exchange(process_, nullptr));
  }

private:
  temporary_folder folder_;
  std::FILE* process_ = nullptr;
};

} // namespace registry

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(
    a_node_killed_at_any_write_leaves_a_registry_that_opens_and_is_true) {
  auto whole = false;
  for (int fatal = 1; !whole; ++fatal) {
    BOOST_TEST_CONTEXT("killed at write " << fatal) {
      BOOST_TEST_REQUIRE(fatal < 500);
      temporary_folder state;
      auto before = converse(state.path(), fatal);
      whole = before.whole;
      BOOST_TEST((!whole || fatal > 40), "the node was not killed at each of its writes");
      node_process again{interview(), {.state_dir = state.path()}};
      auto after = again.http().get("/api/sessions").body;
      std::map<std::string, std::string> found;
      for (size_t i = 0; i < after.count(""); ++i) {
        auto n = std::to_string(i);
        found[after[n + ".session_id"]] = after[n + ".state"];
      }
      for (auto& [id, state_then] : before.states)
        if (state_then == "finished")
          BOOST_TEST(found[id] == "finished");
        else
          BOOST_TEST((found[id] == "lost" || found[id] == "finished"), found[id]);
      for (auto& [id, state_now] : found)
        BOOST_TEST((state_now == "lost" || state_now == "finished"), state_now);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_locked_registry_is_an_error_for_its_client_and_nobody_else_waits) {
  node_process node{interview()};
  foreign_lock lock{node.state_dir() + "/sessions.db"};
  auto client = node.connect();
  client.send_call("run", "$node", "session.run", R"({"pool":"interview"})");
  auto start = clock::now();
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(node.http().get("/health").status == 200);
  BOOST_TEST(elapsed_ms(start) < 1500); // the registry is waited for longer
  auto r = client.receive("run");
  BOOST_TEST(r["error.code"] == "unavailable", r);
  BOOST_TEST(r["error.message"].find("locked") != std::string::npos, r);
  BOOST_TEST(node.http().get("/api/sessions").body.count("") == 0u);
  lock.release();
  BOOST_TEST(client.call("$node", "session.run", R"({"pool":"interview"})")["error"]
             == "null");
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_for_the_client_until_there_is_room_again) {
  node_process node{interview()};
  auto client = node.connect();
  auto begin = [&] {
    return client.call("$node", "session.run", R"({"pool":"interview"})");
  };
  BOOST_TEST(begin()["payload.state"] == "paused");
  rlimit before{};
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_FSIZE, nullptr, &before) == 0);
  rlimit full{0, before.rlim_max}; // no file grows, as on a full disk
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_FSIZE, &full, nullptr) == 0);
  auto r = begin();
  BOOST_TEST(r["error.code"] == "internal", r);
  BOOST_TEST(r["error.message"].find("registry of sessions") != std::string::npos, r);
  BOOST_TEST(node.operation("session.list").count("") == 1u);
  BOOST_TEST(node.http().get("/health").status == 200);
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_FSIZE, &before, nullptr) == 0);
  BOOST_TEST(begin()["payload.state"] == "paused");
}

BOOST_AUTO_TEST_SUITE_END()
