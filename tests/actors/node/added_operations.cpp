#include "actors/node/added_operations.hpp"

#include "actors/node/built_in_workers.hpp"
#include "protocol/config/load.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::node;
using namespace std::chrono_literals;

namespace added_operations {

/// What a configuration may name at a node as it comes.
struct built_in {
  result<config::file, config::mistake_list> read(std::string_view text) const {
    auto wires = std::make_shared<const troupe::wires::wire_registry>(
        troupe::wires::built_in_wires());
    auto workers = built_in_workers(wires, behaviours);
    config::known_kinds known{workers.known()};
    add_operations(known, behaviours);
    return config::parse(text, "f", known);
  }

  /// Returns the one mistake of `text`.
  std::string mistake(std::string_view text) const {
    auto r = read(text);
    if (r || r.error().size() != 1)
      return "there is not one mistake, but " + std::to_string(r ? 0 : r.error().size());
    return to_string(r.error().front());
  }

  std::shared_ptr<const behaviour_registry> behaviours = built_in_behaviours();
};

} // namespace added_operations

BOOST_FIXTURE_TEST_SUITE(added_operations, built_in)

BOOST_AUTO_TEST_CASE(an_operation_has_a_pool_of_one_worker_that_nobody_can_name) {
  auto r = read("[operation.bundle]\nbehaviour = \"support\"\ntimeout = \"3s\"\n"
                "options = { events = 5 }");
  BOOST_TEST_REQUIRE(r.has_value());
  auto pools = operation_pools(r->operations, behaviours);
  BOOST_TEST_REQUIRE(pools.size() == 1u);
  auto& p = pools[0];
  BOOST_TEST(p.name == "$bundle");
  BOOST_TEST(p.workers.kind == "behaviour");
  BOOST_TEST(!p.workers.runs_program);
  BOOST_TEST((p.ready == config::ready_mode::spawn));
  BOOST_TEST(p.behaviour.name == "support");
  BOOST_TEST(p.behaviour.options == "{\"events\":5}");
  BOOST_TEST((p.exec_timeout == 3s));
  BOOST_TEST((p.queue_timeout == 3s));
  BOOST_TEST(p.size == 1u);
  BOOST_TEST(p.window == behaviours->find("support")->window);
  BOOST_TEST(read("[pool.\"$bundle\"]\nbehaviour = \"echo\"").has_value() == false);
}

BOOST_AUTO_TEST_CASE(a_name_that_the_node_uses_is_refused) {
  for (std::string name : {"status", "events", "configuration", "drain"})
    BOOST_TEST(mistake("[operation." + name + "]\nbehaviour = \"support\"")
               == "f:2: operation." + name + ".behaviour: the node has an operation "
                      + name + " already: choose another name");
}

BOOST_AUTO_TEST_CASE(a_worker_of_a_pool_is_no_operation_and_the_other_way_round) {
  BOOST_TEST(mistake("[operation.a]\nbehaviour = \"echo\"")
             == "f:2: operation.a.behaviour: expected one of support, not \"echo\"");
  BOOST_TEST(mistake("[operation.a]\nbehaviour = \"suport\"")
             == "f:2: operation.a.behaviour: expected one of support, not \"suport\"");
  BOOST_TEST(mistake("[pool.a]\nbehaviour = \"support\"")
             == "f:2: pool.a.behaviour: support is an operation of the node and no worker"
                " of a pool: name it in [operation.NAME]");
  BOOST_TEST(mistake("[pool.a]\nbehaviour = \"suport\"")
             == "f:2: pool.a.behaviour: expected one of cache, echo, mirror, rate-limit,"
                " router, not \"suport\"");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_its_options_is_told_where_they_stand) {
  BOOST_TEST(mistake("[operation.a]\nbehaviour = \"support\"\noptions.evnts = 1")
                 .starts_with("f:3: operation.a.options.evnts: unknown key"));
}

BOOST_AUTO_TEST_SUITE_END()
