// Proves how `slow` and `slow_command` of a pool are read.
#include "tests/protocol/config/support.hpp"

using namespace std::chrono_literals;
using namespace troupe::config;
using test::check_mistake;
using test::good;

namespace slow_calls {

/// Returns a pool with these lines, of which the first is line 3 of the file.
std::string pool_with(const std::string& lines) {
  return "[pool.a]\ncommand = [\"x\"]\n" + lines;
}

} // namespace slow_calls

BOOST_AUTO_TEST_SUITE(slow_calls)

BOOST_AUTO_TEST_CASE(they_are_off_and_can_be_set) {
  auto plain = good(pool_with("")).pools.at(0);
  BOOST_TEST((plain.slow == slow{}));
  auto set = good(pool_with("slow = \"2s\"\nslow_command = [\"dump\", \"{pid}\"]"));
  BOOST_TEST((set.pools.at(0).slow.after == 2s));
  BOOST_TEST(set.pools.at(0).slow.command == (std::vector<std::string>{"dump", "{pid}"}));
}

BOOST_AUTO_TEST_CASE(they_change_without_new_workers) {
  auto plain = good(pool_with("")).pools.at(0);
  auto set = good(pool_with("slow = \"2s\"")).pools.at(0);
  BOOST_TEST(same_workers(plain, set));
  BOOST_TEST((plain != set));
}

BOOST_AUTO_TEST_CASE(what_could_never_happen_is_a_mistake) {
  check_mistake(pool_with("slow_command = [\"dump\"]"), "3: pool.a.slow_command: ");
  check_mistake(pool_with("slow = \"1s\"\nslow_command = []"),
                "4: pool.a.slow_command: expected an array");
  check_mistake(pool_with("slow = \"1s\"\nslow_command = [\"\"]"),
                "4: pool.a.slow_command: expected an array");
  check_mistake(pool_with("slow = 3"), "3: pool.a.slow: ");
  check_mistake(pool_with("protocol = \"terminal\"\nslow = \"1s\""), "4: pool.a.slow: ");
}

BOOST_AUTO_TEST_SUITE_END()
