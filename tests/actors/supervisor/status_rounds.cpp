#include "actors/supervisor/status_rounds.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using supervisor::status_rounds;

BOOST_AUTO_TEST_SUITE(rounds_of_status)

BOOST_AUTO_TEST_CASE(who_asks_while_enough_rounds_are_open_shares_the_next) {
  status_rounds rounds;
  size_t told = 0;
  size_t begun = 0;
  auto ask = [&] {
    if (rounds.add([&](pool_status&) { ++told; }))
      return rounds.begin();
    return std::vector<status_rounds::asker>{};
  };
  std::vector<std::vector<status_rounds::asker>> open;
  for (int i = 0; i < 64; ++i)
    if (auto round = ask(); !round.empty()) {
      BOOST_TEST(round.size() == 1u);
      open.push_back(std::move(round));
      ++begun;
    }
  BOOST_TEST(begun < 10u);
  pool_status status;
  auto end = [&](std::vector<status_rounds::asker> round) {
    for (auto& tell : round)
      tell(status);
    return rounds.end();
  };
  // All others are in the round that begins when the first is over.
  BOOST_TEST(end(std::move(open.front())));
  auto next = rounds.begin();
  BOOST_TEST(next.size() == 64 - begun);
  for (size_t i = 1; i < open.size(); ++i)
    BOOST_TEST(!end(std::move(open[i])));
  BOOST_TEST(!end(std::move(next)));
  BOOST_TEST(told == 64u);
}

BOOST_AUTO_TEST_SUITE_END()
