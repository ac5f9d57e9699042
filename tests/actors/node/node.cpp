#include "actors/behaviours/built_in_behaviours.hpp"
#include "actors/node/added_operations.hpp"
#include "actors/node/built_in_workers.hpp"
#include "actors/node/node_runtime.hpp"

#include "tests/actors/loop/support_loop.hpp"
#include "tests/actors/os/support_process.hpp"

#include <spdlog/logger.h>

using namespace troupe;
using namespace troupe::node;
using namespace troupe::session;
using namespace troupe::testing;

namespace nodes {

config::pool external_pool(const std::string& name) {
  config::pool p;
  p.name = name;
  p.external = true;
  return p;
}

config::node named(const std::string& name) {
  config::node n;
  n.name = name;
  return n;
}

/// Answers what the node's own operation `health` does, and ends with an error if it is
/// given `"end"`.
behaviour_kind asker() {
  behaviour_kind k;
  k.name = "asker";
  k.place = behaviour_place::operation;
  k.spawn = [](behaviour_start start) {
    return start.spawn(
        [](behaviour_self<>* self,
           const behaviour_context& with) -> behaviour_actor::behavior_type {
          return {[self, with](behaviour_call& c) -> caf::result<outcome> {
            if (c.payload.view() == "\"end\"")
              throw std::runtime_error("as it was told");
            pool_call ask;
            ask.to = node_target;
            ask.kind = shared_bytes::literal("health");
            return self->delegate(with.host, std::move(ask));
          }};
        });
  };
  return k;
}

/// A whole node, whose pools have no workers.
struct fixture {
  explicit fixture(const config::cluster& cluster = {})
    : cluster_config(cluster)
    , node{named("alpha"), 1, {}, cluster} {}
  ~fixture() { node.end(); } // it writes to the folder

  void start() {
    std::filesystem::create_directories(folder.path / "workers");
    node_context with;
    with.config.name = "alpha";
    with.sessions.registry = std::make_shared<session_registry>(
        session_registry::open(folder.path / "sessions.db").value());
    with.known.wires = std::make_shared<const troupe::wires::wire_registry>(
        troupe::wires::built_in_wires());
    auto known = behaviours::built_in_behaviours();
    known.add(asker());
    auto all = std::make_shared<const behaviour_registry>(std::move(known));
    with.known.kinds =
        std::make_shared<const worker_registry>(built_in_workers(with.known.wires, all));
    with.operation_pools = operation_pools(added, all);
    with.place.state_dir = folder.path.string();
    with.operations = std::make_shared<const operation_registry>(operations);
    with.log = std::make_shared<spdlog::logger>("log");
    with.process.give_up = [this](std::string why) {
      reason = std::move(why);
      given_up.add();
    };
    std::optional<reception::cluster_setup> cluster;
    if (cluster_config.is_on())
      cluster = reception::prepare(cluster_config, "alpha").value();
    node.start(std::move(with), {external_pool("one"), external_pool("two")}, {},
               std::move(cluster));
    BOOST_TEST((ask("health").what == code::none));
  }

  /// Calls NODE; returns why that failed, or `code::none`.
  /// @param hops See `call`: 0 for a client of this node.
  fault ask(const std::string& kind, const std::string& payload = "null",
            uint8_t hops = 0) {
    caf::scoped_actor self{node.system()};
    call c;
    c.kind = shared_bytes{std::string{kind}};
    c.payload = shared_bytes{std::string{payload}};
    c.taken = steady_clock::now();
    c.hops = hops;
    fault why;
    self->request(node.node(), patience, std::move(c))
        .receive([this](outcome& o) { result = o.payload.str(); },
                 [&](caf::error& e) { why = to_fault(e); });
    return why;
  }

  temporary_folder folder;
  config::cluster cluster_config;
  operation_registry operations = built_in_operations();
  /// Further ones, by behaviours.
  std::vector<config::operation> added;
  /// What the last call of NODE that went well has come to.
  std::string result;
  /// Written before `given_up` counts.
  std::string reason;
  tally given_up;
  node_runtime node;
};

/// One that is the only member of a cluster.
struct first_member : fixture {
  static config::cluster listening() {
    config::cluster c;
    c.listen = "127.0.0.1:0";
    return c;
  }
  first_member()
    : fixture(listening()) {}
};

} // namespace nodes

