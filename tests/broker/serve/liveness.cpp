// Proves that a sign of life is given when every part has answered, and not before.
#include "tests/broker/support.hpp"

#include "broker/serve/liveness.hpp"

using troupe::serve::liveness;

namespace signs_of_life {

/// A part that answers when it is told to.
struct slow_part {
  std::vector<std::function<void()>> open = {};

  liveness::part as(std::string name) {
    return {std::move(name), [this](std::function<void()> answered) {
              open.push_back(std::move(answered));
            }};
  }

  /// Answers the oldest question.
  void answer() {
    BOOST_TEST_REQUIRE(!open.empty());
    auto answered = open.front();
    open.erase(open.begin());
    answered();
  }
};

liveness::part quick(std::string name) {
  return {std::move(name), [](const std::function<void()>& answered) { answered(); }};
}

/// Two parts, and what was said of them.
struct fixture {
  slow_part first;
  slow_part second;
  int signs = 0;
  std::vector<std::string> late;

  std::vector<liveness::part> parts() {
    return {first.as("first"), second.as("second"), quick("third")};
  }
  std::unique_ptr<liveness> watched = std::make_unique<liveness>(
      parts(), [this] { ++signs; },
      [this](const std::string& names) { late.push_back(names); });
};

} // namespace signs_of_life

using signs_of_life::fixture;

BOOST_FIXTURE_TEST_SUITE(signs_of_life, fixture)

BOOST_AUTO_TEST_CASE(the_last_answer_of_a_round_is_a_sign_of_life) {
  for (auto round = 1; round <= 3; ++round) {
    watched->tick();
    first.answer();
    BOOST_TEST(signs == round - 1);
    second.answer();
    BOOST_TEST(signs == round);
  }
  BOOST_TEST(late.empty());
}

BOOST_AUTO_TEST_CASE(a_part_that_hangs_ends_the_signs_and_is_named_once) {
  watched->tick();
  second.answer();
  for (auto i = 0; i < 5; ++i)
    watched->tick();
  BOOST_TEST(signs == 0);
  BOOST_TEST(late == std::vector<std::string>{"first"}, boost::test_tools::per_element());
  // It was asked once: what hangs is not heaped with questions.
  BOOST_TEST(first.open.size() == 1u);
  BOOST_TEST(second.open.empty());
}

BOOST_AUTO_TEST_CASE(a_part_that_goes_on_ends_its_round_and_the_next_one_begins) {
  watched->tick();
  second.answer();
  watched->tick();
  first.answer();
  BOOST_TEST(signs == 1);
  watched->tick();
  watched->tick();
  BOOST_TEST(late == (std::vector<std::string>{"first", "first, second"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_twice_counts_once) {
  watched->tick();
  auto again = first.open.front();
  first.answer();
  again();
  BOOST_TEST(signs == 0);
}

BOOST_AUTO_TEST_CASE(answers_may_come_when_nobody_waits_any_more) {
  watched->tick();
  watched.reset();
  first.answer();
  second.answer();
  BOOST_TEST(signs == 0);
}

BOOST_AUTO_TEST_SUITE_END()
