// Proves that a conversation with a worker outlives whoever holds it, and ends in exactly
// one way, which everybody is told.
#include "tests/program/harness/processes.hpp"
#include "tests/program/interviews.hpp"

#include <csignal>

using namespace program;

BOOST_AUTO_TEST_SUITE(sessions)

BOOST_AUTO_TEST_CASE(a_session_asks_is_answered_one_by_one_and_finishes) {
  interviews i;
  auto r = i.node.http().post("/api/sessions",
                              R"({"pool":"interview","ctx":{"topic":"coffee"}})");
  BOOST_TEST(r.status == 200);
  auto id = r["session_id"];
  BOOST_TEST(r["state"] == "paused");
  BOOST_TEST(r["feed_result.Paused.queries.0.id"] == "like");
  BOOST_TEST(r["feed_result.Paused.queries.1.prompt"] == "How do you take coffee?");
  r = i.go_on(id, R"({"query_id":"how","response":"with milk"})");
  BOOST_TEST(r["state"] == "paused");
  BOOST_TEST(r["feed_result.Accepted.remaining"] == "1");
  BOOST_TEST(i.show(id).body.count("feed_result.Paused.queries") == 1u);
  r = i.go_on(id, R"({"response":"yes"})");
  BOOST_TEST(r["feed_result.Paused.queries.0.id"] == "cups");
  r = i.go_on(id, R"({"query_id":"cups","response":"3","usage":{"tokens":7}})");
  BOOST_TEST(r["state"] == "finished");
  BOOST_TEST(r["feed_result.Finished.state.Completed.result"]
             == "3 cups of coffee, with milk");
  BOOST_TEST(r["feed_result.Finished.metrics.queries"] == "3");
  BOOST_TEST(i.go_on(id, "{\"response\":1}").status == 409);
}

BOOST_AUTO_TEST_CASE(several_queries_are_answered_in_a_batch) {
  interviews i;
  auto id = i.begin();
  auto r = i.go_on(id, both);
  BOOST_TEST(r["feed_result.Paused.queries.0.id"] == "cups");
  BOOST_TEST(i.show(id)["queries"] == "3");
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_fit_changes_nothing) {
  interviews i;
  auto id = i.begin();
  auto r = i.go_on(id, "{}");
  BOOST_TEST(r.status == 400);
  BOOST_TEST(r["message"].starts_with("response: "));
  BOOST_TEST(i.go_on(id, R"({"query_id":"x","response":1})").status == 400);
  BOOST_TEST(i.go_on(id, "[]").status == 400);
  BOOST_TEST(i.show(id).body.count("feed_result.Paused.queries") == 2u);
  BOOST_TEST(i.go_on("s-no", "{}").status == 404);
  BOOST_TEST(i.go_on("s-no", "{}")["code"] == "session_not_found");
  auto post = [&](const std::string& body) {
    return i.node.http().post("/api/sessions", body);
  };
  BOOST_TEST(post("{}")["message"].starts_with("pool: "));
  BOOST_TEST(post(R"({"pool":"nobody"})").status == 404);
  BOOST_TEST(post(R"({"pool":"$node"})").status == 400);
  BOOST_TEST(post(R"({"pool":"interview","kind":3})").status == 400);
  BOOST_TEST(i.node.http().get("/api/sessions").body.count("") == 1u);
}

BOOST_AUTO_TEST_CASE(what_the_worker_says_is_wrong_fails_the_session_and_not_the_worker) {
  interviews i;
  auto other = i.begin();
  auto id = i.begin();
  auto r = i.go_on(id, R"({"responses":[{"query_id":"like","response":7},)"
                       R"({"query_id":"how","response":"x"}]})");
  BOOST_TEST(r.status == 422);
  BOOST_TEST(r["worker_code"] == "AttributeError");
  BOOST_TEST(r["session_id"] == id);
  BOOST_TEST(r["state"] == "failed");
  r = i.show(id);
  BOOST_TEST(r["state"] == "failed");
  BOOST_TEST(r["error.code"] == "worker_error");
  BOOST_TEST(i.go_on(other, both)["state"] == "paused");
}

BOOST_AUTO_TEST_CASE(a_session_keeps_its_worker_and_a_client_finds_it_again) {
  // With one call a worker, each of the two sessions has a worker to itself.
  interviews i{interview("size = 2")};
  auto first = i.begin(R"(,"ctx":{"topic":"a"})");
  auto second = i.begin(R"(,"ctx":{"topic":"b"})");
  BOOST_TEST(i.show(first)["worker"] != i.show(second)["worker"]);
  auto full =
      i.node.http().post("/api/sessions?timeout_ms=50", R"({"pool":"interview"})");
  BOOST_TEST(full.status == 504);
  BOOST_TEST(full["code"] == "queue_timeout");
  BOOST_TEST(i.node.http().get("/api/sessions").body.count("") == 2u);
  // Every request here is a connection of its own.
  i.go_on(second, both);
  i.go_on(first, both);
  BOOST_TEST(
      i.go_on(first, R"({"response":1})")["feed_result.Finished.state.Completed.result"]
      == "1 cups of a, black");
  BOOST_TEST(
      i.go_on(second, R"({"response":2})")["feed_result.Finished.state.Completed.result"]
      == "2 cups of b, black");
}

