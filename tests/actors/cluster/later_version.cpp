// What a later version adds to its messages.
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace later_versions {

struct later_version : cluster_fixture {
  later_version() { more = "news"; }

  /// Returns a call of a streamed result.
  call make_streamed() const {
    auto c = make(1);
    c.pool = "p";
    c.stream = true;
    return c;
  }
};

} // namespace later_versions

BOOST_FIXTURE_TEST_SUITE(later_versions, later_version)

BOOST_AUTO_TEST_CASE(a_link_adds_it_to_each_message) {
  auto gate = std::make_shared<gate_record>();
  auto link = open_link_to("alpha", "beta", gate);
  submissions batch;
  batch.push_back({make_streamed(), sink, tag_id{1}});
  tell(link, std::move(batch));
  BOOST_TEST_REQUIRE(gate->calls.size() == 1u);
  link_chunks part;
  part.chunks.push_back({gate->calls[0].id, shared_bytes{std::string(1000, 'x')}});
  caf::send_as(at("beta").gate, link, std::move(part));
  run();
  BOOST_TEST_REQUIRE(sink->parts.size() == 1u);
  sink->parts[0].flow->remove(1000);
  run();
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{1});
  tell(link, link_view{});
  BOOST_TEST(gate->opened.size() == 1u);
  BOOST_TEST(gate->beats.size() == 1u);
  BOOST_TEST(gate->taken.size() == 1u);
  BOOST_TEST(gate->cancelled.size() == 1u);
  BOOST_TEST(gate->views.size() == 1u);
  BOOST_TEST(gate->more == std::vector<std::string>(6, "news"),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gate_adds_it_to_each_message) {
  auto& own = add_pool("alpha", "p");
  auto heard = std::make_shared<std::vector<std::string>>();
  auto link = keep(sys.spawn([heard]() -> caf::behavior {
    return {
        [heard](const link_beat& m) { heard->push_back("beat: " + m.more); },
        [heard](const link_chunks& m) { heard->push_back("chunks: " + m.more); },
        [heard](const link_outcomes& m) { heard->push_back("outcomes: " + m.more); },
    };
  }));
  auto say = [&](auto m) {
    caf::send_as(link, at("alpha").gate, std::move(m));
    run();
  };
  say(link_open{caf::actor_cast<caf::strong_actor_ptr>(at("beta").gate), "beta",
                node_incarnation{1}, "of another version"});
  say(link_beat{beat_number{1}, "of another version"});
  link_calls calls;
  calls.more = "of another version";
  calls.calls.push_back({link_call_id{1}, "p", {}, 1, make_streamed()});
  say(std::move(calls));
  say_part(own, 0, "part", std::make_shared<stream_flow>());
  answer(own, 0, "[1]");
  const std::vector<std::string> expected{"beat: news", "chunks: news", "outcomes: news"};
  BOOST_TEST(*heard == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
