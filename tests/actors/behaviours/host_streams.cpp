#include "tests/actors/behaviours/support_behaviours.hpp"

#include <caf/send.hpp>

using namespace troupe;
using namespace troupe::testing;

namespace host_streams {

/// A client that says itself when it has read what it got.
class reader : public reply_sink {
public:
  void settle(tag_id, call_result) override {}
  void chunk(tag_id tag, shared_bytes payload, std::shared_ptr<stream_flow> f) override {
    parts.emplace_back(tag, payload.str());
    flow = std::move(f);
  }

  std::vector<std::pair<uint64_t, std::string>> parts;
  std::shared_ptr<stream_flow> flow;
};

/// A pool behind, which the test plays.
struct back_record {
  submissions taken;
  std::vector<uint64_t> cancelled;
};

struct stream_fixture : behaviour_fixture {
  stream_fixture() {
    back = keep(sys.spawn([r = behind]() -> callee_actor::behavior_type {
      return {
          [r](submissions& batch) {
            for (auto& s : batch)
              r->taken.push_back(std::move(s));
          },
          [r](atom::cancel, const reply_sink_ptr&, tag_id tag) {
            r->cancelled.push_back(tag);
          },
          [](atom::forget, const reply_sink_ptr&) {},
          [](atom::writable, const reply_sink_ptr&) {},
          [](const call&) -> caf::result<outcome> {
            return caf::sec::unexpected_message;
          },
      };
    }));
    directory::table all;
    all.emplace("back", directory::entry{back});
    names.set(std::move(all));
  }
  ~stream_fixture() {
    *behind = {};
    client->flow = nullptr; // the flow of a call holds its worker
    back = nullptr;
  }

  /// The behaviour passes each call on.
  void pass_all_on() {
    what->answer = [r = what.get()](auto me, auto& c) -> caf::result<outcome> {
      return me->delegate(r->context.host, pass_on("back", std::move(c)));
    };
  }

