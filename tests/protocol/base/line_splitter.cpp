#include "tests/protocol/support.hpp"

#include "protocol/base/line_splitter.hpp"

#include <algorithm>

using troupe::line_splitter;
using troupe::shared_bytes;

namespace line_splitters {

struct result {
  std::vector<std::string> lines;
  bool intact = true;
  std::string pending;
};

/// Feeds the pieces one by one, as bytes of the kind `Bytes`.
template <class Bytes>
result split_as(const std::vector<std::string>& pieces, size_t max_line) {
  line_splitter splitter{max_line};
  result r;
  std::vector<shared_bytes> lines;
  for (auto piece : pieces) {
    r.intact = splitter.feed(Bytes{piece},
                             [&](const shared_bytes& line) { lines.push_back(line); });
    std::fill(piece.begin(), piece.end(), '?'); // a line has bytes of its own
  }
  for (auto& line : lines)
    r.lines.push_back(line.str());
  r.pending = splitter.pending();
  return r;
}

result split(const std::vector<std::string>& pieces, size_t max_line) {
  auto r = split_as<shared_bytes>(pieces, max_line);
  auto same = split_as<std::string_view>(pieces, max_line);
  BOOST_TEST_REQUIRE(r.lines == same.lines, boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(r.intact == same.intact);
  BOOST_TEST_REQUIRE(r.pending == same.pending);
  return r;
}

} // namespace line_splitters

BOOST_AUTO_TEST_SUITE(line_splitters)

BOOST_AUTO_TEST_CASE(any_chunking_gives_the_same_lines) {
  std::string text =
      "one\n\ntwo two\r\n\xC3\xA9\xC3\xA9\nlonger than all of the others\nrest";
  std::vector<std::string> lines = {"one", "", "two two\r", "\xC3\xA9\xC3\xA9",
                                    "longer than all of the others"};
  test::for_each_cut(text, [&](const auto& pieces) {
    auto r = split(pieces, 29);
    BOOST_TEST_REQUIRE(r.intact);
    BOOST_TEST_REQUIRE(r.lines == lines, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(r.pending == "rest");
  });
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_allowed_breaks_the_stream_for_any_chunking) {
  test::for_each_cut("ok\n12345678\n123456789\nlost\n", [&](const auto& pieces) {
    auto r = split(pieces, 8);
    BOOST_TEST_REQUIRE(!r.intact);
    BOOST_TEST_REQUIRE(r.lines == (std::vector<std::string>{"ok", "12345678"}),
                       boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(a_line_without_an_end_breaks_the_stream_and_keeps_no_bytes) {
  auto r = split({std::string(8, 'x'), "y"}, 8);
  BOOST_TEST(!r.intact);
  BOOST_TEST(r.pending.empty());
}

BOOST_AUTO_TEST_CASE(a_line_as_long_as_allowed_may_wait_for_its_end) {
  auto r = split({std::string(8, 'x')}, 8);
  BOOST_TEST(r.intact);
  BOOST_TEST(r.pending.size() == 8u);
}

BOOST_AUTO_TEST_CASE(long_lines_of_any_length_follow_each_other) {
  std::vector<std::string> lines;
  std::string text;
  for (size_t bytes : {200'000, 3, 200'000, 70'000, 300'000, 65'536}) {
    lines.emplace_back(bytes, static_cast<char>('a' + lines.size()));
    text += lines.back() + '\n';
  }
  std::vector<std::string> pieces;
  for (size_t at = 0; at < text.size(); at += 50'000)
    pieces.push_back(text.substr(at, 50'000));
  auto r = split(pieces, 300'000);
  BOOST_TEST(r.intact);
  BOOST_TEST((r.lines == lines));
}

BOOST_AUTO_TEST_CASE(a_line_that_lies_whole_in_a_chunk_is_not_copied) {
  shared_bytes chunk{"first\nsecond\n"};
  std::vector<const char*> starts;
  line_splitter{100}.feed(
      chunk, [&](const shared_bytes& line) { starts.push_back(line.view().data()); });
  BOOST_TEST_REQUIRE(starts.size() == 2u);
  BOOST_TEST((starts[0] == chunk.view().data()));
  BOOST_TEST((starts[1] == chunk.view().data() + 6));
}

BOOST_AUTO_TEST_SUITE_END()
