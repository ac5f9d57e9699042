#include "protocol/base/log_severity.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

BOOST_AUTO_TEST_SUITE(severities_of_lines)

BOOST_AUTO_TEST_CASE(the_usual_words_are_known_in_any_case) {
  BOOST_TEST((find_severity("WARNING") == log_severity::warn));
  BOOST_TEST((find_severity("critical") == log_severity::error));
  BOOST_TEST((find_severity("trace") == log_severity::debug));
  for (auto word : {"", "warn ", "war", "errors"})
    BOOST_TEST(!find_severity(word), word);
}

BOOST_AUTO_TEST_CASE(each_severity_is_found_by_its_word) {
  for (auto s :
       {log_severity::debug, log_severity::info, log_severity::warn, log_severity::error})
    BOOST_TEST((find_severity(word_for(s)) == s));
}

BOOST_AUTO_TEST_CASE(a_priority_is_taken_off_the_line) {
  auto line = split_priority("<3>disk full");
  BOOST_TEST((line.severity == log_severity::error));
  BOOST_TEST(line.text == "disk full");
  BOOST_TEST((split_priority("<4>x").severity == log_severity::warn));
  BOOST_TEST((split_priority("<6>x").severity == log_severity::info));
  BOOST_TEST((split_priority("<7>").severity == log_severity::debug));
}

BOOST_AUTO_TEST_CASE(what_is_no_priority_stays) {
  for (auto text : {"", "<3", "<8>x", "<33>x", " <3>x", "<a>x", "3>x"}) {
    auto line = split_priority(text);
    BOOST_TEST(!line.severity, text);
    BOOST_TEST(line.text == text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
