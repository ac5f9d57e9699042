// Proves that what happens at another node of a cluster is followed from one's own, and
// that a terminal there is driven as if it were here.
#include "tests/program/harness/event_follower.hpp"
#include "tests/program/harness/terminal_window.hpp"
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/harness/websocket.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace cluster_watched {

struct two_nodes : test_cluster {
  two_nodes()
    : test_cluster({.pools =
                        [](const std::string& node) {
                          return puppets("only-" + node)
                                 + (node == "beta" ? shell_pool : "");
                        },
                    .names = {"alpha", "beta"}}) {
    for (auto& name : names())
      (*this)[name].worker_pid("only-" + name + ".0");
    (*this)["beta"].worker_pid("shell.0");
  }

  node_process& alpha = (*this)["alpha"];

  /// The worker of a node announces `what`, which is an event there.
  void announce(const std::string& node, const std::string& what) const {
    auto r = (*this)[node].connect().call("only-" + node, "announce", '"' + what + '"');
    BOOST_TEST_REQUIRE(r["error"] == "null", r);
  }

  /// Begins to follow the announcements of all nodes, by way of alpha, and waits until
  /// those of both are seen.
  /// @param options More of them.
  std::unique_ptr<running_command>
  follow_all(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> words = {TROUPE_BINARY,  "events", "--cluster",   "--kinds",
                                      "worker_event", "--node", alpha.socket()};
    words.insert(words.end(), options.begin(), options.end());
    auto command = std::make_unique<running_command>(words);
    auto& output = command->output();
    for (auto& node : names())
      BOOST_REQUIRE(eventually([&] {
        announce(node, "is " + node + " followed?");
        output.fill(100ms);
        return output.arrived().find("is " + node) != std::string::npos;
      }));
    return command;
  }
};

/// Returns the next line with `part` in it.
std::string next_line(running_command& from, const std::string& part) {
  for (;;)
    if (auto line = from.output().take_until("\n"); line.find(part) != std::string::npos)
      return line;
}

/// Returns why the other end closes a WebSocket, which it must have done or do next.
std::string closing_reason(websocket& s) {
  auto frame = s.next();
  BOOST_TEST(s.last_opcode == 8, frame);
  BOOST_TEST_REQUIRE(frame.text.size() >= 2u);
  BOOST_TEST(s.stream().is_closed_within());
  return frame.text.substr(2); // behind the code
}

} // namespace cluster_watched

BOOST_FIXTURE_TEST_SUITE(cluster_watched, two_nodes)

BOOST_AUTO_TEST_CASE(the_command_shows_events_of_all_nodes_each_with_its_node) {
  auto command = follow_all();
  for (auto& node : names()) {
    announce(node, "news-from-" + node);
    auto line = next_line(*command, "news-from-" + node);
    BOOST_TEST(line.starts_with(node + " 20"), line); // then comes the time
    BOOST_TEST(line.find(" worker_event ") != std::string::npos, line);
    BOOST_TEST(line.find(" worker=only-" + node + ".0") != std::string::npos, line);
  }
  BOOST_TEST((command->end_with(SIGINT) == 130));
}

BOOST_AUTO_TEST_CASE(as_json_each_event_names_its_node) {
  auto command = follow_all({"--json"});
  for (auto& node : names()) {
    announce(node, "news-from-" + node);
    reply event{next_line(*command, "news-from-" + node)};
    BOOST_TEST(event["on"] == node, event);
    BOOST_TEST(event["kind"] == "worker_event", event);
    BOOST_TEST(event["worker"] == "only-" + node + ".0", event);
    BOOST_TEST(event["payload"] == "news-from-" + node, event);
  }
}

BOOST_AUTO_TEST_CASE(the_command_follows_a_node_again_that_was_away) {
  auto command = follow_all();
  kill("beta");
  start("beta");
  await_formed();
  announce("beta", "here-again"); // it is read from its first event on
  BOOST_TEST(next_line(*command, "here-again").starts_with("beta "));
  announce("alpha", "still-here");
  BOOST_TEST(next_line(*command, "still-here").starts_with("alpha "));
}

