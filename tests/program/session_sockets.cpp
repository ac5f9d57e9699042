// Proves that each session has a socket of its own, where clients of algocline's pool
// find what they know.
#include "tests/program/harness/processes.hpp"
#include "tests/program/interviews.hpp"

#include <sys/stat.h>

using namespace program;

namespace session_sockets {

/// Speaks a session's socket, one request and one answer at a time.
class session_client {
public:
  explicit session_client(const std::string& path, const std::string& version = "0.1.0")
    : client_(path) {
    greeting = ask(R"({"op":"handshake","version":")" + version + "\"}");
  }

  reply ask(const std::string& line) {
    client_.send_line(line);
    return client_.receive();
  }
  program::stream& stream() { return client_.stream(); }

  reply greeting;

private:
  socket_client client_;
};

} // namespace session_sockets

BOOST_AUTO_TEST_SUITE(session_sockets)

BOOST_AUTO_TEST_CASE(a_client_of_algoclines_pool_begins_and_ends_a_session_on_a_socket) {
  interviews i;
  session_client c{i.socket("new-interview")};
  BOOST_TEST(
      c.greeting.text
      == R"({"ok":true,"data":{"kind":"handshake","version":"0.1.0"},"error":null})");
  BOOST_TEST(c.ask(R"({"op":"status"})")["data.has_session"] == "false");
  auto r = c.ask(R"({"op":"run","code":"","ctx":{"topic":"milk"},"lib_paths":[]})");
  BOOST_TEST(r["ok"] == "true");
  BOOST_TEST(r["data.kind"] == "feed");
  auto id = r["data.session_id"];
  BOOST_TEST(r["data.feed_result.Paused.queries.0.prompt"] == "Do you like milk?");
  BOOST_TEST(c.ask(R"({"op":"run","code":""})")["ok"] == "false");
  auto go_on = [&](const std::string& query, const std::string& response) {
    return c.ask(R"({"op":"continue","sid":")" + id + R"(","response":")" + response
                 + R"(","query_id":)" + query + R"(,"usage":null})");
  };
  BOOST_TEST(go_on("\"like\"", "yes")["data.feed_result.Accepted.remaining"] == "1");
  BOOST_TEST(go_on("null", "warm")["data.feed_result.Paused.queries.0.id"] == "cups");
  BOOST_TEST(go_on("\"other\"", "1")["ok"] == "false");
  BOOST_TEST(c.ask(R"({"op":"continue","sid":"s-1","response":"1"})")["error"]
             == "sid: expected " + id);
  r = go_on("\"cups\"", "4");
  BOOST_TEST(r["data.feed_result.Finished.state.Completed.result"]
             == "4 cups of milk, warm");
  BOOST_TEST(c.ask(R"({"op":"status"})")["data.has_session"] == "false");
  BOOST_TEST(c.ask(R"({"op":"shutdown"})")["ok"] == "true");
}

BOOST_AUTO_TEST_CASE(many_clients_share_a_session_and_it_outlives_them_all) {
  interviews i;
  auto id = i.begin();
  struct stat info {};
  BOOST_REQUIRE(::stat(i.socket(id).c_str(), &info) == 0);
  BOOST_TEST((info.st_mode & 0777) == 0600);
  {
    session_client one{i.socket(id)};
    session_client two{i.socket(id)};
    BOOST_TEST(one.ask(R"({"op":"status"})")["data.session_id"] == id);
    BOOST_TEST(one.ask(R"({"op":"continue","response":"yes","query_id":"like"})")["ok"]
               == "true");
    BOOST_TEST(two.ask(R"({"op":"status"})")["data.feed_result.Paused.queries.0.id"]
               == "how");
  }
  session_client three{i.socket(id)};
  auto r = three.ask(R"({"op":"continue","response":"hot"})");
  BOOST_TEST(r["data.feed_result.Paused.queries.0.id"] == "cups");
  BOOST_TEST(three.ask(R"({"op":"shutdown"})")["data.kind"] == "shutdown");
  BOOST_TEST(i.show(id)["state"] == "failed");
}

BOOST_AUTO_TEST_CASE(requests_that_come_at_once_are_answered_in_their_order) {
  interviews i;
  socket_client c{i.socket("new-interview")};
  c.stream().send(R"({"op":"handshake","version":"0.1.0"})"
                  "\n"
                  R"({"op":"run"})"
                  "\n\n"
                  R"({"op":"continue","response":"no","query_id":"like"})"
                  "\n"
                  R"({"op":"continue","response":""})"
                  "\n");
  BOOST_TEST(c.receive()["data.kind"] == "handshake");
  BOOST_TEST(c.receive()["data.feed_result.Paused.queries.0.id"] == "like");
  BOOST_TEST(c.receive()["data.feed_result.Accepted.remaining"] == "1");
  BOOST_TEST(c.receive()["data.feed_result.Finished.state.Completed.result"] == "no tea");
}