BOOST_AUTO_TEST_CASE(a_session_that_is_stopped_frees_its_place_in_the_worker) {
  interviews i{interview("size = 1")};
  auto id = i.begin();
  auto pid = i.node.worker_pid("interview.0");
  auto r = i.node.http().request("DELETE", "/api/sessions/" + id);
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r["state"] == "failed");
  BOOST_TEST(i.show(id)["error.code"] == "cancelled");
  BOOST_TEST(i.go_on(id, both).status == 499);
  i.begin();
  BOOST_TEST(i.node.worker_pid("interview.0") == pid);
  BOOST_TEST(i.node.http().request("DELETE", "/api/sessions/" + id)["removed"] == "true");
  BOOST_TEST(i.show(id).status == 404);
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_end_a_session_is_replaced) {
  // As the example, but it says nothing of end_session.
  temporary_folder folder;
  auto text = read_file(EXAMPLES_FOLDER "/workers/interview.py");
  auto at = text.find("\"end_session\"]");
  BOOST_REQUIRE(at != std::string::npos);
  write_file(folder / "w.py", text.erase(at, 13));
  interviews i{pool_of("interview", {"python3", folder / "w.py"})};
  auto id = i.begin();
  auto pid = i.node.worker_pid("interview.0");
  i.node.http().request("DELETE", "/api/sessions/" + id);
  i.begin();
  BOOST_TEST(i.node.worker_pid("interview.0") != pid);
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_makes_its_sessions_lost_and_every_use_says_so) {
  interviews i;
  auto id = i.begin();
  auto pid = i.node.worker_pid("interview.0");
  ::kill(pid, SIGKILL);
  BOOST_REQUIRE(eventually([&] { return i.show(id)["state"] == "lost"; }));
  BOOST_TEST(i.show(id)["error.signal_name"] == "SIGKILL");
  for (int n = 0; n < 2; ++n) {
    auto r = i.go_on(id, both);
    BOOST_TEST(r.status == 502);
    BOOST_TEST(r["code"] == "worker_died");
    BOOST_TEST(r["state"] == "lost");
    BOOST_TEST(r["pid"] == std::to_string(pid));
  }
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_replaced_keeps_its_sessions_until_they_end) {
  interviews i{interview("size = 1")};
  auto id = i.begin();
  auto pid = i.node.worker_pid("interview.0");
  BOOST_TEST(i.node.http().post("/api/pools/interview/restart")["restarted"] == "1");
  BOOST_TEST(i.node.worker_pid("interview.0") != pid);
  BOOST_TEST(i.go_on(id, both)["feed_result.Paused.queries.0.id"] == "cups");
  BOOST_TEST(is_running(pid));
  BOOST_TEST(i.go_on(id, R"({"response":1})")["state"] == "finished");
  BOOST_TEST(eventually([&] { return !is_running(pid); }));
}

BOOST_AUTO_TEST_CASE(a_session_that_nobody_uses_ends) {
  interviews i{"[session]\nidle = \"300ms\"\n" + interview("size = 1")};
  auto id = i.begin();
  BOOST_REQUIRE(eventually([&] { return i.show(id)["state"] == "failed"; }));
  BOOST_TEST(i.show(id)["error.code"] == "timeout");
  i.begin(); // its place is free
}

BOOST_AUTO_TEST_CASE(the_history_tells_what_happened_in_its_order) {
  interviews i;
  auto id = i.begin();
  i.go_on(id, R"({"query_id":"how","response":"cold"})");
  i.go_on(id, R"({"response":"no"})");
  auto h = i.node.http().get("/api/sessions/" + id + "/history");
  BOOST_TEST(h["state"] == "finished");
  std::string events;
  for (size_t n = 0; n < h.body.count("history"); ++n)
    events += h["history." + std::to_string(n) + ".event"] + " ";
  BOOST_TEST(events == "run paused answered continued finished ");
  BOOST_TEST(h["history.2.payload.response"] == "cold");
  BOOST_TEST(h["history.4.payload"] == "no tea");
}

BOOST_AUTO_TEST_CASE(
    after_a_restart_of_the_node_ended_sessions_are_known_and_others_lost) {
  temporary_folder state;
  std::string ended, open;
  for (auto number : {SIGTERM, SIGKILL}) {
    {
      interviews i{interview(), {.state_dir = state.path()}};
      ended = i.begin();
      i.go_on(ended, R"({"responses":[{"query_id":"like","response":"no"},)"
                     R"({"query_id":"how","response":""}]})");
      open = i.begin();
      if (number == SIGKILL)
        i.node.kill();
    }
    interviews again{interview(), {.state_dir = state.path()}};
    BOOST_TEST(again.show(ended)["state"] == "finished");
    BOOST_TEST(again.show(ended)["feed_result.Finished.state.Completed.result"]
               == "no tea");
    BOOST_TEST(again.show(open)["state"] == "lost");
    BOOST_TEST(again.go_on(open, both).status == 502);
  }
}

BOOST_AUTO_TEST_CASE(a_registry_of_something_else_keeps_the_node_from_starting) {
  temporary_folder state;
  write_file(state / "sessions.db", std::string(4096, 'x'));
  std::string said;
  try {
    interviews i{interview(), {.state_dir = state.path()}};
  } catch (const std::exception& e) {
    said = e.what();
  }
  BOOST_TEST(said.find("sessions.db: file is not a database") != std::string::npos, said);
}

BOOST_AUTO_TEST_SUITE_END()