BOOST_AUTO_TEST_CASE(the_route_of_events_follows_the_node_that_it_is_given) {
  event_follower f{alpha, "?node=beta&kinds=worker_event"};
  BOOST_TEST(f.response.status == 200);
  BOOST_TEST(f.response.headers["content-type"] == "text/event-stream");
  announce("alpha", "not for this one");
  announce("beta", "first");
  announce("beta", "second");
  auto first = f.next();
  BOOST_TEST(first.data["payload"] == "first", first.data);
  BOOST_TEST(first.data["worker"] == "only-beta.0", first.data);
  auto second = f.next();
  BOOST_TEST(second.data["payload"] == "second", second.data);
  BOOST_TEST(second.id > first.id); // another event may have come between them
  auto before = std::to_string(first.id - 1);
  // The numbers are those of beta itself.
  event_follower at_beta{(*this)["beta"], "?kinds=worker_event&since=" + before};
  BOOST_TEST(at_beta.next().data.text == first.data.text);
  event_follower later{alpha,
                       "?node=beta&kinds=worker_event&since=" + std::to_string(first.id)};
  BOOST_TEST(later.next().data.text == second.data.text);
  event_follower own{alpha, "?node=alpha&kinds=worker_event&since=0"};
  BOOST_TEST(own.next().data["payload"] == "not for this one");
}

BOOST_AUTO_TEST_CASE(the_websocket_follows_the_node_that_it_is_given) {
  websocket events{alpha, "/ws?node=beta&kinds=worker_event"};
  BOOST_TEST_REQUIRE(events.head.starts_with("HTTP/1.1 101"), events.head);
  announce("alpha", "not for this one");
  announce("beta", "news");
  auto e = events.next();
  BOOST_TEST(e["payload"] == "news", e);
  BOOST_TEST(e["worker"] == "only-beta.0", e);
  kill("beta");
  auto why = closing_reason(events);
  BOOST_TEST(why.find("beta") != std::string::npos, why);
  start("beta");
}

BOOST_AUTO_TEST_CASE(whoever_asks_for_a_node_that_is_not_known_is_told_so) {
  const std::string why = "no node named nobody is known here";
  auto r = alpha.http().get("/api/events?node=nobody");
  BOOST_TEST(r.status == 404);
  BOOST_TEST(r["code"] == "not_found", r.body);
  BOOST_TEST(r["message"] == why, r.body);
  r = alpha.http().get("/api/events?node=no%20name");
  BOOST_TEST(r.status == 400);
  BOOST_TEST(r["code"] == "bad_request", r.body);
  websocket events{alpha, "/ws?node=nobody"};
  BOOST_TEST(closing_reason(events) == why);
  auto [status, text] =
      run({TROUPE_BINARY, "call", "$node@nobody", "status", "--node", alpha.socket()});
  BOOST_TEST(status == 1);
  BOOST_TEST(text.find("not_found: " + why) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_person_drives_the_terminal_of_another_node) {
  terminal_window window;
  window.attach_to("shell@beta", alpha.socket());
  BOOST_TEST_REQUIRE(eventually([&] { return window.screen().starts_with(">"); }),
                     window.screen());
  window.type("echo $((40+2)); stty size");
  window.press("Enter");
  BOOST_TEST(window.shows("> echo $((40+2)); stty size\n42\n20 70\n"), window.screen());
  auto http = (*this)["beta"].http();
  BOOST_TEST(shows(http, "shell", "\n42\n20 70\n"));
  window.tmux({"resize-window", "-x", "60", "-y", "15"});
  window.type("clear; stty size");
  window.press("Enter");
  BOOST_TEST(window.shows("15 60"), window.screen());
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("status=0"), window.screen());
}

BOOST_AUTO_TEST_CASE(whoever_attaches_to_no_terminal_of_another_node_is_told_so) {
  for (auto [name, code] : {std::pair{"only-beta@beta", "not_a_terminal"},
                            std::pair{"shell@alpha", "pool_not_found"},
                            std::pair{"shell@nobody", "not_found"}}) {
    terminal_window window;
    window.attach_to(name, alpha.socket());
    BOOST_TEST(window.shows("status=1"), window.screen());
    BOOST_TEST(window.shows(code), window.screen());
  }
}

BOOST_AUTO_TEST_SUITE_END()
