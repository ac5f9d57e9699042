#include "actors/terminal/terminal_output.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::terminal;

namespace terminal_outputs {

shared_bytes bytes(std::string_view text) {
  return shared_bytes{std::string{text}};
}

} // namespace terminal_outputs

BOOST_AUTO_TEST_SUITE(terminal_outputs)

BOOST_AUTO_TEST_CASE(characters_are_passed_on_whole) {
  terminal_output out;
  BOOST_TEST(out.add(bytes("ab")).value().view() == "ab");
  BOOST_TEST(out.add(bytes("c\xC3")).value().view() == "c");
  BOOST_TEST(out.add(bytes("\xA4 d")).value().view() == "\xC3\xA4 d");
  BOOST_TEST(!out.add(bytes("\xE2\x82")));
  BOOST_TEST(out.rest().value().view() == "\xE2\x82");
  BOOST_TEST(!out.rest());
}

BOOST_AUTO_TEST_CASE(a_program_is_paused_once_for_those_who_are_behind) {
  terminal_output out;
  out.flow = std::make_shared<stream_flow>();
  BOOST_TEST(!out.pauses());
  BOOST_TEST(!out.resumes());
  out.flow->add(1024 * 1024);
  BOOST_TEST(out.pauses());
  BOOST_TEST(!out.pauses());
  BOOST_TEST(!out.resumes());
  out.flow->remove(1024 * 1024);
  BOOST_TEST(out.resumes());
  BOOST_TEST(!out.resumes());
}

BOOST_AUTO_TEST_SUITE_END()
