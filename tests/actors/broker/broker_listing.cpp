// What operators see of the calls of a pool, and how they take one back.
#include "tests/actors/broker/support_broker.hpp"

#include <algorithm>

using namespace troupe;
using namespace troupe::testing;

namespace broker_listing {

struct listing : broker_fixture {
  open_calls list(call_query wanted = {.limit = 100}) {
    auto asked = ask(actor, std::move(wanted));
    advance(1s); // it may take some turns
    return answer_of<open_calls>(asked);
  }
  static std::vector<std::string> keys(const open_calls& calls) {
    std::vector<std::string> all;
    for (auto& c : calls)
      all.push_back(c.key);
    return all;
  }
  /// A call that a list shows by its key.
  call named(uint64_t tag, int32_t worker = -1) const {
    auto c = make(tag, worker);
    c.key = std::to_string(tag);
    return c;
  }
  call_number number_of(const std::string& key) {
    for (auto& c : list())
      if (c.key == key)
        return c.id.number;
    BOOST_ERROR("no call has the key " << key);
    return {};
  }
  template <class Handle>
  static fault fault_of(Handle& asked) {
    fault why;
    asked.receive([](open_call&) { BOOST_ERROR("a fault was expected"); },
                  [&](caf::error& e) { why = to_fault(e); });
    return why;
  }
  /// Takes a call back, and expects that it was there.
  open_call take_back(call_number number) {
    auto asked = ask(actor, atom::cancel_v, number);
    return answer_of<open_call>(asked);
  }
};

using names = std::vector<std::string>;

/// A caller that says who it is.
class somebody : public recording_sink {
public:
  call_origin origin() const override { return {caller_kind::node, "beta"}; }
};

} // namespace broker_listing

BOOST_FIXTURE_TEST_SUITE(broker_listing, listing)

BOOST_AUTO_TEST_CASE(waiting_and_running_calls_are_listed_with_what_is_known_of_them) {
  pool.queue_timeout = 10s;
  pool.exec_timeout = 60s;
  start();
  join(0);
  auto first = named(1);
  first.priority = 3;
  first.timeout = 30s;
  first.request_id = shared_bytes{std::string{"a"}};
  submit({first});
  advance(2s);
  submit({named(2)});
  auto calls = list();
  BOOST_TEST_REQUIRE(calls.size() == 2u);
  auto& running = calls[0];
  BOOST_TEST((running.state == call_state::running));
  BOOST_TEST(running.worker == pool.name + ".0");
  BOOST_TEST(running.request_id.view() == "a");
  BOOST_TEST(running.kind.view() == "k");
  BOOST_TEST(int{running.priority} == 3);
  BOOST_TEST(running.id.pool == pool.name);
  BOOST_TEST((*running.deadline - running.taken == 30s));
  BOOST_TEST((running.from == call_origin{}));
  auto& waiting = calls[1];
  BOOST_TEST((waiting.state == call_state::waiting));
  BOOST_TEST(waiting.worker == "");
  BOOST_TEST((*waiting.deadline - waiting.taken == 10s));
  BOOST_TEST((waiting.taken - running.taken == 2s));
  BOOST_TEST((waiting.id != running.id));
}

BOOST_AUTO_TEST_CASE(a_call_says_who_has_made_it) {
  start();
  submissions batch;
  batch.push_back({named(1), std::make_shared<somebody>(), tag_id{1}});
  tell(actor, std::move(batch));
  auto step = named(2);
  step.session = shared_bytes{std::string{"s-1"}};
  tell(actor, std::move(step)); // as actors do, without a sink
  tell(actor, named(3));
  auto calls = list();
  BOOST_TEST_REQUIRE(calls.size() == 3u);
  BOOST_TEST(to_string(calls[0].from) == "node beta");
  BOOST_TEST(to_string(calls[1].from) == "session s-1");
  BOOST_TEST(to_string(calls[2].from) == "program");
}

BOOST_AUTO_TEST_CASE(a_list_has_what_is_asked_for_and_the_oldest_first) {
  start();
  join(0, 2);
  for (uint64_t tag = 1; tag <= 6; ++tag) {
    submit({named(tag)});
    advance(1s);
  }
  BOOST_TEST(keys(list()) == (names{"1", "2", "3", "4", "5", "6"}));
  BOOST_TEST(keys(list({.state = call_state::running, .limit = 9})) == (names{"1", "2"}));
  BOOST_TEST(keys(list({.state = call_state::waiting, .limit = 2})) == (names{"3", "4"}));
  BOOST_TEST(keys(list({.limit = 1})) == names{"1"});
  // Each list above took a second.
  BOOST_TEST(keys(list({.older = 8s, .limit = 9})) == (names{"1", "2", "3"}));
}