BOOST_AUTO_TEST_CASE(another_version_is_refused_naming_both) {
  interviews i{"[session]\nversion = \"1.2.3\"\n" + interview()};
  session_client old{i.socket("new-interview"), "1.2.2"};
  BOOST_TEST(old.greeting["ok"] == "false");
  BOOST_TEST(old.greeting["error"].find("1.2.2") != std::string::npos);
  BOOST_TEST(old.greeting["error"].find("1.2.3") != std::string::npos);
  BOOST_TEST(old.greeting["data.kind"] == "handshake");
  BOOST_TEST(old.greeting["data.version"] == "1.2.3");
  BOOST_TEST(old.stream().is_closed_within());
  BOOST_TEST(session_client(i.socket("new-interview"), "1.2.3").greeting["ok"] == "true");
}

BOOST_AUTO_TEST_CASE(a_compatible_version_will_do_where_that_is_configured) {
  interviews i{"[session]\nversion = \"^1.2.3\"\n" + interview()};
  auto greets = [&](const std::string& version) {
    return session_client(i.socket("new-interview"), version).greeting["ok"];
  };
  BOOST_TEST(greets("1.9.0") == "true");
  BOOST_TEST(greets("2.0.0") == "false");
  BOOST_TEST(greets("1.2.2") == "false");
}

BOOST_AUTO_TEST_CASE(what_is_no_request_is_told_and_the_connection_goes_on) {
  interviews i;
  socket_client c{i.socket("new-interview")};
  for (auto line : {"nonsense", "[]", "{}", R"({"op":7})", R"({"op":"run"})",
                    R"({"op":"handshake"})"}) {
    c.send_line(line);
    auto r = c.receive();
    BOOST_TEST(r["ok"] == "false", line);
    BOOST_TEST(!r["error"].empty(), line);
  }
  c.send_line(R"({"op":"handshake","version":"0.1.0"})");
  BOOST_TEST(c.receive()["ok"] == "true");
  c.send_line(R"({"op":"dance"})");
  BOOST_TEST(c.receive()["error"].find("\"dance\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_connection_runs_again_once_its_session_has_ended) {
  interviews i;
  session_client c{i.socket("new-interview")};
  auto first = c.ask(R"({"op":"run"})")["data.session_id"];
  auto refused = c.ask(R"({"op":"run"})");
  BOOST_TEST(refused["ok"] == "false");
  BOOST_TEST(refused["error"].find("is paused") != std::string::npos, refused);
  c.ask(R"({"op":"continue","response":"no","query_id":"like"})");
  BOOST_TEST(
      !c.ask(R"({"op":"continue","response":""})")["data.feed_result.Finished"].empty());
  auto second = c.ask(R"({"op":"run"})")["data.session_id"];
  BOOST_TEST(!second.empty());
  BOOST_TEST(second != first);
  // Somebody else ends it, and forgets it: the connection finds out.
  i.node.http().request("DELETE", "/api/sessions/" + second);
  auto third = c.ask(R"({"op":"run"})");
  BOOST_TEST(third["ok"] == "true", third);
  auto id = third["data.session_id"];
  i.node.http().request("DELETE", "/api/sessions/" + id);
  i.node.http().request("DELETE", "/api/sessions/" + id);
  BOOST_TEST(c.ask(R"({"op":"run"})")["ok"] == "true");
}

BOOST_AUTO_TEST_CASE(a_session_that_has_ended_has_no_socket_and_no_descriptor) {
  temporary_folder state;
  auto finish = [](interviews& i) {
    auto id = i.begin();
    i.go_on(id, both);
    BOOST_TEST(i.go_on(id, R"({"response":"2"})")["state"] == "finished");
    return id;
  };
  size_t before = 0;
  std::string last;
  {
    interviews i{interview(), {.state_dir = state.path()}};
    finish(i);
    before = descriptors(i.node.pid()).size();
    for (int n = 0; n < 20; ++n)
      last = finish(i);
    BOOST_TEST(!std::filesystem::exists(i.socket(last)));
    BOOST_TEST(i.show(last)["state"] == "finished"); // it is remembered
    // Connections of the test may still be closing, but not as many.
    BOOST_TEST(
        eventually([&] { return descriptors(i.node.pid()).size() < before + 10; }));
  }
  interviews again{interview(), {.state_dir = state.path()}};
  BOOST_TEST(again.show(last)["state"] == "finished");
  BOOST_TEST(!std::filesystem::exists(again.socket(last)));
  BOOST_TEST(
      eventually([&] { return descriptors(again.node.pid()).size() < before + 10; }));
}

BOOST_AUTO_TEST_CASE(a_living_session_costs_one_descriptor) {
  interviews i{interview("window = 64")};
  i.begin();
  auto before = descriptors(i.node.pid()).size();
  for (int n = 0; n < 30; ++n)
    i.begin();
  BOOST_TEST(eventually([&] { return descriptors(i.node.pid()).size() < before + 45; }));
}

BOOST_AUTO_TEST_CASE(sockets_come_and_go_with_pools_and_sessions) {
  interviews i;
  using std::filesystem::exists;
  auto id = i.begin();
  BOOST_TEST(exists(i.socket(id)));
  i.node.http().request("DELETE", "/api/sessions/" + id);
  i.node.http().request("DELETE", "/api/sessions/" + id);
  BOOST_TEST(!exists(i.socket(id)));
  i.node.http().request("DELETE", "/api/pools/interview");
  BOOST_TEST(!exists(i.socket("new-interview")));
}

BOOST_AUTO_TEST_SUITE_END()
