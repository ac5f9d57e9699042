#include "actors/cluster/door/greeting.hpp"

#include "actors/cluster/door/refusal_tally.hpp"
#include "tests/protocol/hello/support_hello.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::door;
using namespace troupe::testing;
using namespace std::chrono_literals;
using hello::reason;

namespace greetings {

std::optional<hello::refusal> everybody(const hello::introduction&) {
  return std::nullopt;
}

} // namespace greetings

BOOST_AUTO_TEST_SUITE(greetings)

BOOST_AUTO_TEST_CASE(a_conversation_is_the_same_however_it_is_cut) {
  auto said = hello::to_line(node_named("beta")) + hello::to_line(hello::welcome{}) + "{";
  test::for_each_cut(said, [](const auto& pieces) {
    greeting talk{node_named("alpha"), opened_by::peer, everybody};
    std::string reply;
    for (auto& piece : pieces)
      talk.feed(piece, reply);
    BOOST_TEST_REQUIRE((talk.now() == greeting::state::welcome));
    BOOST_TEST_REQUIRE(reply == hello::to_line(node_named("alpha")));
    BOOST_TEST_REQUIRE(talk.take_rest() == "{");
  });
}

BOOST_AUTO_TEST_CASE(two_conversations_end_in_a_welcome_for_both) {
  greeting dialled{node_named("alpha"), opened_by::peer, everybody};
  greeting dials{node_named("beta"), opened_by::us, everybody};
  BOOST_TEST(dialled.begin().empty());
  std::string to_dials;
  std::string to_dialled;
  dialled.feed(dials.begin(), to_dials);
  dials.feed(to_dials, to_dialled);
  BOOST_TEST((dials.now() == greeting::state::welcome));
  BOOST_TEST((dialled.now() == greeting::state::talking));
  dialled.feed(to_dialled, to_dials);
  BOOST_TEST((dialled.now() == greeting::state::welcome));
  BOOST_TEST(dials.peer()->node == "alpha");
  BOOST_TEST(dialled.peer()->node == "beta");
}

BOOST_AUTO_TEST_CASE(a_refusal_is_the_last_word) {
  greeting talk{node_named("alpha"), opened_by::peer, everybody};
  std::string reply;
  talk.feed("GET /", reply);
  BOOST_TEST((talk.now() == greeting::state::refused));
  BOOST_TEST(talk.why().why == reason::not_hello);
  auto before = reply;
  talk.feed(hello::to_line(node_named("beta")), reply);
  BOOST_TEST(reply == before);
  BOOST_TEST(talk.refuse({reason::no_hello, ""}).empty());
  BOOST_TEST(talk.why().why == reason::not_hello);
}

BOOST_AUTO_TEST_CASE(a_peer_with_certificates_is_told_from_a_stranger) {
  for (auto [heard, speaks_tls] :
       {std::pair{"GET /", false}, std::pair{"\x16\x03\x01", true}}) {
    greeting talk{node_named("alpha"), opened_by::peer, everybody};
    std::string reply;
    talk.feed(heard, reply);
    auto names_the_key = talk.why().message.find("cluster.tls") != std::string::npos;
    BOOST_TEST(names_the_key == speaks_tls, talk.why().message);
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_peer_is_not_answered) {
  greeting talk{node_named("alpha"), opened_by::us, everybody};
  std::string reply;
  talk.feed(hello::to_line(hello::refusal{reason::name_taken, "there is one"}), reply);
  BOOST_TEST(reply.empty());
  BOOST_TEST((talk.by() == refused_by::peer));
  BOOST_TEST(talk.why().message == "there is one");
}

BOOST_AUTO_TEST_CASE(one_reason_is_reported_once_a_second_with_their_number) {
  refusal_tally<reason> tally;
  auto now = std::chrono::steady_clock::now();
  BOOST_TEST(tally.add(reason::no_hello, now) == 1u);
  BOOST_TEST(tally.add(reason::no_hello, now + 1ms) == 0u);
  BOOST_TEST(tally.add(reason::no_hello, now + 999ms) == 0u);
  BOOST_TEST(tally.add(reason::not_hello, now + 999ms) == 1u);
  BOOST_TEST(tally.add(reason::no_hello, now + 1s) == 3u);
  BOOST_TEST(tally.count(reason::no_hello) == 4u);
}

BOOST_AUTO_TEST_CASE(of_a_reason_that_is_not_met_again_the_rest_is_due_a_second_later) {
  refusal_tally<reason> tally;
  auto now = std::chrono::steady_clock::now();
  BOOST_TEST(tally.take_due(reason::too_many, now) == 0u); // it was never met
  tally.add(reason::too_many, now);
  BOOST_TEST(tally.take_due(reason::too_many, now + 2s) == 0u); // that was told
  BOOST_TEST(tally.add(reason::too_many, now + 2s) == 1u);
  for (int i = 0; i < 136; ++i)
    BOOST_TEST(tally.add(reason::too_many, now + 2s + 1ms) == 0u);
  BOOST_TEST(tally.take_due(reason::no_hello, now + 3s) == 0u);
  BOOST_TEST(tally.take_due(reason::too_many, now + 3s - 1ms) == 0u);
  BOOST_TEST(tally.take_due(reason::too_many, now + 3s) == 136u);
  BOOST_TEST(tally.take_due(reason::too_many, now + 9s) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
