#include "actors/cluster/messages.hpp"

#include "actors/cluster/call_results.hpp"
#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::cluster;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace cluster_messages {

struct wire_config : caf::actor_system_config {
  wire_config() {
    add_message_types<caf::id_block::troupe>();
    add_message_types<caf::id_block::troupe_cluster>();
    set("scheduler.max-threads", 1);
  }
};

struct wire_fixture {
  wire_config cfg;
  caf::actor_system sys{cfg};

  template <class T>
  T through_bytes(T x) {
    caf::binary_serializer::container_type bytes;
    caf::binary_serializer sink{sys, bytes};
    if (auto err = sink(x))
      BOOST_FAIL(to_string(err));
    T result;
    caf::binary_deserializer source{sys, bytes};
    if (auto err = source(result))
      BOOST_FAIL(to_string(err));
    BOOST_TEST(source.remaining() == 0u);
    return result;
  }

  /// Returns `x` as another node gets it: alone, and as CAF's own networking packs it.
  template <class T>
  T cross(T x) {
    auto packed = through_bytes(caf::make_message(through_bytes(std::move(x))));
    BOOST_TEST_REQUIRE(packed.template match_elements<T>());
    return packed.template get_as<T>(0);
  }

  call cross_call(call c) {
    auto m = cross(link_calls{{}, {{link_call_id{1}, "p", "", 1, std::move(c)}}, {}});
    BOOST_TEST_REQUIRE(m.calls.size() == 1u);
    return m.calls[0].what;
  }

  outcome cross_outcome(outcome o) {
    auto m = cross(link_outcomes{{}, {{link_call_id{1}, std::move(o), false}}, {}});
    BOOST_TEST_REQUIRE(m.outcomes.size() == 1u);
    BOOST_TEST_REQUIRE(good_in(m.outcomes[0].result));
    return *good_in(m.outcomes[0].result);
  }
};

call make_call() {
  call c;
  c.kind = shared_bytes{std::string{"upper"}};
  c.payload = shared_bytes{std::string{"{}"}};
  c.key = "k";
  c.taken = steady_clock::now();
  c.timeout = 10s;
  c.worker = 3;
  c.priority = -7;
  c.idempotent = true;
  c.ancestors = std::make_shared<const std::vector<ancestor>>(
      std::vector<ancestor>{{"p", ticket_id{7}, "alpha"}});
  return c;
}

} // namespace cluster_messages

BOOST_FIXTURE_TEST_SUITE(cluster_messages, wire_fixture)

BOOST_AUTO_TEST_CASE(calls_cross_with_all_that_they_say) {
  link_calls m{link_bytes{9}, {{link_call_id{5}, "p", "beta", 1, make_call()}}, "more"};
  auto r = cross(m);
  BOOST_TEST(r.taken == 9u);
  BOOST_TEST(r.more == "more");
  BOOST_TEST_REQUIRE(r.calls.size() == 1u);
  auto& c = r.calls[0];
  BOOST_TEST(c.id == 5u);
  BOOST_TEST(c.pool == "p");
  BOOST_TEST(c.node == "beta");
  BOOST_TEST(static_cast<int>(c.hops) == 1);
  BOOST_TEST(c.what.kind.str() == "upper");
  BOOST_TEST(c.what.key == "k");
  BOOST_TEST(c.what.worker == 3);
  BOOST_TEST(static_cast<int>(c.what.priority) == -7);
  BOOST_TEST(c.what.idempotent);
  BOOST_TEST((*c.what.timeout <= 10s && *c.what.timeout > 9s));
  BOOST_TEST((*c.what.ancestors == *make_call().ancestors));
}

BOOST_AUTO_TEST_CASE(a_call_that_no_worker_made_has_no_ancestors_at_the_other_node) {
  auto c = make_call();
  c.ancestors = nullptr;
  BOOST_TEST((cross(link_calls{{}, {{link_call_id{1}, "p", "", 1, c}}, {}})
                  .calls[0]
                  .what.ancestors
              == nullptr));
}

BOOST_AUTO_TEST_CASE(an_outcome_crosses_hosts) {
  auto o = cross_outcome(outcome{shared_bytes{"[1]"}, shared_bytes{"echo.0"}});
  BOOST_TEST(o.payload == shared_bytes{"[1]"});
  BOOST_TEST(o.worker == shared_bytes{"echo.0"});
}

