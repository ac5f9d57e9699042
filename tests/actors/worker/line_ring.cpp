#include "actors/worker/line_ring.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::worker;

using strings = std::vector<std::string>;

namespace line_rings {

struct fixture {
  line_ring ring;
  strings seen;
  void feed(std::string_view bytes) {
    ring.feed(bytes, [this](std::string_view line) { seen.emplace_back(line); });
  }
  void finish() {
    ring.finish([this](std::string_view line) { seen.emplace_back(line); });
  }
};

} // namespace line_rings

BOOST_FIXTURE_TEST_SUITE(line_rings, fixture)

BOOST_AUTO_TEST_CASE(lines_are_found_however_the_bytes_are_cut) {
  std::string bytes = "one\ntwo\r\n\nfour";
  for (auto c : bytes)
    feed(std::string_view{&c, 1});
  BOOST_TEST(ring.last(10) == (strings{"one", "two", ""}),
             boost::test_tools::per_element());
  finish();
  BOOST_TEST(ring.last(2) == (strings{"", "four"}), boost::test_tools::per_element());
  BOOST_TEST(seen.size() == 4u);
  finish();
  BOOST_TEST(seen.size() == 4u);
}

BOOST_AUTO_TEST_CASE(kept_lines_are_utf8_whatever_the_bytes_are) {
  feed("a\xff\xc3(\xed\xa0\x80\n" + std::string(limits::stderr_line_bytes, '\xfe')
       + "\n");
  auto kept = ring.last(2);
  BOOST_TEST(kept[0] == "a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD");
  BOOST_TEST(kept[1].size() <= limits::stderr_line_bytes);
  BOOST_TEST(kept[1].size() > limits::stderr_line_bytes - 3);
  BOOST_TEST(kept[1].substr(0, 3) == "\uFFFD");
  BOOST_TEST(seen[0] == "a\xff\xc3(\xed\xa0\x80"); // a log escapes bytes itself
}

BOOST_AUTO_TEST_CASE(only_the_last_lines_are_kept) {
  for (size_t i = 0; i < limits::stderr_lines + 5; ++i)
    feed(std::to_string(i) + "\n");
  auto all = ring.last(SIZE_MAX);
  BOOST_TEST(all.size() == limits::stderr_lines);
  BOOST_TEST(all.front() == "5");
  BOOST_TEST(all.back() == std::to_string(limits::stderr_lines + 4));
}

BOOST_AUTO_TEST_CASE(a_long_line_is_cut_and_the_next_is_whole) {
  feed(std::string(limits::stderr_line_bytes - 1, 'x'));
  feed("ab");
  std::string longest(100'000, 'c');
  longest += "\nnext\n";
  feed(longest);
  auto all = ring.last(2);
  BOOST_TEST(all[0].size() == limits::stderr_line_bytes);
  BOOST_TEST(all[0].back() == 'a');
  BOOST_TEST(all[1] == "next");
}

BOOST_AUTO_TEST_SUITE_END()