BOOST_AUTO_TEST_CASE(a_long_list_is_found_in_steps_and_other_messages_come_between) {
  pool.queue_limit = 100'000;
  start();
  std::vector<call> calls;
  auto most = 2 * limits::call_search_step + 10;
  for (uint64_t tag = 1; tag <= most; ++tag)
    calls.push_back(make(tag));
  submit(std::move(calls));
  auto asked = ask(actor, call_query{.limit = 5});
  auto second = ask(actor, call_query{.limit = 3});
  BOOST_TEST(status().waiting == most); // it is answered meanwhile
  BOOST_TEST(!state().watch.searches.empty());
  // A call that ends before the list is complete is not in it.
  cancel(1);
  advance(10ms);
  auto found = answer_of<open_calls>(asked);
  BOOST_TEST(found.size() == 4u);
  BOOST_TEST(answer_of<open_calls>(second).size() >= 2u);
  BOOST_TEST(state().watch.searches.empty());
}

BOOST_AUTO_TEST_CASE(a_waiting_call_that_is_taken_back_never_starts) {
  start();
  join(0);
  submit({named(1), named(2), named(3)});
  auto number = number_of("2");
  auto was = take_back(number);
  BOOST_TEST((was.state == call_state::waiting));
  BOOST_TEST(was.key == "2");
  BOOST_TEST(sink->count(2) == 1u);
  BOOST_TEST(sink->error(2).what == code::cancelled);
  BOOST_TEST(sink->error(2).message == "by an operator");
  answer(0, 0, "1");
  BOOST_TEST((payloads(0) == std::vector<uint64_t>{1, 3}));
  auto again = ask(actor, atom::cancel_v, number);
  BOOST_TEST(fault_of(again).what == code::not_found);
}

BOOST_AUTO_TEST_CASE(a_running_call_that_is_taken_back_gives_its_slot_as_the_pool_says) {
  pool.exec_timeout = 3s;
  start();
  join(0);
  worker(0).lets_go = false;
  submit({named(1), named(2)});
  auto was = take_back(number_of("1")); // which takes a second
  BOOST_TEST((was.state == call_state::running));
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(sink->error(1).message == "by an operator");
  BOOST_TEST_REQUIRE(sink->error(1).details.worker.has_value());
  BOOST_TEST(sink->error(1).details.worker->name == pool.name + ".0");
  BOOST_TEST((worker(0).left_to_finish == std::vector<milliseconds>{2s}));
  BOOST_TEST(status().abandoned == 1u);
  BOOST_TEST(keys(list()) == names{"2"}); // what nobody waits for is not listed
  release(0);
  BOOST_TEST((payloads(0) == std::vector<uint64_t>{1, 2}));
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_that_ends_meanwhile_has_one_outcome) {
  start();
  join(0);
  submit({named(1)});
  auto number = number_of("1");
  // The answer is on its way when the order comes, or the other way round.
  answer(0, 0, "1");
  auto late = ask(actor, atom::cancel_v, number);
  BOOST_TEST(fault_of(late).what == code::not_found);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->result(1) == "1");
  submit({named(2)});
  take_back(number_of("2"));
  answer(0, 1, "2");
  BOOST_TEST(sink->count(2) == 1u);
  BOOST_TEST(sink->error(2).what == code::cancelled);
}

BOOST_AUTO_TEST_CASE(a_number_names_one_call_however_often_its_place_is_used) {
  start();
  join(0);
  submit({named(1)});
  auto first = number_of("1");
  answer(0, 0, "1");
  submit({named(2)});
  auto second = number_of("2");
  BOOST_TEST(first != second);
  auto old = ask(actor, atom::cancel_v, first);
  BOOST_TEST(fault_of(old).what == code::not_found);
  BOOST_TEST(sink->count(2) == 0u);
}

BOOST_AUTO_TEST_CASE(a_call_that_runs_again_keeps_its_number) {
  pool.retries = 1;
  start();
  join(0);
  auto c = named(1);
  c.idempotent = true;
  submit({c});
  auto number = number_of("1");
  die(0, {code::worker_died, "it crashed"});
  auto calls = list();
  BOOST_TEST_REQUIRE(calls.size() == 1u);
  BOOST_TEST((calls[0].state == call_state::waiting));
  BOOST_TEST(calls[0].deaths == 1u);
  BOOST_TEST(calls[0].id.number == number);
  take_back(number);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::cancelled);
}

BOOST_AUTO_TEST_CASE(a_call_of_an_actor_is_taken_back_too) {
  start();
  auto asked = self->request(actor, caf::infinite, named(1));
  run();
  take_back(number_of("1"));
  fault why;
  asked.receive([](outcome&) { BOOST_ERROR("a fault was expected"); },
                [&](caf::error& e) { why = to_fault(e); });
  BOOST_TEST(why.what == code::cancelled);
}

BOOST_AUTO_TEST_SUITE_END()