BOOST_AUTO_TEST_CASE(a_call_crosses_hosts_with_every_member) {
  call c;
  c.kind = shared_bytes{"upper"};
  c.payload = shared_bytes{"{}"};
  c.key = "k";
  c.taken = steady_clock::now();
  c.worker = 3;
  c.priority = -7;
  c.idempotent = true;
  auto r = cross_call(c);
  BOOST_TEST(r.kind == shared_bytes{"upper"});
  BOOST_TEST(r.payload == shared_bytes{"{}"});
  BOOST_TEST(r.key == "k");
  BOOST_TEST(!r.timeout);
  BOOST_TEST(r.worker == 3);
  BOOST_TEST(static_cast<int>(r.priority) == -7);
  BOOST_TEST(r.idempotent);
  BOOST_TEST(!r.stream);
  c.idempotent = false;
  c.stream = true;
  BOOST_TEST(!cross_call(c).idempotent);
  BOOST_TEST(cross_call(c).stream);
}

BOOST_AUTO_TEST_CASE(the_time_a_call_has_spent_is_taken_off_its_timeout_when_it_crosses) {
  call c;
  c.taken = steady_clock::now() - 10min;
  c.timeout = milliseconds{15min};
  auto before = steady_clock::now();
  auto r = cross_call(c);
  BOOST_TEST((r.taken >= before));
  BOOST_TEST_REQUIRE(r.timeout.has_value());
  BOOST_TEST((*r.timeout <= 5min));
  BOOST_TEST((*r.timeout > 4min));
}

BOOST_AUTO_TEST_CASE(a_call_whose_time_is_over_crosses_with_the_shortest_timeout) {
  call c;
  c.taken = steady_clock::now() - 10min;
  c.timeout = milliseconds{1s};
  // Not without one: it would run for as long as the other host's pool allows.
  BOOST_TEST((cross_call(c).timeout == milliseconds{1}));
}

BOOST_AUTO_TEST_CASE(outcomes_cross_good_and_bad) {
  link_outcomes m;
  m.taken = link_bytes{1};
  m.outcomes.push_back(
      {link_call_id{1},
       outcome{shared_bytes{std::string{"[1]"}}, shared_bytes{std::string{"w.0"}}},
       false});
  fault why{code::busy, "full", {.retry_after = 30ms}};
  m.outcomes.push_back({link_call_id{2}, failed(why), true});
  auto r = cross(m);
  BOOST_TEST_REQUIRE(r.outcomes.size() == 2u);
  BOOST_TEST_REQUIRE(good_in(r.outcomes[0].result));
  BOOST_TEST(good_in(r.outcomes[0].result)->payload.str() == "[1]");
  BOOST_TEST(good_in(r.outcomes[0].result)->worker.str() == "w.0");
  BOOST_TEST(!r.outcomes[0].returned);
  BOOST_TEST_REQUIRE(bad_in(r.outcomes[1].result));
  BOOST_TEST((*bad_in(r.outcomes[1].result) == why));
  BOOST_TEST(r.outcomes[1].returned);
}

