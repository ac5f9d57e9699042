#include "tests/actors/behaviours/support_behaviours.hpp"

#include "protocol/base/address.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace host_operations {

/// A host whose behaviour gives each call to `$node`, which the test plays.
struct operating_fixture : behaviour_fixture {
  operating_fixture() {
    node = keep(sys.spawn([this]() -> callee_actor::behavior_type {
      return {
          [this](submissions& batch) {
            for (auto& s : batch)
              taken.push_back(std::move(s));
          },
          [this](atom::cancel, const reply_sink_ptr&, tag_id) { ++cancelled; },
          [](atom::forget, const reply_sink_ptr&) {},
          [](atom::writable, const reply_sink_ptr&) {},
          [](const call&) -> caf::result<outcome> {
            return caf::sec::unexpected_message;
          },
      };
    }));
    directory::table all;
    all.emplace(std::string{node_target}, directory::entry{node});
    names.set(std::move(all));
    what->answer = [r = what.get()](auto me, auto& c) -> caf::result<outcome> {
      return me->delegate(r->context.host,
                          pass_on(std::string{node_target}, std::move(c)));
    };
  }
  ~operating_fixture() {
    taken.clear();
    node = nullptr;
  }

  callee_actor node;
  submissions taken;
  size_t cancelled = 0;
};

} // namespace host_operations

BOOST_FIXTURE_TEST_SUITE(host_operations, operating_fixture)

BOOST_AUTO_TEST_CASE(the_operations_of_the_node_are_refused_to_workers_of_pools) {
  start();
  give(1);
  BOOST_TEST(sink->error(1).what == code::forbidden);
  BOOST_TEST(taken.empty());
}

BOOST_AUTO_TEST_CASE(an_operation_calls_the_others) {
  place = behaviour_place::operation;
  start();
  give(1);
  BOOST_TEST_REQUIRE(taken.size() == 1u);
  BOOST_TEST(taken[0].what.kind.view() == "k");
  BOOST_TEST((taken[0].what.timeout == 10s));
  taken[0].sink->settle(taken[0].tag, outcome{shared_bytes::literal("\"ok\"")});
  run();
  BOOST_TEST(sink->result(1) == "\"ok\"");
}

BOOST_AUTO_TEST_CASE(what_it_calls_ends_with_the_call_that_it_answers) {
  place = behaviour_place::operation;
  start();
  give(1);
  cancel(1);
  BOOST_TEST(cancelled == 1u);
  BOOST_TEST(sink->error(1).what == code::cancelled);
}

BOOST_AUTO_TEST_SUITE_END()