BOOST_FIXTURE_TEST_SUITE(nodes, fixture)

BOOST_AUTO_TEST_CASE(a_node_whose_broker_is_gone_gives_up) {
  start();
  caf::anon_send_exit(node.directory().get()->at("two").callee, caf::exit_reason::kill);
  BOOST_TEST(given_up.reaches(1));
  BOOST_TEST(reason.starts_with("two: its broker ended"));
}

BOOST_FIXTURE_TEST_CASE(a_node_that_is_half_a_member_gives_up, first_member) {
  start();
  caf::anon_send_exit(node.directory().route(), caf::exit_reason::kill);
  BOOST_TEST(given_up.reaches(1));
  BOOST_TEST(reason.starts_with("the cluster: ROUTE ended"));
}

BOOST_FIXTURE_TEST_CASE(a_member_that_nobody_else_knows_of_is_drained, first_member) {
  start();
  caf::scoped_actor self{node.system()};
  auto drained = false;
  self->request(node.node(), patience, atom::drain_v)
      .receive([&](atom::drain) { drained = true; }, [](caf::error&) {});
  BOOST_TEST(drained);
}

BOOST_AUTO_TEST_CASE(events_are_asked_for_where_they_are_and_all_else_of_the_node) {
  start();
  call c;
  auto asked = [&](std::string kind) {
    c.kind = shared_bytes{std::move(kind)};
    auto& names = node.directory();
    return names.find(*names.get(), node_target, c).value();
  };
  BOOST_TEST((asked("events") == node.events()));
  BOOST_TEST((asked("health") == node.node()));
}

BOOST_AUTO_TEST_CASE(an_operation_of_ones_own_is_called_like_any_other) {
  operations.add({"echo", [](node::node_state&, pending_call c) {
                    auto payload = c.what.payload;
                    c.settle(outcome{std::move(payload)});
                  }});
  operations.add(
      {"greet", subject::pool,
       [](node::node_state&, pending_call c, const target& about) {
         c.settle(outcome{shared_bytes{'"' + about.pool->context->config.name + '"'}});
       }});
  start();
  BOOST_TEST((ask("echo", "[1]").what == code::none));
  BOOST_TEST(result == "[1]");
  BOOST_TEST((ask("greet", R"({"name":"one"})").what == code::none));
  BOOST_TEST(result == "\"one\"");
  BOOST_TEST((ask("greet", R"({"name":"three"})").what == code::pool_not_found));
  BOOST_TEST((ask("greet").what == code::bad_request));
  auto unknown = ask("nope");
  BOOST_TEST((unknown.what == code::not_found));
  BOOST_TEST(unknown.message.find("drain, echo, events, followers, greet, health")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_flag_that_is_neither_true_nor_false_is_no_order) {
  start();
  for (auto [kind, key] : {std::pair{"restart", "all"}, std::pair{"reload", "all"},
                           std::pair{"stop", "wait"}, std::pair{"drain", "node"},
                           std::pair{"pools", "cluster"}, std::pair{"pools", "silent"},
                           std::pair{"calls", "cluster"}, std::pair{"calls", "away"},
                           std::pair{"calls", "silent"}}) {
    auto about = R"({"name":"one",")" + std::string{key} + "\":";
    for (auto value : {"\"true\"", "1", "[true]"}) {
      auto why = ask(kind, about + value + '}');
      BOOST_TEST((why.what == code::bad_request), kind << ": " << value);
      BOOST_TEST(why.message == std::string{key} + ": expected true or false", kind);
    }
  }
  BOOST_TEST((ask("calls", R"({"cluster":null})").what == code::none));
  BOOST_TEST((ask("pool", R"({"name":"one"})").what == code::none)); // not drained
  BOOST_TEST(result.find("drained_ms") == std::string::npos, result);
}

BOOST_AUTO_TEST_CASE(an_operation_of_a_behaviour_calls_others_and_is_in_no_list) {
  added = {{"who", "asker", std::chrono::seconds{10}, {}}};
  start();
  BOOST_TEST((ask("who").what == code::none));
  BOOST_TEST(result.find("\"name\":\"alpha\"") != std::string::npos, result);
  BOOST_TEST((ask("pools").what == code::none));
  BOOST_TEST(result.find("who") == std::string::npos, result);
  BOOST_TEST((ask("pool", R"({"name":"$who"})").what == code::bad_request));
  BOOST_TEST(ask("nope").message.ends_with(", who"));
}

