#include "tests/protocol/support.hpp"

#include "protocol/base/address.hpp"

#include <set>
#include <string>

using troupe::address;
using troupe::parse_address;

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE(a_name_starts_with_a_letter_and_has_at_most_63_characters) {
  for (auto good : {"a", "Z", "a-b_c9", "echo"})
    BOOST_TEST(troupe::is_valid_name(good), good);
  for (auto bad : {"", "1a", "_a", "-a", "a.b", "a b", "a@b", "\xC3\xA9", "$node"})
    BOOST_TEST(!troupe::is_valid_name(bad), bad);
  BOOST_TEST(troupe::is_valid_name(std::string(63, 'a')));
  BOOST_TEST(!troupe::is_valid_name(std::string(64, 'a')));
  BOOST_TEST(!troupe::is_valid_name(std::string_view{"a\0b", 3}));
}

BOOST_AUTO_TEST_CASE(a_pool_a_worker_and_the_node_can_be_addressed_here_and_elsewhere) {
  BOOST_TEST((parse_address("echo") == address{"echo", -1, ""}));
  BOOST_TEST((parse_address("echo.0") == address{"echo", 0, ""}));
  BOOST_TEST((parse_address("echo.12") == address{"echo", 12, ""}));
  BOOST_TEST((parse_address("echo@beta") == address{"echo", -1, "beta"}));
  BOOST_TEST((parse_address("echo.3@beta") == address{"echo", 3, "beta"}));
  BOOST_TEST((parse_address("$node") == address{"$node", -1, ""}));
  BOOST_TEST((parse_address("$node@beta") == address{"$node", -1, "beta"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused) {
  for (auto bad : {"",         ".",
                   "@",        ".0",
                   "@beta",    "echo@",
                   "echo.",    "echo.x",
                   "echo.0x",  "echo.-1",
                   "echo.+1",  "echo.01",
                   "echo. 1",  "echo.2147483648",
                   "echo.0.0", "echo@a@b",
                   "echo@b.0", "$node.0",
                   "$nod",     "e cho",
                   "echo "})
    BOOST_TEST(!parse_address(bad), bad);
}

BOOST_AUTO_TEST_CASE(the_highest_index_fits) {
  BOOST_TEST((parse_address("a.2147483647") == address{"a", 2147483647, ""}));
}

BOOST_AUTO_TEST_CASE(the_name_of_a_worker_is_its_address) {
  BOOST_TEST(troupe::worker_name("echo", 7) == "echo.7");
  BOOST_TEST((parse_address(troupe::worker_name("echo", 7)) == address{"echo", 7, ""}));
}

BOOST_AUTO_TEST_CASE(a_program_of_any_name_has_a_pool_of_its_own) {
  using troupe::spawned_pool_name;
  BOOST_TEST(spawned_pool_name("alice") == "alice");
  BOOST_TEST(spawned_pool_name("v1.2") == "v1_2e2");
  BOOST_TEST(spawned_pool_name("a b/c") == "a_20b_2fc");
  std::set<std::string> all;
  for (std::string name :
       {"a b", "a.b", "a/b", "a_b", "a-b", "1", ".", "\u00e9", "-", "_", " ", "x y z"}) {
    auto pool = spawned_pool_name(name);
    BOOST_TEST(troupe::is_valid_name(pool), name);
    BOOST_TEST(all.insert(pool).second, name);
  }
  auto one = spawned_pool_name(std::string(200, '.') + "1");
  auto other = spawned_pool_name(std::string(200, '.') + "2");
  BOOST_TEST(troupe::is_valid_name(one));
  BOOST_TEST(one != other);
}

BOOST_AUTO_TEST_SUITE_END()
