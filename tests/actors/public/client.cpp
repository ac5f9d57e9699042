// Clients of a cluster, and nodes of one, in one process.
#include "actors/public/client.hpp"

#include "actors/public/pool_actor.hpp"
#include "tests/actors/public/support_public.hpp"

#include <caf/all.hpp>

#include <mutex>

using namespace troupe;
using namespace troupe::testing;

namespace cluster_clients {

/// Takes lines of a log from all threads.
class log_lines {
public:
  node_hooks hooks() {
    node_hooks all;
    all.log = [this](std::string_view, std::string_view text) {
      std::lock_guard lock{mutex_};
      text_ += std::string{text} + "\n";
    };
    return all;
  }
  std::string text() {
    std::lock_guard lock{mutex_};
    return text_;
  }
  /// Returns the address of the node, which is told before the node has started.
  std::string address() {
    constexpr std::string_view before = ": listening at ";
    auto all = text();
    auto at = all.find(before);
    BOOST_TEST_REQUIRE(at != all.npos);
    at += before.size();
    return all.substr(at, all.find(',', at) - at);
  }

private:
  std::mutex mutex_;
  std::string text_;
};

/// A node of a cluster that runs `echo`.
struct one_node {
  log_lines log;
  embedded_node alpha = start_node("[node]\nname = \"alpha\"\n[cluster]\nlisten = "
                                   "\"127.0.0.1:0\"\n"
                                       + echo_pool("echo"),
                                   log.hooks());

  cluster_client_options options() {
    cluster_client_options o;
    o.nodes = {log.address()};
    return o;
  }
  cluster_client join() {
    auto client = cluster_client::join(options());
    if (!client)
      throw std::runtime_error{"no client: " + client.error().message};
    return *std::move(client);
  }
};

/// Waits for the answer of an actor: its text, or its fault's code.
struct actor_answer {
  std::string text;
  code what = code::none;

  actor_answer(caf::actor_system& system, const pool_actor& pool, const std::string& kind,
               const std::string& payload) {
    caf::scoped_actor self{system};
    self->request(pool, patience, kind, payload)
        .receive([this](std::string& result) { text = std::move(result); },
                 [this](caf::error& e) { what = to_fault(e).what; });
  }
};

} // namespace cluster_clients

BOOST_FIXTURE_TEST_SUITE(cluster_clients, one_node)

BOOST_AUTO_TEST_CASE(a_client_calls_pools_wherever_they_run) {
  auto client = join();
  BOOST_TEST(client.name().starts_with("client-"));
  BOOST_TEST(client.wait_for("echo"));
  auto answer = client.call("echo", "say", "[1]");
  BOOST_TEST_REQUIRE(code_of(answer) == code::none);
  BOOST_TEST(answer->payload.str() == "[1]");
  BOOST_TEST(answer->worker == "echo.0@alpha");
  BOOST_TEST(code_of(client.call("echo@alpha", "fail")) == code::worker_error);
  BOOST_TEST(code_of(client.call("other", "say")) == code::pool_not_found);
  BOOST_TEST(!client.wait_for("other", 0ms));
}

BOOST_AUTO_TEST_CASE(parts_come_from_other_nodes_too) {
  auto client = join();
  std::string parts;
  auto answer = client.call("echo", "parts", "null", {},
                            [&](const shared_bytes& p) { parts += p.str(); });
  BOOST_TEST(code_of(answer) == code::none);
  BOOST_TEST(parts == "123");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_left_makes_no_calls) {
  auto client = join();
  auto name = client.name();
  client.leave();
  BOOST_TEST(code_of(client.call("echo", "say")) == code::shutting_down);
  // The node was told: it was no failure.
  BOOST_TEST(log.text().find(name + " is leaving") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nobody_has_a_client_run_programs) {
  auto client = join();
  auto spawned = alpha.call("$node@" + client.name(), "spawn",
                            R"({"name":"sh","cli":"sh","args":[]})");
  BOOST_TEST(code_of(spawned) == code::not_found);
  auto pool = alpha.call("$node@" + client.name(), "configure",
                         R"({"name":"x","command":["sh"]})");
  BOOST_TEST(code_of(pool) == code::not_found);
}

BOOST_AUTO_TEST_CASE(who_is_refused_is_told_why) {
  auto other = options();
  other.cluster = "another";
  other.join_timeout = 2s;
  auto client = cluster_client::join(std::move(other));
  BOOST_TEST_REQUIRE(!client.has_value());
  BOOST_TEST((client.error().what == code::unavailable));
  BOOST_TEST(client.error().message.find("the last refusal: ") != std::string::npos,
             client.error().message);
}

BOOST_AUTO_TEST_CASE(options_that_are_wrong_are_a_bad_request) {
  auto refused = [](cluster_client_options o, std::string_view key) {
    auto client = cluster_client::join(std::move(o));
    BOOST_TEST_REQUIRE(!client.has_value());
    BOOST_TEST((client.error().what == code::bad_request));
    BOOST_TEST(client.error().message.find(key) != std::string::npos,
               client.error().message);
  };
  refused({}, "nodes");
  refused({.nodes = {"nowhere"}}, "cluster.peers");
  refused({.nodes = {"127.0.0.1:1"}, .name = "a b"}, "node.name");
  refused({.nodes = {"127.0.0.1:1"}, .listen = ""}, "listen");
  // Plain TCP beyond this machine.
  refused({.nodes = {"192.0.2.1:1"}}, "cluster");
}

BOOST_AUTO_TEST_CASE(a_pool_is_an_actor_of_the_programs_own_system) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto client = std::make_optional(join());
  auto pool = spawn_pool_actor(system, *client, "echo");
  BOOST_TEST(actor_answer(system, pool, "say", "\"hi\"").text == "\"hi\"");
  BOOST_TEST(actor_answer(system, pool, "fail", "1").what == code::worker_error);
  BOOST_TEST(actor_answer(system, pool, "say", "{").what == code::bad_request);
  client.reset();
  BOOST_TEST(actor_answer(system, pool, "say", "1").what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(an_actor_of_a_pool_that_ends_fails_its_calls) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto pool = spawn_pool_actor(system, alpha, "echo");
  caf::scoped_actor self{system};
  auto waiting = self->request(pool, patience, std::string{"hold"}, std::string{"1"});
  self->send_exit(pool, caf::exit_reason::user_shutdown);
  auto what = code::none;
  waiting.receive([](std::string&) {}, [&](caf::error& e) { what = to_fault(e).what; });
  BOOST_TEST(what == code::cancelled);
}

BOOST_AUTO_TEST_CASE(nodes_of_one_process_are_a_cluster) {
  auto beta = start_node("[node]\nname = \"beta\"\n[cluster]\nlisten = \"127.0.0.1:0\"\n"
                         "peers = [\""
                         + log.address() + "\"]\n" + echo_pool("other"));
  auto until = steady_clock::now() + patience;
  auto answer = alpha.call("other", "say", "7");
  while (!answer && steady_clock::now() < until) {
    std::this_thread::yield(); // alpha has not heard of it yet
    answer = alpha.call("other", "say", "7");
  }
  BOOST_TEST_REQUIRE(code_of(answer) == code::none);
  BOOST_TEST(answer->worker == "other.0@beta");
}

BOOST_AUTO_TEST_SUITE_END()
