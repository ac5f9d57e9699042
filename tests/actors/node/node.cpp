#include "actors/node/node_runtime.hpp"

#include "tests/actors/loop/support_loop.hpp"
#include "tests/actors/os/support_process.hpp"

#include <spdlog/logger.h>

using namespace troupe;
using namespace troupe::node;
using namespace troupe::session;
using namespace troupe::testing;

namespace {

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

/// A whole node, whose pools have no workers.
struct fixture {
  ~fixture() { node.end(); } // it writes to the folder

  void start() {
    std::filesystem::create_directories(folder.path / "workers");
    node_context with;
    with.config.name = "alpha";
    with.registry = std::make_shared<session_registry>(
        std::get<session_registry>(session_registry::open(folder.path / "sessions.db")));
    with.wires = std::make_shared<const troupe::wires::wire_registry>(
        troupe::wires::built_in_wires());
    with.state_dir = folder.path.string();
    with.log = std::make_shared<spdlog::logger>("log");
    with.give_up = [this](std::string why) {
      reason = std::move(why);
      given_up.add();
    };
    node.start(std::move(with), {external_pool("one"), external_pool("two")}, {});
    BOOST_TEST((ask("health").what == code::none));
  }

  /// Calls NODE; returns why that failed, or `code::none`.
  fault ask(const std::string& kind) {
    caf::scoped_actor self{node.system()};
    call c;
    c.kind = shared_bytes{std::string{kind}};
    c.taken = steady_clock::now();
    fault why;
    self->request(node.node(), patience, std::move(c))
        .receive([](outcome&) {}, [&](caf::error& e) { why = to_fault(e); });
    return why;
  }

  temporary_folder folder;
  /// Written before `given_up` counts.
  std::string reason;
  tally given_up;
  node_runtime node{named("alpha"), {}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(nodes, fixture)

BOOST_AUTO_TEST_CASE(a_node_whose_broker_is_gone_gives_up) {
  start();
  caf::anon_send_exit(node.directory().get()->at("two"), caf::exit_reason::kill);
  BOOST_TEST(given_up.reaches(1));
  BOOST_TEST(reason.starts_with("two: its broker ended"));
}

BOOST_AUTO_TEST_CASE(events_are_asked_for_where_they_are_and_all_else_of_the_node) {
  start();
  call c;
  auto asked = [&](std::string kind) {
    c.kind = shared_bytes{std::move(kind)};
    auto& names = node.directory();
    return std::get<callee_actor>(names.find(*names.get(), node_target, c));
  };
  BOOST_TEST((asked("events") == node.events()));
  BOOST_TEST((asked("health") == node.node()));
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
