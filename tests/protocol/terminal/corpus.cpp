// Proves that recorded output of real programs makes the screen that it should, and that
// a snapshot, taken anywhere in it, loses nothing.
#include "tests/protocol/terminal/support_screen.hpp"

#include <fstream>
#include <iterator>
#include <random>

using namespace troupe::vt;

namespace terminal_corpus {

std::string read(const std::string& name) {
  std::ifstream in{TERMINAL_CORPUS "/" + name, std::ios::binary};
  BOOST_REQUIRE_MESSAGE(in, name);
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Programs on a terminal of 24 lines and 80 columns, and the screens that another
/// terminal emulator made of them.
const std::vector<std::string> corpus = {"vim", "less", "htop", "colours", "wide"};

} // namespace terminal_corpus

BOOST_AUTO_TEST_SUITE(terminal_corpus)

BOOST_AUTO_TEST_CASE(plain_is_what_another_emulator_shows) {
  for (auto& name : corpus) {
    BOOST_TEST_INFO_SCOPE(name);
    screen s{{24, 80}};
    s.feed(read(name + ".bytes"));
    BOOST_TEST(s.plain() + "\n" == read(name + ".txt"));
  }
}

BOOST_AUTO_TEST_CASE(ansi_gives_a_fresh_terminal_the_same_cells) {
  for (auto& name : corpus) {
    screen s{{24, 80}};
    s.feed(read(name + ".bytes"));
    screen fresh{{24, 80}};
    fresh.feed(s.ansi());
    check_same(s, fresh, name);
  }
}

BOOST_AUTO_TEST_CASE(ansi_mends_a_terminal_in_any_state) {
  for (auto& name : corpus)
    for (auto& other : corpus) {
      screen s{{24, 80}};
      s.feed(read(name + ".bytes"));
      screen used{{24, 80}};
      used.feed(read(other + ".bytes"));
      used.feed(s.ansi());
      BOOST_TEST_INFO_SCOPE(other);
      BOOST_TEST(used.plain() == s.plain());
      BOOST_TEST(used.cursor() == s.cursor());
    }
}

BOOST_AUTO_TEST_CASE(the_screen_does_not_depend_on_how_the_bytes_were_cut) {
  for (auto& name : corpus) {
    auto bytes = read(name + ".bytes");
    screen whole{{24, 80}};
    whole.feed(bytes);
    screen pieces{{24, 80}};
    for (char c : bytes)
      pieces.feed({&c, 1});
    check_same(whole, pieces, name);
    BOOST_TEST(pieces.offset() == bytes.size());
    BOOST_TEST(whole.ansi() == pieces.ansi());
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_at_n_and_the_stream_from_n_make_the_final_screen) {
  std::minstd_rand random{20};
  for (auto& name : corpus) {
    auto bytes = read(name + ".bytes");
    screen whole{{24, 80}};
    whole.feed(bytes);
    std::uniform_int_distribution<size_t> any{0, bytes.size()};
    for (int i = 0; i < 200; ++i) {
      auto n = any(random);
      screen first{{24, 80}};
      first.feed({bytes.data(), n});
      screen second{{24, 80}};
      second.feed(first.ansi());
      second.feed(std::string_view{bytes}.substr(n));
      check_same(whole, second, name + " cut at " + std::to_string(n));
    }
  }
}

/// What no program would print, in any order.
BOOST_AUTO_TEST_CASE(the_same_holds_for_any_sequences_in_any_order) {
  const std::vector<std::string> pieces = {"word ",
                                           "漢字",
                                           "e\u0301",
                                           "😀",
                                           "\r",
                                           "\n",
                                           "\r\n",
                                           "\b",
                                           "\t",
                                           "\x1B[A",
                                           "\x1B[3B",
                                           "\x1B[2C",
                                           "\x1B[5D",
                                           "\x1B[H",
                                           "\x1B[12;79H",
                                           "\x1B[3;76H",
                                           "\x1B[J",
                                           "\x1B[1J",
                                           "\x1B[2J",
                                           "\x1B[K",
                                           "\x1B[1K",
                                           "\x1B[2K",
                                           "\x1B[3L",
                                           "\x1B[2M",
                                           "\x1B[2P",
                                           "\x1B[4@",
                                           "\x1B[3X",
                                           "\x1B[2S",
                                           "\x1B[2T",
                                           "\x1B[3;9r",
                                           "\x1B[r",
                                           "\x1B[?6h",
                                           "\x1B[?6l",
                                           "\x1B[?7l",
                                           "\x1B[?7h",
                                           "\x1B[4h",
                                           "\x1B[4l",
                                           "\x1B[20h",
                                           "\x1B[20l",
                                           "\x1B[31m",
                                           "\x1B[1;44m",
                                           "\x1B[0m",
                                           "\x1B[2;38;5;200m",
                                           "\x1B[48;2;1;2;3m",
                                           "\x1B[7m",
                                           "\x1B[58;5;1m",
                                           "\x1B"
                                           "7",
                                           "\x1B"
                                           "8",
                                           "\x1B[s",
                                           "\x1B[u",
                                           "\x1B[?1049h",
                                           "\x1B[?1049l",
                                           "\x1B[?47h",
                                           "\x1B[?47l",
                                           "\x1BM",
                                           "\x1B"
                                           "D",
                                           "\x1B"
                                           "E",
                                           "\x1BH",
                                           "\x1B[g",
                                           "\x1B[3g",
                                           "\x1B(0",
                                           "\x1B(B",
                                           "\x1B)0",
                                           "\x0E",
                                           "\x0F",
                                           "lqk",
                                           "\x1B[5b",
                                           "\x1B[?25l",
                                           "\x1B[4 q",
                                           "\x1B[?2004h",
                                           "\x1B[?1000;1006h",
                                           "\x1B]2;title\x07",
                                           "\x1BPq picture \x1B\\",
                                           "\x1B[1\"q",
                                           "\x1B[?2K",
                                           "\x1B[!p",
                                           "\x1B"
                                           "c",
                                           "\x1B[8;70Hto the margin and beyond it",
                                           "\x1BNx",
                                           "\xFF",
                                           "\xE6\xBC",
                                           "\x1B[3J",
                                           "\x18",
                                           "a line as wide as the terminal is: twelve "
                                           "times twelve is a hundred and forty-four"};
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::minstd_rand random{seed};
    std::uniform_int_distribution<size_t> which{0, pieces.size() - 1};
    std::string bytes;
    for (int i = 0; i < 120; ++i)
      bytes += pieces[which(random)];
    auto n = std::uniform_int_distribution<size_t>{0, bytes.size()}(random);
    screen whole{{14, 80}};
    whole.feed(bytes);
    screen first{{14, 80}};
    first.feed({bytes.data(), n});
    screen second{{14, 80}};
    second.feed(first.ansi());
    check_same(first, second,
               "seed " + std::to_string(seed) + ", at " + std::to_string(n));
    second.feed(std::string_view{bytes}.substr(n));
    check_same(whole, second,
               "seed " + std::to_string(seed) + " from " + std::to_string(n));
  }
}

BOOST_AUTO_TEST_SUITE_END()
