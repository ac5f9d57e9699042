#include "tests/protocol/support.hpp"

#include "protocol/base/shared_bytes.hpp"

#include <optional>

using troupe::shared_bytes;

BOOST_AUTO_TEST_SUITE(shared_bytes_)

BOOST_AUTO_TEST_CASE(a_slice_is_empty_unless_given_bytes) {
  BOOST_TEST(shared_bytes{}.empty());
  BOOST_TEST(shared_bytes{}.size() == 0u);
  BOOST_TEST(!shared_bytes{"x"}.empty());
}

BOOST_AUTO_TEST_CASE(a_cut_piece_outlives_the_slice_it_was_cut_from) {
  // Longer than a small string, so that the bytes are on the heap and a dangling view
  // would be seen by the address sanitizer.
  std::optional<shared_bytes> whole{shared_bytes{std::string(100, 'a') + "tail"}};
  auto piece = whole->cut(whole->view().substr(100));
  whole.reset();
  BOOST_TEST(piece.view() == "tail");
}

BOOST_AUTO_TEST_CASE(a_cut_piece_shares_the_bytes) {
  shared_bytes whole{"0123456789"};
  auto piece = whole.cut(whole.view().substr(3, 4));
  BOOST_TEST(piece.view().data() == whole.view().data() + 3);
  BOOST_TEST(piece.str() == "3456");
}

BOOST_AUTO_TEST_CASE(slices_are_equal_when_their_bytes_are) {
  BOOST_TEST((shared_bytes{"abc"} == shared_bytes::literal("abc")));
  BOOST_TEST((shared_bytes{"abc"} == std::string_view{"abc"}));
  BOOST_TEST(!(shared_bytes{"abc"} == shared_bytes{"abd"}));
}

BOOST_AUTO_TEST_CASE(the_null_payload_is_the_text_null) {
  BOOST_TEST(troupe::null_payload().view() == "null");
}

BOOST_AUTO_TEST_SUITE_END()
