#include "tests/protocol/terminal/support_screen.hpp"

using namespace troupe::vt;

namespace terminal_screen {

std::string shown(std::string_view bytes, dimensions size = {4, 20}) {
  screen s{size};
  s.feed(bytes);
  auto text = s.plain();
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

cell at(const screen& s, size_t row, size_t column) {
  return s.cells().rows()[row].cells[column];
}

} // namespace terminal_screen

BOOST_AUTO_TEST_SUITE(terminal_screen)

BOOST_AUTO_TEST_CASE(text_appears_and_wraps) {
  BOOST_TEST(shown("hello") == "hello");
  BOOST_TEST(shown("abcdefgh", {4, 5}) == "abcde\nfgh");
  BOOST_TEST(shown("\x1B[?7l"
                   "abcdefgh",
                   {4, 5})
             == "abcdh");
}

BOOST_AUTO_TEST_CASE(a_character_in_the_last_column_does_not_wrap_yet) {
  screen s{{4, 5}};
  s.feed("abcde");
  BOOST_TEST(s.cursor() == (position{0, 4}));
  screen fresh{{4, 5}};
  fresh.feed(s.ansi());
  fresh.feed("f");
  BOOST_TEST(fresh.plain() == "abcde\nf\n\n");
}

BOOST_AUTO_TEST_CASE(half_of_a_wide_character_is_none) {
  BOOST_TEST(shown("漢字\x1B[3D*") == " *字");
  BOOST_TEST(shown("漢字\r*") == "* 字");
}

BOOST_AUTO_TEST_CASE(marks_join_the_character_before_them) {
  screen s{{4, 20}};
  s.feed("e");
  s.feed("\xCC");
  s.feed("\x81!");
  BOOST_TEST((at(s, 0, 0).text == std::array<char32_t, 4>{U'e', 0x301}));
  BOOST_TEST(s.plain().starts_with("e\u0301!"));
}

BOOST_AUTO_TEST_CASE(looks_are_kept) {
  screen s{{4, 20}};
  s.feed("\x1B[1;2;31;48;5;200mx\x1B[22;39;48;2;1;2;3my\x1B[58:2::1:2:3;4:3mz\x1B[mn");
  BOOST_TEST(at(s, 0, 0).look.bold);
  BOOST_TEST(at(s, 0, 0).look.faint);
  BOOST_TEST(at(s, 0, 0).look.foreground == (indexed | 1));
  BOOST_TEST(at(s, 0, 0).look.background == (indexed | 200));
  BOOST_TEST(!at(s, 0, 1).look.bold);
  BOOST_TEST(!at(s, 0, 1).look.faint);
  BOOST_TEST(at(s, 0, 1).look.foreground == default_colour);
  BOOST_TEST(at(s, 0, 1).look.background == (rgb | 0x010203));
  BOOST_TEST(at(s, 0, 2).look.underline == 3);
  BOOST_TEST(!at(s, 0, 2).look.blink);
  BOOST_TEST((at(s, 0, 3).look == look{}));
}

BOOST_AUTO_TEST_CASE(full_screen_programs_leave_the_screen_as_it_was) {
  screen s{{4, 20}};
  s.feed("before\x1B[?1049h\x1B[Hprogram");
  BOOST_TEST(s.plain().starts_with("program"));
  screen fresh{{4, 20}};
  fresh.feed(s.ansi());
  fresh.feed("\x1B[?1049l!");
  BOOST_TEST(fresh.plain() == "before!\n\n\n");
}

BOOST_AUTO_TEST_CASE(lines_that_leave_are_kept_up_to_a_limit) {
  screen s{{2, 20}, 3};
  s.feed("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7");
  BOOST_TEST(s.plain() == "6\n7");
  BOOST_TEST(s.plain(2) == "4\n5\n6\n7");
  BOOST_TEST(s.plain(100) == "3\n4\n5\n6\n7");
  screen fresh{{2, 20}};
  fresh.feed(s.ansi(100));
  BOOST_TEST(fresh.plain(3) == "3\n4\n5\n6\n7");
  s.feed("\x1B[3J");
  BOOST_TEST(s.plain(100) == "6\n7");
}

BOOST_AUTO_TEST_CASE(questions_are_answered) {
  screen s{{4, 20}};
  s.feed("abc\x1B[6n");
  BOOST_TEST(s.take_replies() == "\x1B[1;4R");
  s.feed("\x1B[c");
  BOOST_TEST(s.take_replies().starts_with("\x1B[?"));
  BOOST_TEST(s.take_replies().empty());
}

BOOST_AUTO_TEST_CASE(a_program_that_asks_without_end_costs_bounded_memory) {
  screen s{{4, 20}};
  for (int i = 0; i < 50'000; ++i)
    s.feed("\x1B[6n");
  BOOST_TEST(s.take_replies().size() <= 64u * 1024);
}

BOOST_AUTO_TEST_CASE(titles_and_modes_are_noted) {
  screen s{{4, 20}};
  s.feed("\x1B]0;my title\x1B\\\x1B[?1;2004h\x1B[?1002h\x1B[6 q\x1B[?25l");
  BOOST_TEST(s.title() == "my title");
  BOOST_TEST(s.is_set(1));
  BOOST_TEST(s.is_set(2004));
  BOOST_TEST(s.is_set(1002));
  BOOST_TEST(!s.is_set(1000));
  BOOST_TEST((s.style() == cursor_style{false, false, 3}));
}

BOOST_AUTO_TEST_CASE(a_snapshot_resets_all_modes_before_it_sets_any) {
  screen s{{4, 20}};
  s.feed("\x1B[?1015h\x1B[?1002;1006;1004h");
  auto text = s.ansi();
  auto last_reset = text.rfind("\x1B[?2004l");
  for (auto mode : {"1002", "1004", "1006"}) {
    auto set = text.find("\x1B[?" + std::string{mode} + "h");
    BOOST_TEST(set != std::string::npos);
    BOOST_TEST(set > text.rfind("\x1B[?1003l"));
    BOOST_TEST(set > last_reset);
  }
  BOOST_TEST(text.find("\x1B[?1015h") == std::string::npos); // 1006 took its place
  // A terminal that a program of another kind was on.
  screen used{{4, 20}};
  used.feed("\x1B[?1003h\x1B[?2004h\x1B[?1h");
  used.feed(text);
  check_same(s, used, "used");
}

BOOST_AUTO_TEST_CASE(a_reset_of_any_way_to_tell_clicks_ends_all) {
  screen s{{4, 20}};
  s.feed("\x1B[?1003h\x1B[?1000l");
  for (auto mode : {1000, 1002, 1003})
    BOOST_TEST(!s.is_set(mode));
}

BOOST_AUTO_TEST_CASE(a_look_of_many_parts_is_taken_whole) {
  screen s{{4, 20}};
  s.feed("\x1B[0;1;3;4;5;7;9;38;2;1;2;3;48;2;4;5;6;58;2;7;8;9mx");
  auto how = at(s, 0, 0).look;
  BOOST_TEST(at(s, 0, 0).look.bold);
  BOOST_TEST(at(s, 0, 0).look.strike);
  BOOST_TEST(how.foreground == (rgb | 0x010203));
  BOOST_TEST(how.background == (rgb | 0x040506));
  std::string many = "\x1B[0";
  for (int i = 0; i < 200; ++i)
    many += ";1";
  s.feed(many + ";31my");
  BOOST_TEST(at(s, 0, 1).look.foreground == (indexed | 1));
}

BOOST_AUTO_TEST_CASE(links_are_kept_with_their_text) {
  screen s{{4, 20}, 10};
  s.feed("a\x1B]8;id=1;http://x/\u009b\x07"
         "bc\x1B]8;;\x1B\\d");
  BOOST_TEST(at(s, 0, 0).look.link == 0);
  BOOST_TEST(s.links().at(at(s, 0, 1).look.link) == "id=1;http://x/");
  BOOST_TEST(at(s, 0, 2).look.link == at(s, 0, 1).look.link);
  BOOST_TEST(at(s, 0, 3).look.link == 0);
  screen fresh{{4, 20}};
  fresh.feed(s.ansi());
  check_same(s, fresh, "redrawn");
  BOOST_TEST(fresh.links().at(at(fresh, 0, 1).look.link) == "id=1;http://x/");
  auto drawn = draw(s.cells().rows()[0], 20, &s.links());
  BOOST_TEST(drawn == "a\x1B]8;id=1;http://x/\x1B\\bc\x1B]8;;\x1B\\d");
  BOOST_TEST(draw(s.cells().rows()[0], 20) == "abcd");
}

BOOST_AUTO_TEST_CASE(links_are_bounded_and_those_that_are_gone_make_room) {
  screen s{{4, 20}, 10};
  auto link = [&](int i) {
    s.feed("\x1B]8;;http://x/" + std::to_string(i) + "\x07x\r\n");
  };
  for (int i = 0; i < 3000; ++i)
    link(i);
  auto& history = s.cells().scrollback();
  auto last = history.back().cells[0].look.link;
  BOOST_TEST(last != 0);
  BOOST_TEST(s.links().at(last) == ";http://x/2996");
  s.feed("\x1B]8;;" + std::string(3000, 'x') + "\x07y");
  BOOST_TEST(at(s, 3, 0).look.link == 0);
}

BOOST_AUTO_TEST_CASE(bells_and_clipboards_are_noted_for_whoever_asks) {
  screen s{{4, 20}};
  s.feed("\x1B]52;c;aGVsbG8=\x07");
  BOOST_TEST(s.take_side_effects().clipboard.empty()); // nobody asked
  s.note_side_effects();
  s.feed("\x07\x1B]52;c;aGVsbG8=\x1B\\");
  auto effects = s.take_side_effects();
  BOOST_TEST(effects.bell);
  BOOST_TEST(effects.clipboard == "c;aGVsbG8=");
  BOOST_TEST(!s.take_side_effects().bell);
  for (auto other : {"c;?", "c;", "x;aGVsbG8=", "c;a\u009bb", "aGVsbG8="}) {
    s.feed("\x1B]52;" + std::string{other} + "\x07");
    BOOST_TEST(s.take_side_effects().clipboard.empty(), other);
  }
  s.feed("\x1B]52;c;" + std::string(tokenizer::clipboard_limit, 'A') + "\x07");
  BOOST_TEST(s.take_side_effects().clipboard.empty()); // half of one
}

BOOST_AUTO_TEST_CASE(a_title_holds_no_controls) {
  screen s{{4, 20}};
  s.feed("\x1B]2;a\u009cb\u009b0m\x07");
  BOOST_TEST(s.title() == "ab0m");
}

BOOST_AUTO_TEST_CASE(a_smaller_screen_keeps_the_line_of_the_cursor) {
  screen s{{5, 20}};
  s.feed("1\r\n2\r\n3\r\n4\r\n5");
  s.resize({3, 10});
  BOOST_TEST(s.plain(10) == "1\n2\n3\n4\n5");
  BOOST_TEST(s.cursor() == (position{2, 1}));
  s.resize({6, 30});
  BOOST_TEST(s.plain() == "3\n4\n5\n\n\n");
}

BOOST_AUTO_TEST_CASE(what_was_saved_on_a_larger_screen_stays_inside) {
  screen s{{50, 100}};
  s.feed("\x1B[40;90H\x1B"
         "7\x1B[30;45r\x1B[?69h\x1B[50;90s\x1B[H");
  s.resize({3, 8});
  s.feed("\x1B"
         "8x\n\n\n\x1B[5S\x1B[3@");
  BOOST_TEST(s.cursor().row < 3);
  BOOST_TEST(s.cursor().column < 8);
  s.resize({1, 1});
  s.feed("漢字\r\nabc\x1B[10L\x1B[10M\x1BM\x1B[1;1r");
  BOOST_TEST(s.cursor() == (position{0, 0}));
}

BOOST_AUTO_TEST_CASE(a_reset_resets) {
  screen s{{4, 20}};
  s.feed("\x1B[?1049h\x1B[31;1m\x1B[2;3r\x1B[?1000h\x1B(0\x1B[?6h\x1B]2;t\x07text\x1B"
         "cq");
  screen fresh{{4, 20}};
  fresh.feed("q");
  check_same(s, fresh, "after RIS");
}

BOOST_AUTO_TEST_SUITE_END()
