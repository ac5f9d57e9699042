#include "actors/node/node.hpp"

#include "actors/events/events.hpp"
#include "tests/actors/loop/support_loop.hpp"
#include "tests/actors/os/support_process.hpp"

#include <spdlog/logger.h>

using namespace troupe;
using namespace troupe::events;
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

/// A node of real actors, whose pools have no workers.
struct fixture : loop_fixture {
  fixture() {
    std::filesystem::create_directories(folder.path / "workers");
    context->config.name = "alpha";
    context->registry = std::make_shared<session_registry>(
        std::get<session_registry>(session_registry::open(folder.path / "sessions.db")));
    context->loops = {&first.home};
    context->wires = std::make_shared<const troupe::wires::wire_registry>(
        troupe::wires::built_in_wires());
    context->directory = &names;
    context->state_dir = folder.path.string();
    context->log = std::make_shared<spdlog::logger>("log");
    context->events = system.spawn<caf::detached>(events_behavior);
    names.set_events(context->events);
    context->give_up = [this](std::string why) {
      reason = std::move(why);
      given_up.add();
    };
  }
  ~fixture() {
    using caf::exit_reason;
    // The second order ends it at once; it leaves when its pools have ended.
    caf::anon_send_exit(subject, exit_reason::user_shutdown);
    caf::anon_send_exit(subject, exit_reason::user_shutdown);
    caf::anon_send_exit(context->events, exit_reason::user_shutdown);
    names.set({});
    names.set_events({});
    subject = nullptr;
    context->events = nullptr;
    system.await_all_actors_done(); // they write to the folder
  }

  void start() {
    subject = system.spawn<caf::detached>(
        node_behavior, context, std::vector{external_pool("one"), external_pool("two")},
        std::vector<session_entry>{});
    caf::scoped_actor self{system};
    call anything;
    anything.kind = shared_bytes::literal("health");
    anything.taken = steady_clock::now();
    self->request(subject, patience, std::move(anything))
        .receive([](outcome&) {}, [](caf::error& e) { BOOST_FAIL(to_string(e)); });
  }

  temporary_folder folder;
  troupe::directory names{"alpha"};
  std::shared_ptr<node_context> context = std::make_shared<node_context>();
  node_actor subject;
  /// Written before `given_up` counts.
  std::string reason;
  tally given_up;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(nodes, fixture)

BOOST_AUTO_TEST_CASE(a_node_whose_broker_is_gone_gives_up) {
  start();
  caf::anon_send_exit(names.get()->at("two"), caf::exit_reason::kill);
  BOOST_TEST(given_up.reaches(1));
  BOOST_TEST(reason.starts_with("two: its broker ended"));
}

BOOST_AUTO_TEST_CASE(events_are_asked_for_where_they_are_and_all_else_of_the_node) {
  start();
  call c;
  auto asked = [&](std::string kind) {
    c.kind = shared_bytes{std::move(kind)};
    return std::get<callee_actor>(names.find(*names.get(), node_target, c));
  };
  BOOST_TEST((asked("events") == context->events));
  BOOST_TEST((asked("health") == subject));
}

BOOST_AUTO_TEST_SUITE_END()
