#include "actors/node/pool_survey.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::node;

namespace survey_sharing {

using strings = std::vector<std::string>;

/// Surveys that end when the test says so.
struct held_surveys {
  std::vector<survey_finisher> begun;
  survey_rounds rounds;
  std::vector<std::string> told;

  void ask(const std::string& who, const void* pool = nullptr,
           survey_need need = survey_need::status) {
    rounds.ask(
        {pool, need},
        [this, who](const survey_rows& rows) {
          told.push_back(who + std::to_string(rows.size()));
        },
        [this](survey_finisher finish) { begun.push_back(std::move(finish)); });
  }

  /// Ends the survey that was begun as number `i`; it has found that many pools.
  void end(size_t i, size_t pools) { begun.at(i)(survey_rows(pools)); }
};

} // namespace survey_sharing

BOOST_FIXTURE_TEST_SUITE(survey_sharing, held_surveys)

BOOST_AUTO_TEST_CASE(whoever_asks_during_a_survey_is_told_by_the_next_one) {
  ask("a");
  for (auto who : {"b", "c", "d"})
    ask(who);
  BOOST_TEST(begun.size() == 1u);
  end(0, 1);
  BOOST_TEST(told == strings{"a1"}, boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(begun.size() == 2u);
  end(1, 2);
  BOOST_TEST((told == strings{"a1", "b2", "c2", "d2"}));
  BOOST_TEST(begun.size() == 2u); // nobody waits
  ask("e");
  BOOST_TEST(begun.size() == 3u);
}

BOOST_AUTO_TEST_CASE(surveys_of_different_things_do_not_wait_for_each_other) {
  int pool = 0;
  ask("all");
  ask("one", &pool);
  ask("uses", nullptr, survey_need::usage);
  BOOST_TEST(begun.size() == 3u);
  end(1, 1);
  BOOST_TEST(told == strings{"one1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_is_told_may_ask_again) {
  rounds.ask(
      {nullptr, survey_need::status}, [this](const survey_rows&) { ask("again"); },
      [this](survey_finisher finish) { begun.push_back(std::move(finish)); });
  end(0, 0);
  BOOST_TEST_REQUIRE(begun.size() == 2u);
  end(1, 3);
  BOOST_TEST(told == strings{"again3"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
