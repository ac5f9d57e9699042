#include "tests/protocol/support.hpp"

#include "actors/interfaces/type_ids.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace messages {

struct config : caf::actor_system_config {
  config() {
    add_message_types<caf::id_block::troupe>();
    set("scheduler.max-threads", 1);
  }
};

struct fixture {
  config cfg;
  caf::actor_system sys{cfg};

  /// Returns `x` as another host would get it.
  template <class T>
  T cross(T x) {
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
};

} // namespace messages

BOOST_FIXTURE_TEST_SUITE(messages, fixture)

BOOST_AUTO_TEST_CASE(a_fault_of_any_code_survives_its_way_through_an_error) {
  for (uint8_t i = 1; i < static_cast<uint8_t>(code::count_); ++i) {
    fault f{
        static_cast<code>(i), "what \"happened\"", {.worker = worker_facts{"e.0", 7}}};
    BOOST_TEST((to_fault(to_error(f)) == f), to_string(f.what));
    BOOST_TEST((to_fault(cross(to_error(f))) == f), to_string(f.what));
  }
}

BOOST_AUTO_TEST_CASE(an_error_of_the_actor_system_becomes_the_nearest_code) {
  BOOST_TEST(to_fault(caf::make_error(caf::sec::request_timeout)).what == code::timeout);
  BOOST_TEST(to_fault(caf::make_error(caf::sec::request_receiver_down)).what
             == code::unavailable);
  BOOST_TEST(to_fault(caf::make_error(caf::sec::remote_lookup_failed)).what
             == code::unavailable);
}

BOOST_AUTO_TEST_CASE(an_unexpected_error_is_internal_and_keeps_its_words) {
  auto f = to_fault(caf::make_error(caf::sec::unexpected_message));
  BOOST_TEST(f.what == code::internal);
  BOOST_TEST(f.message.find("unexpected_message") != std::string::npos, f.message);
  auto exit = to_fault(caf::make_error(caf::exit_reason::kill));
  BOOST_TEST(exit.what == code::internal);
  BOOST_TEST(exit.message.find("kill") != std::string::npos, exit.message);
}

BOOST_AUTO_TEST_CASE(a_slice_crosses_hosts_with_all_its_bytes) {
  BOOST_TEST(cross(shared_bytes{}) == shared_bytes{});
  std::string bytes("a\0\n\xFF", 4);
  BOOST_TEST(cross(shared_bytes{bytes}).str() == bytes);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_buffer_crosses_alone) {
  shared_bytes whole{"0123456789"};
  BOOST_TEST(cross(whole.cut(whole.view().substr(2, 3))) == shared_bytes{"234"});
}

BOOST_AUTO_TEST_CASE(a_fault_crosses_hosts) {
  fault f{code::worker_error, "m", {.relayed = R"("worker_code":"x")"}};
  BOOST_TEST((cross(f) == f));
}

BOOST_AUTO_TEST_CASE(all_details_of_a_fault_cross_hosts) {
  fault cause{code::worker_died, "c", {.worker = worker_facts{"e.1"}}};
  fault f{code::unavailable,
          "m",
          {.flaw = request_flaw::revision,
           .worker = worker_facts{"e.0", 7, std::vector<std::string>{"a", ""}},
           .quarantined = true,
           .cause = fault_cause{cause},
           .retry_after = milliseconds{0},
           .session = session_facts{"s-1", session_state::lost},
           .relayed = R"("n":1)"}};
  for (exit_status status : {exit_status{exited{3}}, exit_status{signalled{9}},
                             exit_status{disconnected{}}, exit_status{unseen{}}}) {
    f.details.end = worker_end{end_reason::shutdown, status};
    BOOST_TEST((cross(f) == f), to_string(status));
    BOOST_TEST((to_fault(cross(to_error(f))) == f), to_string(status));
  }
}

BOOST_AUTO_TEST_CASE(the_moment_of_the_next_attempt_stays_on_its_host) {
  fault f{code::unavailable, "m"};
  f.details.retry_at = steady_clock::now();
  BOOST_TEST(!cross(f).details.retry_at.has_value());
  BOOST_TEST((to_fault(to_error(f)) == f));
}

BOOST_AUTO_TEST_CASE(causes_cross_hosts_down_to_a_level) {
  fault f{code::worker_error, "0"};
  for (int i = 1; i < 40; ++i) {
    auto cause = std::exchange(f, {code::unavailable, std::to_string(i)});
    f.details.cause = fault_cause{std::move(cause)};
  }
  auto r = cross(f);
  BOOST_TEST(r.message == "39");
  size_t levels = 0;
  for (const fault* x = &r; x; x = x->details.cause.get(), ++levels)
    BOOST_TEST(x->message == std::to_string(39 - levels));
  BOOST_TEST(levels == limits::fault_levels);
}

BOOST_AUTO_TEST_CASE(a_fault_with_more_causes_than_any_has_is_not_read) {
  caf::binary_serializer::container_type bytes;
  caf::binary_serializer sink{sys, bytes};
  BOOST_REQUIRE(!sink(std::vector<flat_fault>(limits::fault_levels + 1)));
  fault f{code::busy, "as it was"};
  caf::binary_deserializer source{sys, bytes};
  BOOST_TEST(static_cast<bool>(source(f)));
  BOOST_TEST(f.message == "as it was");
}

BOOST_AUTO_TEST_CASE(a_list_that_claims_more_than_it_may_have_is_not_read) {
  std::vector<char> claim{'\xFF', '\xFF', '\xFF', '\xFF', '\x0F'}; // 2^32 - 1
  claim.resize(4096);
  caf::binary_deserializer source{sys, claim};
  fault f;
  BOOST_TEST(static_cast<bool>(source(f)));
  BOOST_TEST(source.remaining() == 4096u - 5u); // no element of it
}

BOOST_AUTO_TEST_SUITE_END()