BOOST_AUTO_TEST_CASE(an_operation_of_a_behaviour_that_ends_with_an_error_comes_back) {
  added = {{"who", "asker", std::chrono::seconds{10}, {}}};
  start();
  for (int i = 0; i < 2; ++i) {
    auto why = ask("who", "\"end\"");
    BOOST_TEST((why.what == code::worker_died));
    BOOST_TEST(why.message.find("as it was told") != std::string::npos, why.message);
    BOOST_TEST((ask("who").what == code::none));
  }
}

BOOST_AUTO_TEST_CASE(who_asks_from_another_node_is_told_which_node_lacks_the_name) {
  start();
  for (auto kind : {"stop", "restart", "scale"}) {
    auto why = [&](const std::string& name, uint8_t hops) {
      return ask(kind, R"({"size":1,"name":")" + name + "\"}", hops).message;
    };
    BOOST_TEST(why("nobody", 0) == "no pool named nobody");
    BOOST_TEST(why("nobody", 1) == "no pool named nobody at node alpha");
  }
  BOOST_TEST(ask("stop", R"({"name":"one.7"})").message.starts_with("no worker one.7: "));
  BOOST_TEST(ask("stop", R"({"name":"one.7"})", 1)
                 .message.starts_with("no worker one.7 at node alpha: "));
}

BOOST_FIXTURE_TEST_CASE(an_operation_for_a_node_that_nobody_knows_does_not_run_here,
                        first_member) {
  added = {{"who", "asker", std::chrono::seconds{10}, {}}};
  start();
  std::string cli = R"({"cli":"/bin/cat","protocol":"json-lines","cmd":["cat"],"name":")";
  for (auto kind : {"spawn", "configure", "release", "terminal", "stop", "restart",
                    "reload", "drain", "resume", "scale", "remove", "copy"}) {
    auto why = ask(kind, cli + "one@gamma\"}");
    BOOST_TEST((why.what == code::not_found), kind << ": " << why.message);
    BOOST_TEST(why.message == "no node named gamma is known here", kind);
    for (auto name : {"one@beta@gamma", "one@gamma@alpha", "one@alpha@alpha", "one@"})
      BOOST_TEST((ask(kind, cli + name + "\"}").what == code::bad_request),
                 kind << ": " << name);
  }
  BOOST_TEST((ask("spawned").what == code::none));
  BOOST_TEST(result.find("\"agents\":[]") != std::string::npos, result);
  BOOST_TEST((ask("pool", R"({"name":"one@alpha"})").what == code::none));
  BOOST_TEST((ask("session.status", R"({"session_id":"s-0@beta@gamma"})").what
              == code::bad_request));
  // What the name of an operation of a behaviour means is its own affair.
  BOOST_TEST((ask("who", cli + "me@example.com\"}").what == code::none));
}

BOOST_AUTO_TEST_CASE(what_is_released_at_another_node_is_not_released_here) {
  start();
  BOOST_TEST((ask("release", R"({"name":"one@gamma"})").what == code::none));
  BOOST_TEST((ask("release", R"({"name":"one"})").what == code::not_a_terminal));
}

BOOST_AUTO_TEST_CASE(only_pools_of_servers_that_the_node_starts_have_copies) {
  start();
  auto copy = [this](const std::string& id, const std::string& idle) {
    return ask("copy", R"({"name":"one","id":")" + id + R"(","idle_ms":)" + idle + "}")
        .what;
  };
  BOOST_TEST((copy("0123456789abcdef", "1000") == code::conflict));
  BOOST_TEST((copy("../../etc/passwd", "1000") == code::bad_request));
  for (auto idle : {"0", "-1", "\"5s\"", "null"})
    BOOST_TEST((copy("0123456789abcdef", idle) == code::bad_request), idle);
}

BOOST_AUTO_TEST_CASE(a_node_that_was_never_started_ends) {
  node.end();
  node.end();
}

BOOST_AUTO_TEST_CASE(a_process_can_have_one_node_after_another_and_two_at_once) {
  start();
  for (int i = 0; i < 3; ++i) {
    fixture other;
    other.start();
    BOOST_TEST((ask("health").what == code::none));
  }
  BOOST_TEST((ask("nope").what != code::none));
}

BOOST_AUTO_TEST_SUITE_END()
