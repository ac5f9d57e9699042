#include "broker/commands/progress_bar.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace troupe;
using namespace troupe::commands;

namespace progress_bars {

/// Returns what one part makes of a terminal's line.
std::string shown(std::string_view payload) {
  std::ostringstream out;
  progress_bar bar{&out};
  return bar.show(payload) ? out.str() : "nothing";
}

} // namespace progress_bars

BOOST_AUTO_TEST_SUITE(progress_bars)

BOOST_AUTO_TEST_CASE(a_part_that_says_how_far_it_is_becomes_a_bar) {
  BOOST_TEST(shown(R"({"progress":0.5})")
             == "\r[###############               ]  50%\x1b[K");
  BOOST_TEST(shown(R"({"progress":0,"text":"begin"})")
             == "\r[                              ]   0% begin\x1b[K");
  BOOST_TEST(shown(R"({"progress":1})")
             == "\r[##############################] 100%\x1b[K");
}

BOOST_AUTO_TEST_CASE(nonsense_cannot_break_the_line) {
  BOOST_TEST(shown(R"({"progress":7e9})") == shown(R"({"progress":1})"));
  BOOST_TEST(shown(R"({"progress":-1})") == shown(R"({"progress":0})"));
  auto evil = shown(R"({"progress":1,"text":"a\u001b[2Jb\n"})");
  BOOST_TEST(evil.find("\x1b[2J") == std::string::npos);
  BOOST_TEST(evil.find('\n') == std::string::npos);
  BOOST_TEST(shown("{\"progress\":1,\"text\":\"" + std::string(500, 'x') + "\"}").size()
             < 90u);
}

BOOST_AUTO_TEST_CASE(other_parts_are_left_to_others) {
  for (auto payload : {"1", "{}", R"({"progress":"1"})", R"({"progress":null})", "[0.5]"})
    BOOST_TEST(shown(payload) == "nothing", payload);
  progress_bar none{nullptr};
  BOOST_TEST(!none.show(R"({"progress":0.5})"));
}

BOOST_AUTO_TEST_CASE(it_leaves_an_empty_line) {
  std::ostringstream out;
  {
    progress_bar bar{&out};
    bar.show(R"({"progress":0.5})");
    bar.clear();
    BOOST_TEST(out.str().ends_with("\r\x1b[K"));
    out.str({});
    bar.clear();
    BOOST_TEST(out.str().empty());
    bar.show(R"({"progress":0.7})");
  }
  BOOST_TEST(out.str().ends_with("\r\x1b[K"));
}

BOOST_AUTO_TEST_SUITE_END()
