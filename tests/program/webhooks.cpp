// Proves that followers of the configuration post events to a server: what fails is tried
// again, a server that is gone or never answers costs the node nothing, and the last
// events leave before the node does.
#include "tests/http_server.hpp"
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <tuple>

using namespace program;

namespace webhooks_of_nodes {

using troupe::testing::http_reply;
using troupe::testing::http_server;
using troupe::testing::posted_request;
using troupe::testing::scripted_reply;

/// Returns a `[follower.NAME]` that posts events of workers to `url`.
/// @param options More members of the options.
std::string hook(const std::string& name, const std::string& url,
                 const std::string& options = {}, const std::string& keys = {}) {
  return "[follower." + name + "]\nbehaviour = \"webhook\"\nevents = [\"worker_ready\", "
         + "\"worker_exited\"]\n" + keys + "options = { url = \"" + url
         + "\", retry_delay = \"10ms\", retry_max_delay = \"100ms\"" + options + " }\n";
}

scripted_reply takes(const posted_request&, size_t) {
  return http_reply(204);
}

scripted_reply stays_silent(const posted_request&, size_t) {
  return {};
}

/// Returns the kinds of all events in a request, space-separated.
std::string kinds_in(const posted_request& r) {
  reply body{r.body};
  std::string out;
  for (size_t i = 0; i < body.count("events"); ++i)
    out += (i > 0 ? " " : "") + body["events." + std::to_string(i) + ".kind"];
  return out;
}

/// Returns the numbers of the events in all requests, in the order they came.
std::vector<int64_t> numbers_in(const std::vector<posted_request>& all) {
  std::vector<int64_t> out;
  for (auto& r : all) {
    reply body{r.body};
    for (size_t i = 0; i < body.count("events"); ++i)
      out.push_back(body.number("events." + std::to_string(i) + ".seq"));
  }
  return out;
}

bool holds_kind(const std::vector<posted_request>& all, const std::string& kind) {
  return std::any_of(all.begin(), all.end(), [&](auto& r) {
    return kinds_in(r).find(kind) != std::string::npos;
  });
}

reply row_of(const node_process& node) {
  return {node.operation("followers")["0"]};
}

} // namespace webhooks_of_nodes

BOOST_AUTO_TEST_SUITE(webhooks_of_nodes)

BOOST_AUTO_TEST_CASE(events_arrive_in_order_from_the_start_of_the_node_to_its_end) {
  http_server server{takes};
  {
    node_process node{puppets("a", "size = 2\n") + hook("audit", server.url())};
    node.worker_pid("a.0");
    node.worker_pid("a.1");
    server.wait_until([](auto& all) { return numbers_in(all).size() >= 2; });
    BOOST_TEST(eventually([&] { return row_of(node).number("delivered") == 2; }));
    auto row = row_of(node);
    BOOST_TEST(row["name"] == "audit", row);
    BOOST_TEST(row["behaviour"] == "webhook", row);
    BOOST_TEST(row["state"] == "idle", row);
    BOOST_TEST(row.number("waiting") == 0, row);
    BOOST_TEST(row.number("dropped") == 0, row);
    BOOST_TEST(row["last_error"] == "null", row);
    BOOST_TEST(node.http().get("/api/followers")["0.name"] == "audit");
    BOOST_TEST((node.terminate() == 0));
  }
  // The workers end with the node, and their ends were told before it did.
  auto all = server.requests();
  BOOST_TEST(kinds_in(all.back()).find("worker_exited") != std::string::npos);
  auto numbers = numbers_in(all);
  BOOST_TEST(numbers.size() == 4u);
  BOOST_TEST(std::is_sorted(numbers.begin(), numbers.end()));
  BOOST_TEST(reply{all[0].body}["follower"] == "audit");
}

