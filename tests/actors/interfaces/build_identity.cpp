#include "actors/interfaces/build_identity.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>

using namespace troupe;

namespace build_identities {

std::string bytes_of(const build_identity& b) {
  std::string bytes(sizeof b, '\0');
  std::memcpy(bytes.data(), &b, sizeof b);
  return bytes;
}

/// Returns what `difference` says after `change` of the plugin.
template <class Change>
std::string after(Change change) {
  build_identity plugin, node;
  plugin.minor = node.minor = 4;
  plugin.major = node.major = 2;
  plugin.compiler = node.compiler = compiler_name::gcc;
  plugin.compiler_major = node.compiler_major = 12;
  plugin.standard_library = node.standard_library = 12;
  plugin.new_strings = node.new_strings = 1;
  plugin.debug_containers = node.debug_containers = 0;
  plugin.caf = node.caf = 1706;
  plugin.boost = node.boost = 108100;
  change(plugin);
  return difference(plugin, node);
}

} // namespace build_identities

BOOST_AUTO_TEST_SUITE(build_identities)

BOOST_AUTO_TEST_CASE(what_was_built_alike_works_together) {
  BOOST_TEST(difference({}, {}).empty());
  BOOST_TEST(after([](auto& b) { b.patch += 3; }).empty());
}

BOOST_AUTO_TEST_CASE(what_differs_is_named_for_both_sides) {
  BOOST_TEST(after([](auto& b) { b.minor = 5; })
             == "was built with Troupe 2.5, and this node with Troupe 2.4");
  BOOST_TEST(after([](auto& b) { b.major = 3; })
             == "was built with Troupe 3.4, and this node with Troupe 2.4");
  BOOST_TEST(after([](auto& b) { b.caf = 1805; })
             == "was built with CAF 0.18.5, and this node with CAF 0.17.6");
  BOOST_TEST(after([](auto& b) { b.boost = 107400; })
             == "was built with Boost 1.74, and this node with Boost 1.81");
  BOOST_TEST(after([](auto& b) { b.standard_library = 13; })
             == "was built with libstdc++ 13, and this node with libstdc++ 12");
  BOOST_TEST(after([](auto& b) {
               b.compiler = compiler_name::clang;
               b.compiler_major = 14;
               b.debug_containers = 1;
             })
             == "was built with clang 14, libstdc++ 12 with _GLIBCXX_DEBUG, and this node"
                " with GCC 12, libstdc++ 12");
}

BOOST_AUTO_TEST_CASE(members_that_another_abi_may_have_elsewhere_are_not_compared) {
  BOOST_TEST(after([](auto& b) {
               b.abi = plugin_abi + 1;
               b.compiler_major = 99;
             })
             == "was built with plugin ABI " + std::to_string(plugin_abi + 1)
                    + ", and this node with plugin ABI " + std::to_string(plugin_abi));
}

BOOST_AUTO_TEST_CASE(an_identity_is_found_wherever_it_is_in_a_file) {
  build_identity b;
  b.minor = 77;
  auto file = "some bytes" + bytes_of(b) + "more";
  auto found = find_identity(file);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST((*found == b));
}

BOOST_AUTO_TEST_CASE(a_file_without_a_whole_identity_is_no_plugin) {
  auto bytes = bytes_of({});
  BOOST_TEST(!find_identity("").has_value());
  BOOST_TEST(!find_identity("some bytes").has_value());
  BOOST_TEST(!find_identity(bytes.substr(0, bytes.size() - 1)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