BOOST_AUTO_TEST_CASE(a_long_fault_crosses_whole) {
  fault why{code::worker_died, std::string(10'000, 'm')};
  why.details.worker.emplace().name = "w.0";
  why.details.worker->stderr_lines.emplace(limits::stderr_lines, std::string(500, 'x'));
  link_outcomes m;
  m.outcomes.push_back({link_call_id{1}, failed(why), false});
  m.outcomes.push_back({link_call_id{2}, failed(why), false});
  auto r = cross(m);
  BOOST_TEST_REQUIRE(r.outcomes.size() == 2u);
  BOOST_TEST((*bad_in(r.outcomes[0].result) == why));
  BOOST_TEST((*bad_in(r.outcomes[1].result) == why));
}

BOOST_AUTO_TEST_CASE(of_more_lines_than_a_fault_has_the_last_cross) {
  fault why{code::worker_died, "m"};
  why.details.worker.emplace().name = "w.0";
  auto& lines = why.details.worker->stderr_lines.emplace();
  for (size_t i = 0; i <= limits::stderr_lines; ++i)
    lines.push_back(std::to_string(i));
  link_outcomes m;
  m.outcomes.push_back({link_call_id{1}, failed(why), false});
  auto r = cross(m);
  BOOST_TEST_REQUIRE(r.outcomes.size() == 1u);
  auto& crossed = *bad_in(r.outcomes[0].result)->details.worker->stderr_lines;
  BOOST_TEST(crossed.size() == limits::stderr_lines);
  BOOST_TEST(crossed.front() == "1");
}

BOOST_AUTO_TEST_CASE(a_good_outcome_costs_few_bytes_beside_its_own) {
  link_outcomes m;
  m.outcomes.push_back({link_call_id{1}, outcome{}, false});
  caf::binary_serializer::container_type one;
  caf::binary_serializer first{sys, one};
  BOOST_TEST(!first(m));
  m.outcomes.push_back({link_call_id{2}, outcome{}, false});
  caf::binary_serializer::container_type two;
  caf::binary_serializer second{sys, two};
  BOOST_TEST(!second(m));
  BOOST_TEST(two.size() - one.size() < 24u);
}

BOOST_AUTO_TEST_CASE(parts_and_what_was_taken_of_them_cross) {
  auto parts =
      cross(link_chunks{{{link_call_id{3}, shared_bytes{std::string{"ab"}}}}, ""});
  BOOST_TEST(parts.chunks.at(0).payload.str() == "ab");
  auto taken = cross(link_taken{link_bytes{4}, {{link_call_id{3}, link_bytes{2}}}, ""});
  BOOST_TEST(taken.parts.at(0).id == 3u);
  BOOST_TEST(taken.parts.at(0).bytes == 2u);
  BOOST_TEST(taken.taken == 4u);
}

BOOST_AUTO_TEST_CASE(cancels_and_beats_cross) {
  BOOST_TEST(cross(link_cancel{{link_call_id{1}, link_call_id{2}}, ""}).ids.size() == 2u);
  BOOST_TEST(cross(link_beat{beat_number{7}, ""}).number == 7u);
}

BOOST_AUTO_TEST_CASE(a_link_introduces_itself_with_the_handle_of_its_gate) {
  auto gate = sys.spawn([]() -> caf::behavior { return {[](int) {}}; });
  auto r = cross(link_open{caf::actor_cast<caf::strong_actor_ptr>(gate), "alpha",
                           node_incarnation{5}, ""});
  BOOST_TEST((r.gate == caf::actor_cast<caf::strong_actor_ptr>(gate)));
  BOOST_TEST(r.node == "alpha");
  BOOST_TEST(r.incarnation == 5u);
  caf::anon_send_exit(gate, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(the_view_of_a_node_crosses) {
  link_view m;
  m.members.push_back(
      {"beta", "host:1", node_incarnation{2}, node_state::leaving, "1.2"});
  m.pools.push_back({pool_number{1}, "p", {1, 2, 3, 4}});
  m.pools[0].max_frame = 77;
  m.gone.push_back(pool_number{9});
  m.frame = 88;
  auto r = cross(m);
  BOOST_TEST(r.members.at(0).name == "beta");
  BOOST_TEST(r.members.at(0).advertise == "host:1");
  BOOST_TEST((r.members.at(0).state == node_state::leaving));
  BOOST_TEST(r.members.at(0).version == "1.2");
  BOOST_TEST(r.pools.at(0).name == "p");
  BOOST_TEST((r.pools.at(0).load == pool_figures{1, 2, 3, 4}));
  BOOST_TEST(r.pools.at(0).max_frame == 77u);
  BOOST_TEST(r.gone.at(0) == 9u);
  BOOST_TEST(r.frame == 88u);
}

BOOST_AUTO_TEST_CASE(a_state_of_a_later_version_counts_as_down) {
  link_view m;
  m.members.push_back({"beta", "", {}, static_cast<node_state>(77), ""});
  BOOST_TEST((cross(m).members.at(0).state == node_state::down));
}

BOOST_AUTO_TEST_CASE(what_a_later_version_adds_is_carried_and_does_not_disturb) {
  link_beat m{beat_number{1}, std::string(100'000, 'x')};
  BOOST_TEST(cross(m).more.size() == 100'000u);
  link_calls empty;
  BOOST_TEST(cross(empty).more.empty()); // as an older one sends it
}

BOOST_AUTO_TEST_CASE(each_state_has_a_word) {
  for (uint8_t i = 0; i < static_cast<uint8_t>(node_state::count_); ++i) {
    auto s = static_cast<node_state>(i);
    BOOST_TEST((node_state_from(word_for(s)) == s));
  }
  BOOST_TEST(!node_state_from("gone"));
  BOOST_TEST(word_for(node_state::count_) == "unknown");
}

BOOST_AUTO_TEST_SUITE_END()
