#include "protocol/base/call_id.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace call_ids {

call_number number(uint64_t slot, uint64_t generation) {
  return call_number{generation << 32 | slot};
}

} // namespace call_ids

BOOST_AUTO_TEST_SUITE(call_ids)

BOOST_AUTO_TEST_CASE(an_id_is_read_as_it_was_written) {
  for (auto& id : {call_id{"echo", {}, number(3, 48213), "alpha"},
                   call_id{"echo", {}, number(0, 0), {}},
                   call_id{"echo", "beta", number(4294967295, 4294967295), "alpha"},
                   call_id{"c3-4", "c5-6", number(1, 2), "c7-8"},
                   call_id{"$support", {}, number(1, 2), {}}}) {
    auto read = parse_call_id(to_string(id));
    BOOST_TEST_REQUIRE(read.has_value(), to_string(id));
    BOOST_TEST((*read == id), to_string(id));
  }
}

BOOST_AUTO_TEST_CASE(an_id_names_pool_call_and_node) {
  BOOST_TEST(to_string({"echo", {}, number(3, 48213), "alpha"}) == "echo.c3-48213@alpha");
  BOOST_TEST(to_string({"echo", "beta", number(3, 7), "alpha"})
             == "echo.beta.c3-7@alpha");
}

BOOST_AUTO_TEST_CASE(what_is_no_id_is_none) {
  for (auto text : {"",           "echo",        "echo.0",        "echo.c3",
                    "echo.c3-",   "echo.c-4",    "echo.c03-4",    "echo.c3-04",
                    "echo.c3-4x", "echo.c3--4",  "echo.c+3-4",    "echo.c4294967296-1",
                    ".c3-4",      "9.c3-4",      "echo.9.c3-4",   "echo.a.b.c3-4",
                    "echo.c3-4@", "echo.c3-4@9", "echo.c3-4@a@b", "$.c3-4",
                    "echo..c3-4"})
    BOOST_TEST(!parse_call_id(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
