#include "actors/interfaces/worker_registry.hpp"

#include "actors/node/built_in_workers.hpp"
#include "protocol/config/load.hpp"
#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace third_kinds_of_worker {

/// A SUPERVISOR whose pool may have a third kind of worker: an actor without a process,
/// ready as soon as it runs.
struct third_kind_fixture : supervisor_fixture {
  third_kind_fixture() {
    auto wires = std::make_shared<const troupe::wires::wire_registry>(
        troupe::wires::built_in_wires());
    auto all = node::built_in_workers(wires);
    all.add(mirror_kind());
    kinds = std::make_shared<const worker_registry>(std::move(all));
  }

  ~third_kind_fixture() { mirrors.clear(); }

  startable_kind mirror_kind() {
    startable_kind k;
    k.kind.traits.kind = "mirror";
    k.kind.traits.runs_program = false;
    k.spawn = [this](caf::local_actor&, worker_start s) {
      mirrors.push_back(make_worker(taken));
      starts.push_back(s.index);
      caf::anon_send(s.supervisor, atom::ready_v, s.incarnation, worker_info{});
      return mirrors.back();
    };
    return k;
  }

  /// Reads the pool of a configuration.
  void configure(const std::string& lines) {
    auto read = config::parse("[pool.p]\n" + lines, "f", kinds->known());
    BOOST_REQUIRE(read.has_value());
    pool = read->pools.at(0);
  }

  std::vector<worker_actor> mirrors;
  std::vector<int32_t> starts;
  std::shared_ptr<worker_record> taken = std::make_shared<worker_record>();
};

} // namespace third_kinds_of_worker

BOOST_FIXTURE_TEST_SUITE(third_kinds_of_worker, third_kind_fixture)

BOOST_AUTO_TEST_CASE(its_workers_are_started_and_given_to_the_broker) {
  configure("protocol = \"mirror\"\nsize = 2");
  start();
  BOOST_TEST(launches() == 0u);
  BOOST_TEST((starts == std::vector<int32_t>{0, 1}));
  BOOST_REQUIRE(record->joined.size() == 2u);
  BOOST_TEST((record->joined[0].worker == mirrors[0]));
}

BOOST_AUTO_TEST_CASE(one_that_ends_comes_back_in_its_place) {
  configure("protocol = \"mirror\"\nsize = 2");
  start();
  advance(1ms);
  self->send_exit(mirrors[1], to_error(fault{code::worker_died, "a test"}));
  advance(pool.restart.delay * 2);
  BOOST_TEST((starts == std::vector<int32_t>{0, 1, 1}));
  BOOST_TEST(record->joined.size() == 3u);
  BOOST_TEST(status().replicas[1].restarts == 1u);
}

BOOST_AUTO_TEST_CASE(the_kinds_that_come_with_troupe_are_started_beside_it) {
  configure("command = [\"x\"]\nprotocol = \"terminal\"");
  start();
  BOOST_REQUIRE(launches() == 1u);
  BOOST_TEST(starter->launches[0].spec.terminal.has_value());
  BOOST_TEST(starts.empty());
}

BOOST_AUTO_TEST_CASE(a_reload_may_replace_workers_by_those_of_another_kind) {
  configure("command = [\"x\"]\nready = \"spawn\"");
  start();
  started(0);
  configure("protocol = \"mirror\"");
  tell(actor, atom::reload_v, context(), reload_scope::where_different);
  BOOST_TEST((starts == std::vector<int32_t>{0}));
  BOOST_REQUIRE(!record->joined.empty());
  BOOST_TEST((record->joined.back().worker == mirrors[0]));
}

BOOST_AUTO_TEST_SUITE_END()