  static shared_bytes much() {
    return shared_bytes{'"' + std::string(300'000, 'x') + '"'};
  }

  std::shared_ptr<reader> client = std::make_shared<reader>();
  std::shared_ptr<back_record> behind = std::make_shared<back_record>();
  callee_actor back;
};

} // namespace host_streams

BOOST_FIXTURE_TEST_SUITE(host_streams, stream_fixture)

BOOST_AUTO_TEST_CASE(a_behaviour_waits_for_a_client_that_does_not_read) {
  what->answer = [r = what.get()](auto me, auto& c) -> caf::result<outcome> {
    c.chunks.send(me, much())
        .then([r](atom::writable) { ++r->room; }, [r](caf::error&) { ++r->refused; });
    r->open.push_back(me->template make_response_promise<outcome>());
    return r->open.back();
  };
  start();
  give(1, "1", client);
  BOOST_TEST_REQUIRE(client->parts.size() == 1u);
  BOOST_TEST(client->parts[0].first == 101u);
  BOOST_TEST(what->room == 0u);
  client->flow->remove(client->parts[0].second.size());
  run();
  BOOST_TEST(what->room == 1u);
}

BOOST_AUTO_TEST_CASE(a_behaviour_that_waits_to_write_hears_that_nobody_wants_more) {
  takes_cancel = true;
  what->answer = [r = what.get()](auto me, auto& c) -> caf::result<outcome> {
    c.chunks.send(me, much())
        .then([r](atom::writable) { ++r->room; }, [r](caf::error&) { ++r->refused; });
    r->open.push_back(me->template make_response_promise<outcome>());
    return r->open.back();
  };
  start();
  give(1, "1", client);
  cancel(1);
  BOOST_TEST(what->refused == 1u);
  BOOST_TEST(what->room == 0u);
}

BOOST_AUTO_TEST_CASE(a_caller_that_wants_no_parts_has_no_stream) {
  start();
  give(1);
  BOOST_TEST(!what->calls.at(0).chunks.is_wanted());
}

BOOST_AUTO_TEST_CASE(a_call_is_passed_on_with_its_parts_and_its_limits) {
  pass_all_on();
  start();
  give(1, "[1]", client);
  BOOST_TEST_REQUIRE(behind->taken.size() == 1u);
  auto& s = behind->taken[0];
  BOOST_TEST(s.what.payload.view() == "[1]");
  BOOST_TEST(s.what.key == "key");
  BOOST_TEST(s.what.stream);
  BOOST_TEST(s.what.timeout.value().count() == 10'000);
  BOOST_TEST_REQUIRE(s.what.ancestors);
  BOOST_TEST(s.what.ancestors->at(0).pool == "p");
  // The flow is that of the worker behind: it waits for the caller in front.
  auto flow = std::make_shared<stream_flow>();
  flow->add(1);
  s.sink->chunk(s.tag, shared_bytes{std::string{"7"}}, flow);
  BOOST_TEST_REQUIRE(client->parts.size() == 1u);
  BOOST_TEST(client->parts[0].first == 101u);
  BOOST_TEST((client->flow == flow));
  s.sink->settle(s.tag, outcome{shared_bytes{std::string{"8"}}});
  run();
  BOOST_TEST(sink->result(1) == "8");
}

BOOST_AUTO_TEST_CASE(what_a_call_has_called_ends_with_it) {
  pass_all_on();
  start();
  give(1);
  cancel(1);
  BOOST_TEST(behind->cancelled.size() == 1u);
  auto& s = behind->taken.at(0);
  s.sink->settle(s.tag, failure(fault{code::cancelled}));
  run();
  BOOST_TEST(released.size() == 1u);
  BOOST_TEST(!end);
}

BOOST_AUTO_TEST_CASE(calls_that_are_made_for_no_call_leave_room_for_the_others) {
  constexpr size_t each = 100;
  pool.window = 3;
  std::vector<fault> refused;
  what->answer = [&, r = what.get()](auto me, auto& c) -> caf::result<outcome> {
    for (size_t i = 0; i < each; ++i) {
      auto extra = pass_on("back", c);
      extra.parent = {};
      me->request(r->context.host, caf::infinite, std::move(extra))
          .then([](outcome&) {}, [&](caf::error& e) { refused.push_back(to_fault(e)); });
    }
    return me->delegate(r->context.host, pass_on("back", std::move(c)));
  };
  start();
  for (uint64_t ticket : {1, 2, 3})
    give(ticket);
  // 256 in all, of which the window is free for those that somebody waits for.
  BOOST_TEST(behind->taken.size() == 253u + 3u);
  BOOST_TEST_REQUIRE(refused.size() == 3 * each - 253);
  BOOST_TEST((refused[0].what == code::busy));
  BOOST_TEST(refused[0].details.worker.value().name == "p.0");
  for (uint64_t ticket : {1, 2, 3})
    BOOST_TEST(sink->count(ticket) == 0u); // its call is open
  for (auto& s : behind->taken)
    s.sink->settle(s.tag, outcome{shared_bytes{std::string{"8"}}});
  run();
  for (uint64_t ticket : {1, 2, 3})
    BOOST_TEST(sink->result(ticket) == "8");
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_not_there_is_the_fault_of_the_call) {
  what->answer = [r = what.get()](auto me, auto& c) -> caf::result<outcome> {
    return me->delegate(r->context.host, pass_on("nobody", std::move(c)));
  };
  start();
  give(1);
  BOOST_TEST(sink->error(1).what == code::pool_not_found);
}

BOOST_AUTO_TEST_CASE(the_operations_of_the_node_are_refused) {
  what->answer = [r = what.get()](auto me, auto& c) -> caf::result<outcome> {
    return me->delegate(r->context.host, pass_on("$node", std::move(c)));
  };
  start();
  give(1);
  BOOST_TEST(sink->error(1).what == code::forbidden);
}

BOOST_AUTO_TEST_SUITE_END()
