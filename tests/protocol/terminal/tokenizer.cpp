#include "protocol/terminal/tokenizer.hpp"
#include "protocol/base/utf8.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::vt;

namespace terminal_tokenizer {

/// Writes down what it is given, a line each.
struct notes : token_sink {
  std::string text;

  void on_text(std::string_view b) override { text += "text " + std::string{b} + "\n"; }
  void on_control(char c) override { text += "control " + std::to_string(c) + "\n"; }
  void on_escape(std::string_view b) override {
    text += "escape " + std::string{b} + "\n";
  }
  void on_sequence(const control_sequence& s) override {
    text += "sequence ";
    if (s.leader)
      text += s.leader;
    for (auto& p : s.parameters)
      text += std::to_string(p.value) + (p.more ? ":" : ";");
    if (s.intermediate)
      text += s.intermediate;
    text += s.final;
    text += "\n";
  }
  void on_string(char i, std::string_view b) override {
    text += std::string{"string "} + i + " " + std::string{b} + "\n";
  }
};

std::string tokens(std::string_view bytes) {
  notes n;
  tokenizer t;
  t.feed(bytes, n);
  return n.text + t.held();
}

} // namespace terminal_tokenizer

BOOST_AUTO_TEST_SUITE(terminal_tokenizer)

BOOST_AUTO_TEST_CASE(units_are_cut_where_they_end) {
  BOOST_TEST(tokens("ab\r\nc") == "text ab\ncontrol 13\ncontrol 10\ntext c\n");
  BOOST_TEST(tokens("\x1B[1;31mx\x1B[?25l")
             == "sequence 1;31;m\ntext x\nsequence ?25;l\n");
  BOOST_TEST(tokens("\x1B[;5H") == "sequence -1;5;H\n");
  BOOST_TEST(tokens("\x1B[38:2:1m") == "sequence 38:2:1;m\n");
  BOOST_TEST(tokens("\x1B[4 q\x1B(0\x1B"
                    "7")
             == "sequence 4; q\nescape (0\nescape 7\n");
  BOOST_TEST(tokens("\x1B]2;a title\x07\x1BPdata\x1B\\")
             == "string ] 2;a title\nstring P data\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_complete_is_held) {
  for (std::string part :
       {"\x1B", "\x1B[", "\x1B[?2", "\x1B(", "\x1B]2;tit", "\x1B]2;t\x1B", "\xE6\xBC"})
    BOOST_TEST(tokens("a" + part) == "text a\n" + part);
}

BOOST_AUTO_TEST_CASE(controls_inside_of_a_sequence_come_first) {
  BOOST_TEST(tokens("\x1B[3\n1m") == "control 10\nsequence 31;m\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_becomes_a_replacement_character) {
  BOOST_TEST(tokens("\xFF") == "text \xEF\xBF\xBD\n");
  BOOST_TEST(tokens("\xE6\x41") == "text \xEF\xBF\xBD\ntext A\n");
  BOOST_TEST(tokens("\xC0\x80") == "text \xEF\xBF\xBD\ntext \xEF\xBF\xBD\n");
  BOOST_TEST(tokens("\xED\xA0\x80")
             == "text \xEF\xBF\xBD\ntext \xEF\xBF\xBD\ntext \xEF\xBF\xBD\n");
  BOOST_TEST(tokens("\xF0\x9F\x98\x80") == "text \xF0\x9F\x98\x80\n");
  BOOST_TEST(tokens("\xC2\x9B") == ""); // a C1 control
}

BOOST_AUTO_TEST_CASE(a_string_without_an_end_is_bounded) {
  notes n;
  tokenizer t;
  t.feed("\x1B]2;", n);
  for (int i = 0; i < 1000; ++i)
    t.feed(std::string(1000, 'x'), n);
  BOOST_TEST(t.held().size() <= tokenizer::string_limit + 2);
  t.feed("\x07"
         "after",
         n);
  BOOST_TEST(n.text.ends_with("x\ntext after\n"));
}

BOOST_AUTO_TEST_CASE(a_sequence_that_is_none_is_dropped) {
  BOOST_TEST(tokens("\x1B[1\x18m") == "text m\n");
  BOOST_TEST(tokens("\x1B[1\x1B[2m") == "sequence 2;m\n");
  BOOST_TEST(tokens("\x1B[999999999999m") == "sequence 32767;m\n");
  BOOST_TEST(tokens("\x1B[" + std::string(1000, '1') + "m").find("sequence")
             == std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_of_a_sequence_that_is_too_long_appears_as_text) {
  std::string many = "\x1B[0";
  for (int i = 0; i < 3000; ++i)
    many += ";1";
  BOOST_TEST(tokens("a" + many + "mb") == "text a\ntext b\n");
  BOOST_TEST(tokens("a\x1B" + std::string(5000, ' ') + "Fb") == "text a\ntext b\n");
  // Wherever it is cut, and taken up by another.
  notes n;
  tokenizer first;
  first.feed(many, n);
  BOOST_TEST(first.held().size() < 5000u);
  tokenizer second;
  second.feed(first.held(), n);
  second.feed(";1;1mafter", n);
  BOOST_TEST(n.text == "text after\n");
}

BOOST_AUTO_TEST_CASE(a_clipboard_is_taken_whole_where_a_title_is_cut) {
  notes n;
  tokenizer t;
  t.feed("\x1B]52;c;" + std::string(20'000, 'A') + "\x07", n);
  BOOST_TEST(n.text.size() > 20'000u);
  n.text.clear();
  t.feed("\x1B]52;c;" + std::string(1'000'000, 'A'), n);
  BOOST_TEST(t.held().size() <= tokenizer::clipboard_limit + 2);
}

BOOST_AUTO_TEST_CASE(controls_of_c1_are_taken_out_of_texts) {
  BOOST_TEST(without_c1("a\u0085b\u00a0c") == "ab\u00a0c");
  BOOST_TEST(without_c1("a\x9B") == "a\xEF\xBF\xBD");
  BOOST_TEST(without_c1("\u6f22\xE6\xBC") == "\u6f22\xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(the_end_of_the_last_whole_character_is_found) {
  BOOST_TEST(complete_utf8("") == 0u);
  BOOST_TEST(complete_utf8("abc") == 3u);
  BOOST_TEST(complete_utf8("a\xC3\xA9") == 3u);
  BOOST_TEST(complete_utf8("a\xC3") == 1u);
  BOOST_TEST(complete_utf8("a\xF0\x9F\x98") == 1u);
  BOOST_TEST(complete_utf8("\x80\x80\x80\x80") == 4u); // never one
}

BOOST_AUTO_TEST_SUITE_END()