BOOST_AUTO_TEST_CASE(a_server_that_fails_first_gets_the_same_events_until_it_takes_them) {
  http_server server{[](const posted_request&, size_t n) {
    if (n == 0) // and the next connection is a new one
      return scripted_reply{http_reply(503).bytes, true};
    return n == 1 ? scripted_reply{{}, true} : http_reply(200);
  }};
  node_process node{puppets("a") + hook("audit", server.url())};
  auto all = server.wait_for(3);
  BOOST_TEST(all[0].body == all[1].body);
  BOOST_TEST(all[1].body == all[2].body);
  BOOST_TEST(eventually([&] { return row_of(node).number("delivered") == 1; }));
  auto row = row_of(node);
  BOOST_TEST(row.number("retried") == 2, row);
  BOOST_TEST(row.number("dropped") == 0, row);
  BOOST_TEST(row["last_error.message"].find("closed before an answer")
                 != std::string::npos,
             row);
  BOOST_TEST(node.errors().find("follower audit: cannot deliver") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(events_that_are_refused_are_dropped_and_the_next_request_says_so) {
  http_server server{[](const posted_request&, size_t n) {
    return n == 0 ? http_reply(404, {}, "no such hook\xff") : http_reply(200);
  }};
  node_process node{puppets("a") + hook("audit", server.url())};
  BOOST_TEST(eventually([&] { return row_of(node).number("dropped") == 1; }));
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
  BOOST_TEST(server.requests().size() == 1u); // not the gap alone
  node.operation("restart", R"({"name":"a"})");
  auto all = server.wait_for(2);
  BOOST_TEST(kinds_in(all[1]).starts_with("gap worker_"), all[1].body);
  BOOST_TEST(reply{all[1].body}.number("events.0.dropped") == 1, all[1].body);
  auto row = row_of(node);
  BOOST_TEST(row.number("dropped") == 1, row);
  BOOST_TEST(row["last_error.message"].find("HTTP 404: no such hook\uFFFD")
                 != std::string::npos,
             row);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_costs_calls_nothing_and_is_found_again) {
  http_server server{takes};
  server.refuse();
  node_process node{puppets("a") + hook("audit", server.url())};
  BOOST_TEST(eventually([&] { return row_of(node)["state"] == "retrying"; }));
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
  BOOST_TEST(row_of(node)["last_error.message"].find("Connection refused")
             != std::string::npos);
  server.listen_again();
  BOOST_TEST(holds_kind(server.wait_for(1), "worker_ready"));
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers_is_asked_again_and_holds_up_nobody) {
  http_server server{stays_silent};
  node_process node{puppets("a") + hook("audit", server.url(), ", timeout = \"50ms\"")};
  auto all = server.wait_for(3);
  BOOST_TEST(all[0].body == all[2].body);
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
  auto row = row_of(node);
  BOOST_TEST(row.number("delivered") == 0, row);
  BOOST_TEST(row["last_error.message"] == "no answer within 50 ms", row);
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_does_not_wait_for_ever_and_says_what_is_lost) {
  http_server server{stays_silent};
  node_process node{puppets("a") + hook("audit", server.url())};
  server.wait_for(1);
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(node.errors().find("follower audit: the node ends before 2 events were")
                 != std::string::npos,
             node.errors());
}

BOOST_AUTO_TEST_CASE(more_events_than_may_wait_become_a_gap_that_counts_them) {
  std::atomic<bool> is_open{false};
  http_server server{
      [&](const posted_request&, size_t) { return http_reply(is_open ? 200 : 503); }};
  node_process node{puppets("a")
                    + hook("audit", server.url(), {}, "queue_limit = 3\nbatch = 1\n")};
  node.worker_pid("a.0");
  for (int i = 0; i < 5; ++i) {
    auto before = node.worker_pid("a.0");
    node.operation("restart", R"({"name":"a"})");
    BOOST_TEST(eventually([&] {
      return node.worker("a.0")["state"] == "ready"
             && node.worker("a.0").number("pid") != before;
    }));
  }
  BOOST_TEST(eventually([&] { return row_of(node).number("dropped") > 0; }));
  is_open = true;
  auto all = server.wait_until([](auto& r) { return holds_kind(r, "gap"); });
  // Each worker became ready, and all but the last have ended.
  BOOST_TEST(eventually([&] {
    auto row = row_of(node);
    return row.number("delivered") + row.number("dropped") == 11;
  }));
}

BOOST_AUTO_TEST_CASE(a_key_goes_with_each_request_and_a_reload_takes_another_one) {
  http_server server{takes};
  temporary_folder folder;
  std::ofstream{folder.path() + "/key"} << "first\n";
  node_process node{puppets("a") + hook("audit", server.url(), ", bearer_file = \"key\""),
                    {.config_folder = folder.path()}};
  auto has_key = [](const posted_request& r, const std::string& key) {
    return r.head.find("\r\nAuthorization: Bearer " + key + "\r\n") != std::string::npos;
  };
  BOOST_TEST(has_key(server.wait_for(1)[0], "first"));
  BOOST_TEST(eventually([&] { return row_of(node)["state"] == "idle"; }));
  std::ofstream{folder.path() + "/key"} << "second\n";
  auto r = node.operation("reload");
  BOOST_TEST(r["followers.changed"] == "[\"audit\"]", r);
  node.operation("restart", R"({"name":"a"})");
  auto all =
      server.wait_until([&](auto& posted) { return has_key(posted.back(), "second"); });
  BOOST_TEST(holds_kind({all.back()}, "worker_"));
}

BOOST_AUTO_TEST_CASE(a_reload_adds_and_removes_followers) {
  http_server server{takes};
  temporary_folder folder;
  node_process node{puppets("a") + hook("old", server.url("/old")),
                    {.config_folder = folder.path()}};
  server.wait_for(1);
  auto file = folder.path() + "/troupe.toml";
  std::ifstream in{file};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  std::ofstream{file} << text.substr(0, text.find("[follower."))
                      << hook("fresh", server.url("/fresh"));
  auto r = node.operation("reload");
  BOOST_TEST(r["followers.added"] == "[\"fresh\"]", r);
  BOOST_TEST(r["followers.removed"] == "[\"old\"]", r);
  BOOST_TEST(node.operation("reload")["followers"].empty());
  node.operation("restart", R"({"name":"a"})");
  auto all = server.wait_until([](auto& posted) {
    return std::any_of(posted.begin(), posted.end(),
                       [](auto& p) { return p.head.starts_with("POST /fresh "); });
  });
  BOOST_TEST(node.operation("followers").text.find("\"old\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_follower_is_told_before_the_node_runs) {
  temporary_folder folder;
  auto check = [&](const std::string& text) {
    auto file = folder.path() + "/f.toml";
    std::ofstream{file} << puppets("a") << text;
    return run({TROUPE_BINARY, "check", "-c", file});
  };
  auto [status, shown] = check(hook("audit", "http://127.0.0.1:9/"));
  BOOST_TEST(status == 0, shown);
  BOOST_TEST(shown.find("1 pool, 1 follower") != std::string::npos, shown);
  std::tie(status, shown) = check("[follower.x]\nbehaviour = \"webhok\"\n"
                                  "events = [\"worker_ready\"]\n");
  BOOST_TEST(status == 1);
  BOOST_TEST(shown.find("follower.x.behaviour: expected one of webhook, not \"webhok\"")
                 != std::string::npos,
             shown);
  std::tie(status, shown) = check(hook("x", "ftp://127.0.0.1/"));
  BOOST_TEST(status == 1);
  BOOST_TEST(shown.find("follower.x.options.url: expected a URL of http")
                 != std::string::npos,
             shown);
  // A file that is missing may be there on another machine.
  std::tie(status, shown) =
      check(hook("x", "http://127.0.0.1:9/", ", bearer_file = \"key\""));
  BOOST_TEST(status == 0);
  BOOST_TEST(shown.find("follower.x.options.bearer_file: warning: ") != std::string::npos,
             shown);
  std::tie(status, shown) =
      run({TROUPE_BINARY, "serve", "-c", folder.path() + "/f.toml", "--set",
           "http.listen=127.0.0.1:0", "--set", "node.state_dir=" + folder.path() + "/s"});
  BOOST_TEST(status == 1);
  BOOST_TEST(shown.find("troupe: follower.x.options.bearer_file: ") != std::string::npos,
             shown);
}

BOOST_AUTO_TEST_SUITE_END()
