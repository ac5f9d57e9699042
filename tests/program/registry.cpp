// Proves that a node which is killed at any write of its registry leaves one that opens
// and that contradicts nothing a client was told.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace program;

namespace {

std::string interview() {
  return pool_of("interview", {"python3", EXAMPLES_FOLDER "/workers/interview.py"});
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

} // namespace

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

BOOST_AUTO_TEST_SUITE_END()
