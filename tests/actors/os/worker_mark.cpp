// How processes are found again: by a variable of their environment.
#include "actors/os/worker_mark.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace troupe;
using namespace troupe::os;

namespace worker_marks {

/// Sets the mark of this process while it lives.
struct outer_mark {
  explicit outer_mark(const char* value) { ::setenv("TROUPE_WORKER_MARK", value, 1); }
  ~outer_mark() { ::unsetenv("TROUPE_WORKER_MARK"); }
};

} // namespace worker_marks

BOOST_AUTO_TEST_SUITE(worker_marks)

BOOST_AUTO_TEST_CASE(no_two_nodes_have_one_mark) {
  auto one = make_node_mark();
  BOOST_TEST(one.size() == 32u);
  BOOST_TEST(one.find_first_not_of("0123456789abcdef") == std::string::npos);
  BOOST_TEST(one != make_node_mark());
}

BOOST_AUTO_TEST_CASE(a_mark_names_the_node_and_the_child) {
  BOOST_TEST(make_worker_mark("abc", 17) == "abc.17");
  BOOST_TEST(make_forked_mark("abc", 17) == "abc.00000000000000000017");
  BOOST_TEST((marked_number(make_forked_mark("abc", 17), "abc") == 17u));
  BOOST_TEST(make_forked_mark("abc", UINT64_MAX) == "abc.18446744073709551615");
  BOOST_TEST((marked_number("abc.17", "abc") == 17u));
  BOOST_TEST(!marked_number("abc.17", "ab"));
  BOOST_TEST(!marked_number("abc.17", "abcd"));
  for (auto wrong :
       {"", "abc", "abc.", "abc.x", "abc.17x", "abc.-1", ".17", "/", "abc/17"})
    BOOST_TEST(!marked_number(wrong, "abc"), wrong);
}

BOOST_AUTO_TEST_CASE(a_node_within_a_worker_keeps_the_outer_mark) {
  outer_mark outer{"abc.17"};
  auto mark = make_worker_mark("def", 3);
  BOOST_TEST(mark == "abc.17/def.3");
  BOOST_TEST((marked_number(mark, "abc") == 17u));
  BOOST_TEST((marked_number(mark, "def") == 3u));
}

BOOST_AUTO_TEST_CASE(what_a_child_starts_is_marked_by_it) {
  BOOST_TEST(is_marked_by("abc.17", "abc.17"));
  BOOST_TEST(is_marked_by("xyz.1/abc.17/def.3", "xyz.1/abc.17"));
  BOOST_TEST(!is_marked_by("xyz.1", "xyz.1/abc.17"));
  BOOST_TEST(!is_marked_by("abc.171", "abc.17"));
  BOOST_TEST(!is_marked_by("", ""));
  BOOST_TEST(!is_marked_by("abc.17", ""));
}

BOOST_AUTO_TEST_CASE(an_environment_has_one_mark) {
  std::vector<std::string> env = {"A=1", "TROUPE_WORKER_MARK=x",
                                  "TROUPE_WORKER_MARKER=y"};
  set_mark(env, "abc.17");
  BOOST_TEST(env
                 == (std::vector<std::string>{"A=1", "TROUPE_WORKER_MARKER=y",
                                              "TROUPE_WORKER_MARK=abc.17"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
